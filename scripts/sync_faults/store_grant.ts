/** Stores a grant as the OAuth callback does: its tokens are sealed on the way. */
import { sealToken } from "@shared/connections/tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Grant } from "./platform_world.ts";

/** Returns the connection's id. The same account keeps its content. */
export async function storeGrant(
  pipeline: PipelineDatabase,
  grant: Grant,
  { userId, encryptionKey }: { userId: string; encryptionKey: string },
): Promise<string> {
  const ring = await createKeyRing(encryptionKey);
  const sealed = (token: string, field: "access_token" | "refresh_token") =>
    sealToken(ring, token, userId, grant.provider, field);
  return await pipeline.call("connect", {
    p_user: userId,
    p_provider: grant.provider,
    p_account_id: grant.accountId,
    p_account_name: grant.accountName,
    p_scopes: [...grant.scopes],
    p_metadata: grant.metadata,
    p_access_token: await sealed(grant.accessToken, "access_token"),
    ...(grant.refreshToken !== undefined && {
      p_refresh_token: await sealed(grant.refreshToken, "refresh_token"),
    }),
    ...(grant.expiresAt !== undefined && { p_expires_at: grant.expiresAt.toISOString() }),
  });
}
