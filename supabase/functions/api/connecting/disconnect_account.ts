/** Taking a connection back: the grant ends at the provider, and what was synced is deleted here. */
import { z } from "zod";
import { nameOf } from "@shared/connections/oauth_call.ts";
import { createOAuthProvider, GRANTS_URLS, type OAuthProvider } from "@shared/connections/oauth_provider.ts";
import { openToken, type Provider } from "@shared/connections/tokens.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";

/** The sealed tokens of a connection. */
export interface StoredTokens {
  readonly accountId: string;
  /** The bot of a grant that is one person's own (Notion). */
  readonly botId: string | null;
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** Another person connected the same account: the grant is theirs too. */
  readonly shared: boolean;
}

export interface Disconnected {
  /** False: nothing was connected. */
  readonly disconnected: boolean;
  /** Whether the grant ended at the provider. */
  readonly revoked: boolean;
  /** What happened, for the person. */
  readonly message: string;
  /** Where they can end the grant themselves; when that may be necessary. */
  readonly grants_url?: string;
}

const tokens = z.object({
  account_id: z.string(),
  bot_id: z.string().nullable(),
  access_token: z.string().nullable(),
  refresh_token: z.string().nullable(),
  shared: z.boolean(),
}).nullable();

export async function storedTokens(
  { database }: Pick<ApiContext, "database">,
  userId: string,
  provider: Provider,
): Promise<StoredTokens | undefined> {
  const row = tokens.parse(await database.call("tokens_of", { p_user: userId, p_provider: provider }));
  if (row === null) return undefined;
  const { account_id, bot_id, access_token, refresh_token, shared } = row;
  return {
    accountId: account_id,
    botId: bot_id,
    accessToken: access_token,
    refreshToken: refresh_token,
    shared,
  };
}

/** @throws {PipelineError} when a token cannot be opened or the provider does not answer */
export async function revokeTokens(
  { keyRing }: Pick<ApiContext, "keyRing">,
  oauth: OAuthProvider,
  userId: string,
  stored: StoredTokens,
): Promise<void> {
  if (stored.accessToken === null) return;
  const ring = await keyRing();
  const { provider } = oauth;
  await oauth.revoke({
    accessToken: await openToken(ring, stored.accessToken, userId, provider, "access_token"),
    ...(stored.refreshToken !== null && {
      refreshToken: await openToken(ring, stored.refreshToken, userId, provider, "refresh_token"),
    }),
  });
}

/**
 * Revokes and deletes. A provider that does not answer keeps nobody from leaving: then the person is told where to end
 * the grant. Doing it twice does it once.
 */
export async function disconnectAccount(
  context: ApiContext,
  userId: string,
  provider: Provider,
): Promise<Disconnected> {
  const name = nameOf(provider);
  const stored = await storedTokens(context, userId, provider);
  let refusal = stored === undefined || stored.shared
    ? undefined
    : await revokedOrWhyNot(context, userId, provider, stored);
  const disconnected = await context.database.call("disconnect", { p_user: userId, p_provider: provider });
  if (!disconnected) return { disconnected, revoked: false, message: `${name} was not connected.` };
  const gone = `${name} is disconnected, and what was synced from it is deleted.`;
  if (stored?.shared && await isStillConnected(context, provider, stored)) {
    const message = `${gone} Another person here has connected the same account, so its permission stays.`;
    return { disconnected, revoked: false, message };
  }
  // Both left in the same moment, each seeing the other: whoever finds nobody left ends the grant, twice if need be.
  if (stored?.shared) refusal = await revokedOrWhyNot(context, userId, provider, stored);
  if (refusal === undefined) return { disconnected, revoked: true, message: gone };
  return {
    disconnected,
    revoked: false,
    message: `${gone} ${name} could not be told: remove the app's access there by yourself.`,
    grants_url: refusal.grantsUrl,
  };
}

function isStillConnected(
  { database }: ApiContext,
  provider: Provider,
  { accountId, botId }: StoredTokens,
): Promise<boolean> {
  return database.call("account_is_connected", {
    p_provider: provider,
    p_account: accountId,
    ...(botId !== null && { p_bot: botId }),
  });
}

async function revokedOrWhyNot(
  context: ApiContext,
  userId: string,
  provider: Provider,
  stored: StoredTokens,
): Promise<{ grantsUrl: string } | undefined> {
  try {
    const oauth = createOAuthProvider(provider, context.environment, context.egress);
    await revokeTokens(context, oauth, userId, stored);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof PipelineError)) throw thrown;
    context.log.warn("request_failed", { step: "revoke", provider, error: thrown });
    return { grantsUrl: GRANTS_URLS[provider] };
  }
}
