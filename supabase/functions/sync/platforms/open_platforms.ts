/** Opens the connector of a connection: its token, its pace, its platform. */
import { z } from "zod";
import type { AccessToken } from "@shared/connections/access_token.ts";
import { createAccessToken } from "@shared/connections/leased_access_token.ts";
import { OAUTH_VARIABLES } from "@shared/connections/oauth_provider.ts";
import { createKeyRing, type KeyRing } from "@shared/crypto/key_ring.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { createCalendarConnector } from "./calendar.ts";
import type { Connector } from "./connector.ts";
import { createGmailConnector } from "./gmail.ts";
import { createGoogleClient } from "./google/google_client.ts";
import { createNotionConnector } from "./notion.ts";
import { createRateBudget, type RateBudget } from "./rate_budget.ts";
import { createSlackConnector } from "./slack.ts";
import { createSlackClient } from "./slack/slack_client.ts";

/** A connection as `pipeline.begin_sync` returns it. */
export const connection = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  provider: z.enum(["slack", "google", "notion"]),
  status: z.enum(["active", "needs_reauth"]),
  account_id: z.string(),
  account_name: z.string(),
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

export const platformVariables = [
  "INTEGRATION_ENCRYPTION_KEY",
  "INTEGRATION_ENCRYPTION_KEYS_OLD",
  ...OAUTH_VARIABLES,
] as const;
type Context = WorkerContext<(typeof platformVariables)[number]>;

/** What every connector is made of. */
interface Parts {
  readonly context: Context;
  readonly connection: Connection;
  readonly accessToken: AccessToken;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const openers: Readonly<Record<Access["platform"], (parts: Parts) => Connector>> = {
  slack: openSlack,
  gmail: openGmail,
  calendar: openCalendar,
  notion: openNotion,
};

/** Made once per isolate; the key ring is read at the first connection. */
export function openPlatforms(context: Context): OpenPlatform {
  const { environment, database, egress } = context;
  let ring: Promise<KeyRing> | undefined;
  return async ({ connection, platform, tokens, signal }) => {
    ring ??= createKeyRing(
      environment.INTEGRATION_ENCRYPTION_KEY,
      environment.INTEGRATION_ENCRYPTION_KEYS_OLD,
    );
    return openers[platform]({
      context,
      connection,
      accessToken: createAccessToken({
        database,
        ring: await ring,
        egress,
        environment,
        connection,
        tokens,
        signal,
        now: () => new Date(),
      }),
      budget: createRateBudget({ database, signal }),
      signal,
      peopleNamed: async (ids) => {
        const asked = { p_connection: connection.id, p_ids: [...ids] };
        const rows = await database.call("people_named", asked, signal);
        return new Map(rows.map(({ external_id, name }) => [external_id, name]));
      },
    });
  };
}

function openSlack({ context, connection, accessToken, budget, signal, peopleNamed }: Parts): Connector {
  const baseUrl = context.environment.SLACK_BASE_URL;
  return createSlackConnector({
    client: createSlackClient({
      accessToken,
      teamId: connection.account_id,
      egress: context.egress,
      budget,
      signal,
      ...(baseUrl && { baseUrl }),
    }),
    teamUrl: textOf(connection, "team_url"),
    ownId: textOf(connection, "authed_user_id"),
    botId: textOf(connection, "bot_user_id"),
    peopleNamed,
  });
}

function openGmail(parts: Parts): Connector {
  const { connection } = parts;
  return createGmailConnector({
    client: googleClient(parts),
    account: { id: connection.account_id, email: textOf(connection, "email") ?? connection.account_name },
  });
}

function openCalendar(parts: Parts): Connector {
  const { connection } = parts;
  const accountEmail = textOf(connection, "email");
  return createCalendarConnector({
    client: googleClient(parts),
    accountId: connection.account_id,
    ...(accountEmail && { accountEmail }),
  });
}

function googleClient({ context, accessToken, budget, signal }: Parts) {
  const baseUrl = context.environment.GOOGLE_BASE_URL;
  return createGoogleClient({
    accessToken,
    egress: context.egress,
    budget,
    signal,
    ...(baseUrl && { baseUrl }),
  });
}

function openNotion({ context, connection, accessToken, budget, signal, peopleNamed }: Parts): Connector {
  const baseUrl = context.environment.NOTION_BASE_URL;
  const botId = textOf(connection, "bot_id");
  const ownerId = textOf(connection, "owner_id");
  return createNotionConnector({
    accessToken,
    workspaceId: connection.account_id,
    ...(botId && { botId }),
    ...(ownerId && { ownerId }),
    egress: context.egress,
    budget,
    signal,
    ...(baseUrl && { baseUrl }),
    peopleNamed,
  });
}

const textOf = ({ metadata }: Connection, key: string) => z.string().safeParse(metadata[key]).data;
