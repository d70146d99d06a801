/** The bytes of a mail's text as text, whatever the sender says they are. */
import type { Bytes } from "@shared/crypto/base64url.ts";

/** Encodings whose bytes can all be ASCII, so that reading them as UTF-8 succeeds and is wrong. */
const disguised = /^(iso-2022-|hz-gb|csiso2022|utf-16|ucs-2|unicode)/i;

/**
 * Decodes the text of a mail. UTF-8 is tried first, because Gmail hands most texts over in it without changing what the
 * head says; what is not UTF-8 is read as declared, and as Windows' Western characters when that is unknown.
 *
 * @param charset as the head declares it, if it does
 */
export function decodeText(bytes: Bytes, charset: string | undefined): string {
  const declared = charset === undefined ? undefined : decoderOf(charset);
  if (declared !== undefined && disguised.test(charset ?? "") && looksEscaped(bytes)) {
    return declared.decode(bytes);
  }
  try {
    // As a stream, because the text may have been cut in the middle of a character.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return (declared ?? new TextDecoder("windows-1252")).decode(bytes);
  }
}

/** Escape sequences of ISO-2022, those of HZ, or every second byte of UTF-16. */
function looksEscaped(bytes: Bytes): boolean {
  return bytes.subarray(0, 4096).some((byte, at) =>
    byte === 0x1b || byte === 0 || (byte === 0x7e && bytes[at + 1] === 0x7b)
  );
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset.trim());
  } catch {
    return undefined;
  }
}
