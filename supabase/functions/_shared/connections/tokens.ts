/** Platform tokens: sealed before they reach the database, opened only where a platform is called. */
import { type Binding, open, seal } from "../crypto/envelope.ts";
import type { KeyRing } from "../crypto/key_ring.ts";
import { PipelineError } from "../http/problem.ts";

export type Provider = "slack" | "google" | "notion";
export type TokenField = "access_token" | "refresh_token";

const binding = (userId: string, provider: Provider, field: TokenField): Binding => ({
  purpose: "platform_token",
  userId,
  provider,
  field,
});

/** Seals a token for the row of this person, provider and field; it opens nowhere else. */
export function sealToken(
  ring: KeyRing,
  token: string,
  userId: string,
  provider: Provider,
  field: TokenField,
): Promise<string> {
  return seal(ring, token, binding(userId, provider, field));
}

/**
 * Opens a stored token.
 *
 * @throws {PipelineError} `token_unreadable` when its key is not in the ring or it was moved from another row.
 */
export async function openToken(
  ring: KeyRing,
  envelope: string,
  userId: string,
  provider: Provider,
  field: TokenField,
): Promise<string> {
  const opened = await open(ring, envelope, binding(userId, provider, field));
  if (opened.ok) return opened.plaintext;
  throw new PipelineError({
    code: "token_unreadable",
    message:
      `The stored ${provider} token cannot be opened (${opened.reason}). Nothing was sent to ${provider}.`,
    hint: "Put the key it was sealed with into INTEGRATION_ENCRYPTION_KEYS_OLD, or reconnect the platform.",
    status: 500,
  });
}
