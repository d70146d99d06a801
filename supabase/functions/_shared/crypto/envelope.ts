/**
 * Sealed values for columns that must be useless to whoever only reads the database: `v1.<kid>.<iv>.<ciphertext+tag>`,
 * AES-256-GCM with a random 96-bit IV, bound to its row by additional data, so that a value copied to another user,
 * provider or column does not open. One key seals at most 2^32 values (NIST SP 800-38D).
 */
import { type Bytes, fromBase64url, toBase64url } from "./base64url.ts";
import type { KeyRing } from "./key_ring.ts";

/** Where a value belongs. A value opens only with the binding it was sealed with. */
export interface Binding {
  /** What the value is for; each purpose has its own subkey. */
  readonly purpose: "platform_token" | "oauth_state" | "webhook_secret";
  readonly userId: string;
  readonly provider: string;
  /** The column, so that an access token cannot stand in for a refresh token. */
  readonly field: string;
}

export type Opened =
  | {
    readonly ok: true;
    readonly plaintext: string;
    /** Sealed with an old key: seal it again and store that. */
    readonly needsReseal: boolean;
  }
  | {
    readonly ok: false;
    /**
     * `malformed`: not an envelope. `unknown_version`: of a newer program. `unknown_key`: its key is not in the ring.
     * `not_authentic`: changed, or belonging to another row.
     */
    readonly reason: "malformed" | "unknown_version" | "unknown_key" | "not_authentic";
  };

/** Seals a text with the ring's active key. */
export async function seal(ring: KeyRing, plaintext: string, binding: Binding): Promise<string> {
  const key = await ring.subkey(ring.activeKid, binding.purpose);
  if (key === undefined) throw new TypeError("Cannot seal as the key ring has no active key");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = boundTo(ring.activeKid, binding);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, encode(plaintext));
  return `v1.${ring.activeKid}.${toBase64url(iv)}.${toBase64url(new Uint8Array(sealed))}`;
}

/** Opens a sealed value, if it is one, its key is known, and it belongs to this binding. */
export async function open(ring: KeyRing, envelope: string, binding: Binding): Promise<Opened> {
  const parts = parse(envelope);
  if (typeof parts === "string") return { ok: false, reason: parts };
  const key = await ring.subkey(parts.kid, binding.purpose);
  if (key === undefined) return { ok: false, reason: "unknown_key" };
  const additionalData = boundTo(parts.kid, binding);
  try {
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: parts.iv, additionalData },
      key,
      parts.sealed,
    );
    const plaintext = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(opened);
    return { ok: true, plaintext, needsReseal: parts.kid !== ring.activeKid };
  } catch {
    return { ok: false, reason: "not_authentic" };
  }
}

/** Whether a stored envelope was sealed with another key than the active one; false when it is no envelope at all. */
export function needsReseal(ring: KeyRing, envelope: string): boolean {
  const parts = parse(envelope);
  return typeof parts !== "string" && parts.kid !== ring.activeKid;
}

interface Parts {
  readonly kid: string;
  readonly iv: Bytes;
  readonly sealed: Bytes;
}

function parse(envelope: string): Parts | "malformed" | "unknown_version" {
  const [version = "", kid = "", ivText, sealedText, ...rest] = envelope.split(".");
  if (rest.length > 0 || ivText === undefined || sealedText === undefined) return "malformed";
  if (version !== "v1") return /^v\d+$/.test(version) ? "unknown_version" : "malformed";
  const [iv, sealed] = [fromBase64url(ivText), fromBase64url(sealedText)];
  const tagLength = 16;
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(kid) || iv?.byteLength !== 12) return "malformed";
  if (sealed === undefined || sealed.byteLength < tagLength) return "malformed";
  return { kid, iv, sealed };
}

/** `v1|kid|user_id|provider|field`; a part with a bar in it could be read as two, so there is none. */
function boundTo(kid: string, binding: Binding): Bytes {
  const parts = ["v1", kid, binding.userId, binding.provider, binding.field];
  if (parts.some((part) => part === "" || part.includes("|"))) {
    throw new TypeError("Cannot bind an envelope as a part of its binding is empty or contains '|'");
  }
  return encode(parts.join("|"));
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}
