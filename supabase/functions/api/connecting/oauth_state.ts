/** The state of a consent: random, known to the person's browser alone, stored as its hash, good for one use. */
import { toBase64url } from "@shared/crypto/base64url.ts";
import { hmacHex } from "@shared/crypto/hmac.ts";

/** 256 bits that nobody can guess. */
export function newState(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

export function looksLikeState(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What the database keeps of it. */
export async function hashOfState(state: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(state));
  return toBase64url(new Uint8Array(digest));
}

/** The PKCE verifier of a consent: follows from its state and a secret of ours, so nobody has to keep it. */
export function codeVerifierOf(state: string, secret: string): Promise<string> {
  return hmacHex(`code_verifier.${state}`, secret);
}
