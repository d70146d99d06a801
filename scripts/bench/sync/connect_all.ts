/** Connects a person's Slack, Google and Notion as the OAuth callbacks do: tokens are sealed here and stored by `pipeline.connect`. */
import { sealToken } from "@shared/connections/tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { connectSlack } from "../../local/connect_slack.ts";
import type { Workplace } from "../../local/workplace/workplace.ts";
import type { BenchWorld } from "./bench_world.ts";

export interface Connected {
  readonly slack: string;
  readonly google: string;
  readonly notion: string;
}

export async function connectAll(
  pipeline: PipelineDatabase,
  workplace: Workplace,
  world: BenchWorld,
  { userId, encryptionKey }: { userId: string; encryptionKey: string },
): Promise<Connected> {
  const ring = await createKeyRing(encryptionKey);
  const { grant, grants } = workplace.google;
  const google = await pipeline.call("connect", {
    p_user: userId,
    p_provider: "google",
    p_account_id: grant.account.sub,
    p_account_name: grant.account.email,
    p_scopes: [...grant.scopes],
    p_metadata: { email: grant.account.email },
    p_access_token: await sealToken(ring, grants.accessToken(grant), userId, "google", "access_token"),
    p_refresh_token: await sealToken(ring, grant.refreshToken, userId, "google", "refresh_token"),
    p_expires_at: new Date(workplace.clock.now().getTime() + 3_599_000).toISOString(),
  });
  const { notion: connection } = world;
  const notion = await pipeline.call("connect", {
    p_user: userId,
    p_provider: "notion",
    p_account_id: connection.workspace.id,
    p_account_name: connection.workspace.name,
    p_scopes: [],
    p_metadata: { bot_id: connection.botId },
    p_access_token: await sealToken(ring, connection.token, userId, "notion", "access_token"),
    p_refresh_token: await sealToken(ring, connection.refreshToken, userId, "notion", "refresh_token"),
  });
  const { installation } = workplace;
  return { slack: await connectSlack(pipeline, { userId, installation, encryptionKey }), google, notion };
}
