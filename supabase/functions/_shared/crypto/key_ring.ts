/**
 * The keys that seal stored secrets: one active, any number of old ones that still open what they sealed.
 *
 * A key is 32 bytes in base64, written `kid:key` or plainly; a plain key's id is the start of its own SHA-256, so that
 * the same key has the same id everywhere. Each purpose uses its own subkey (HKDF-SHA256), so that a token's envelope
 * cannot be opened as something else.
 */
import { type Bytes, fromBase64, toBase64url } from "./base64url.ts";
import { PipelineError } from "../http/problem.ts";

export interface KeyRing {
  /** The id of the key that seals. */
  readonly activeKid: string;
  /** All ids that can open. */
  readonly kids: readonly string[];
  /** The AES-256-GCM subkey of a key for a purpose; undefined when the ring has no such key. */
  subkey(kid: string, purpose: string): Promise<CryptoKey | undefined>;
}

/**
 * Reads a ring from `INTEGRATION_ENCRYPTION_KEY` (`active`) and `INTEGRATION_ENCRYPTION_KEYS_OLD` (`old`, separated by
 * commas or blanks).
 *
 * @throws {PipelineError} `encryption_key_invalid`, saying which key is wrong and how to make one; never the key.
 */
export async function createKeyRing(active: string, old = ""): Promise<KeyRing> {
  const activeKey = await readKey(active, "INTEGRATION_ENCRYPTION_KEY");
  const keys = new Map<string, Bytes>([[activeKey.kid, activeKey.bytes]]);
  // One after the other, so that a key that cannot be read leaves no work behind.
  for (const [at, entry] of old.split(/[\s,]+/).filter((entry) => entry !== "").entries()) {
    const { kid, bytes, where } = await readKey(entry, `key ${at + 1} of INTEGRATION_ENCRYPTION_KEYS_OLD`);
    const known = keys.get(kid);
    if (known !== undefined && toBase64url(known) !== toBase64url(bytes)) {
      throw invalid(where, "has another key's id");
    }
    keys.set(kid, bytes);
  }
  const subkeys = new Map<string, Promise<CryptoKey>>();
  return {
    activeKid: activeKey.kid,
    kids: [...keys.keys()],
    async subkey(kid, purpose) {
      const bytes = keys.get(kid);
      if (bytes === undefined) return undefined;
      const name = `${kid}|${purpose}`;
      const derived = subkeys.get(name) ?? derive(bytes, purpose);
      subkeys.set(name, derived);
      return await derived;
    },
  };
}

async function derive(key: Bytes, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(`pipeline envelope v1 ${purpose}`);
  return await crypto.subtle.deriveKey(
    // The keys are uniformly random already, so HKDF needs no salt (RFC 5869, section 3.1).
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function readKey(entry: string, where: string) {
  const [first = "", second, ...rest] = entry.trim().split(":");
  const kid = second === undefined ? undefined : first;
  const bytes = fromBase64(second ?? first);
  if (rest.length > 0 || bytes === undefined) throw invalid(where, "is not base64, or 'kid:base64'");
  if (bytes.byteLength !== 32) throw invalid(where, `has ${bytes.byteLength} bytes instead of 32`);
  if (kid !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(kid)) {
    throw invalid(where, "has an id with other characters than letters, digits, '_' and '-'");
  }
  return { kid: kid ?? await derivedKid(bytes), bytes, where };
}

async function derivedKid(key: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
  return [...digest.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function invalid(where: string, fault: string): PipelineError {
  return new PipelineError({
    code: "encryption_key_invalid",
    message: `Cannot read the encryption keys: ${where} ${fault}. Stored tokens are untouched.`,
    hint: "Make a key with 'openssl rand -base64 32'. Keep the old one in INTEGRATION_ENCRYPTION_KEYS_OLD.",
    status: 503,
  });
}
