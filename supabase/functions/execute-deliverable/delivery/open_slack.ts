/** Opens the way to a person's Slack: their connection's token, leased where it must be renewed. */
import { z } from "zod";
import { createAccessToken } from "@shared/connections/leased_access_token.ts";
import type { OAUTH_VARIABLES } from "@shared/connections/oauth_provider.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import type { SlackConnection } from "@shared/delivery/slack_call.ts";
import type { Problem } from "@shared/http/problem.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import type { SlackDelivery } from "./delivery.ts";

export type SlackVariable =
  | (typeof OAUTH_VARIABLES)[number]
  | "INTEGRATION_ENCRYPTION_KEY"
  | "INTEGRATION_ENCRYPTION_KEYS_OLD";

/** What `pipeline.tokens_of` says of a connection. */
const sealed = z.object({
  connection_id: z.uuid(),
  access_token: z.string(),
  refresh_token: z.string().nullable(),
  expires_at: z.string().nullable().default(null),
}).nullable();

/** The connection to call Slack with; a problem when there is none that can be used. */
export async function openSlack(
  delivery: SlackDelivery,
  userId: string,
  { environment, database, egress }: WorkerContext<SlackVariable>,
  signal: AbortSignal,
): Promise<{ readonly connection: SlackConnection } | { readonly problem: Problem }> {
  if (delivery.connection_id === null || delivery.account_id === null) return { problem: notConnected };
  if (delivery.connection_status === "needs_reauth") return { problem: needsReauth };
  const stored = await database.call("tokens_of", { p_user: userId, p_provider: "slack" }, signal);
  const tokens = sealed.parse(stored);
  if (tokens === null || tokens.connection_id !== delivery.connection_id) return { problem: notConnected };
  const { INTEGRATION_ENCRYPTION_KEY: key, INTEGRATION_ENCRYPTION_KEYS_OLD: oldKeys } = environment;
  const baseUrl = environment.SLACK_BASE_URL;
  return {
    connection: {
      accessToken: createAccessToken({
        database,
        ring: await createKeyRing(key, oldKeys),
        egress,
        environment,
        connection: { id: tokens.connection_id, user_id: userId, provider: "slack" },
        tokens,
        signal,
        now: () => new Date(),
      }),
      teamId: delivery.account_id,
      database,
      egress,
      signal,
      ...(baseUrl && { baseUrl }),
    },
  };
}

const notConnected: Problem = {
  code: "not_connected",
  message: "Slack is not connected any more. It was not sent; the text is kept.",
  hint: "Connect Slack again, then send it again.",
  status: 404,
};

const needsReauth: Problem = {
  code: "needs_reauth",
  message: "Slack no longer lets us in. It was not sent; the text is kept.",
  hint: "Connect Slack again, then send it again.",
  status: 409,
};
