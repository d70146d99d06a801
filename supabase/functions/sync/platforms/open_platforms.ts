/** Opens the connector of a connection: its token, its pace, its platform. */
import { z } from "zod";
import { openToken } from "@shared/connections/tokens.ts";
import { createKeyRing, type KeyRing } from "@shared/crypto/key_ring.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { type Connector, PlatformError } from "./connector.ts";
import { createRateBudget } from "./rate_budget.ts";
import { createSlackConnector } from "./slack.ts";
import { createSlackClient } from "./slack/slack_client.ts";

/** A connection as `pipeline.begin_sync` returns it. */
export const connection = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  provider: z.enum(["slack", "google", "notion"]),
  status: z.enum(["active", "needs_reauth"]),
  account_id: z.string(),
  metadata: z.record(z.string(), z.json()),
});
export type Connection = z.output<typeof connection>;

/** The tokens of a connection, sealed, as `pipeline.begin_sync` returns them. */
export const sealedTokens = z.object({
  access_token: z.string(),
  refresh_token: z.string().nullable(),
  expires_at: z.string().nullable(),
});

export interface Access {
  readonly connection: Connection;
  readonly platform: "slack" | "gmail" | "calendar" | "notion";
  readonly tokens: z.output<typeof sealedTokens>;
  readonly signal: AbortSignal;
}

export type OpenPlatform = (access: Access) => Promise<Connector>;

/** Made once per isolate; the key ring is read at the first connection. */
export function openPlatforms(
  context: WorkerContext<"INTEGRATION_ENCRYPTION_KEY" | "INTEGRATION_ENCRYPTION_KEYS_OLD" | "SLACK_BASE_URL">,
): OpenPlatform {
  const { environment, database, egress } = context;
  let ring: Promise<KeyRing> | undefined;
  return async ({ connection, tokens, signal }) => {
    ring ??= createKeyRing(
      environment.INTEGRATION_ENCRYPTION_KEY,
      environment.INTEGRATION_ENCRYPTION_KEYS_OLD,
    );
    const accessToken = await unsealed(await ring, connection, tokens);
    const text = (key: string) => z.string().safeParse(connection.metadata[key]).data;
    return createSlackConnector({
      client: createSlackClient({
        accessToken,
        teamId: connection.account_id,
        egress,
        budget: createRateBudget({ database, signal }),
        signal,
        ...(environment.SLACK_BASE_URL && { baseUrl: environment.SLACK_BASE_URL }),
      }),
      teamUrl: text("team_url"),
      ownId: text("authed_user_id"),
      peopleNamed: async (ids) => {
        const rows = await database.call(
          "people_named",
          { p_connection: connection.id, p_ids: [...ids] },
          signal,
        );
        return new Map(rows.map(({ external_id, name }) => [external_id, name]));
      },
    });
  };
}

async function unsealed(ring: KeyRing, { user_id, provider }: Connection, tokens: Access["tokens"]) {
  const token = await openToken(ring, tokens.access_token, user_id, provider, "access_token");
  return {
    current: () => Promise.resolve(token),
    renewed: () => Promise.reject(new PlatformError("needs_reauth", "The token cannot be renewed.")),
  };
}
