/** Bytes as both Denos declare them: their versions of TypeScript disagree on whether `Uint8Array` has a parameter. */
export type Bytes = ReturnType<TextEncoder["encode"]>;

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Bytes): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The bytes of an unpadded base64url text, or undefined when the text is not the one spelling of those bytes. A second
 * spelling (stray bits in the last character) would let a stored value be changed without anyone noticing.
 */
export function fromBase64url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  return bytes !== undefined && toBase64url(bytes) === text ? bytes : undefined;
}

/** The bytes of a base64 text, padded or not, or undefined when it is none. */
export function fromBase64(text: string): Bytes | undefined {
  try {
    const binary = atob(text.trim());
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
