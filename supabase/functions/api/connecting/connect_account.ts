/** The end of a consent: the code becomes tokens, the tokens are sealed and stored, and the first discovery starts. */
import { z } from "zod";
import { nameOf } from "@shared/connections/oauth_call.ts";
import {
  createOAuthProvider,
  type OAuthGrant,
  type OAuthProvider,
} from "@shared/connections/oauth_provider.ts";
import { type Provider, sealToken } from "@shared/connections/tokens.ts";
import type { Json } from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { callbackUrl } from "./addresses.ts";
import { revokeTokens, storedTokens } from "./disconnect_account.ts";
import { codeVerifierOf } from "./oauth_state.ts";

export interface ConsentGiven {
  readonly userId: string;
  readonly provider: Provider;
  readonly code: string;
  readonly state: string;
}

export interface Connected {
  readonly connectionId: string;
  /** What will not work, when less was allowed than asked for. */
  readonly message?: string;
}

/**
 * Stores what the person granted.
 *
 * @throws {PipelineError} `scopes_insufficient` when nothing could be synced, and what the provider's calls throw
 */
export async function connectAccount(context: ApiContext, given: ConsentGiven): Promise<Connected> {
  const { database, environment, egress } = context;
  const { userId, provider, code, state } = given;
  const oauth = createOAuthProvider(provider, environment, egress);
  const grant = await oauth.exchange(code, {
    redirectUri: callbackUrl(provider, environment),
    codeVerifier: await codeVerifierOf(state, environment.INTEGRATION_ENCRYPTION_KEY),
  });
  const { platforms, missing } = oauth.judgeScopes(grant.scopes);
  if (platforms.length === 0) throw insufficient(provider);
  const reason = missing.length === 0 ? undefined : missing.map(({ message }) => message).join(" ");

  const before = await storedTokens(context, userId, provider);
  const connection = await store(context, given, grant, {
    platforms: [...platforms],
    missing_features: missing.map((feature) => ({ ...feature })),
  }, reason);
  if (before !== undefined && before.accountId !== grant.accountId && !before.shared) {
    context.background(endReplaced(context, oauth, userId, before));
  }
  for (const platform of platforms) {
    try {
      await database.call("sync_now", { p_connection: connection, p_platform: platform });
    } catch (error) {
      // It is connected all the same, and its schedule brings the first sync.
      context.log.warn("request_failed", { step: "first_sync", provider, error });
    }
  }
  return { connectionId: connection, ...(reason !== undefined && { message: reason }) };
}

async function store(
  { database, keyRing, now }: ApiContext,
  { userId, provider }: ConsentGiven,
  grant: OAuthGrant,
  more: { readonly [key: string]: Json },
  reason: string | undefined,
): Promise<string> {
  const ring = await keyRing();
  const { accessToken, refreshToken, expiresInSeconds } = grant;
  const connection = await database.call("connect", {
    p_user: userId,
    p_provider: provider,
    p_account_id: grant.accountId,
    p_account_name: grant.accountName.slice(0, 300),
    p_scopes: [...grant.scopes],
    p_metadata: { ...grant.metadata, ...more },
    p_access_token: await sealToken(ring, accessToken, userId, provider, "access_token"),
    ...(refreshToken !== undefined && {
      p_refresh_token: await sealToken(ring, refreshToken, userId, provider, "refresh_token"),
    }),
    ...(expiresInSeconds !== undefined && {
      p_expires_at: new Date(now().getTime() + expiresInSeconds * 1_000).toISOString(),
    }),
    ...(reason !== undefined && { p_status_reason: reason }),
  });
  return z.uuid().parse(connection);
}

/** The account that the new one took the place of is ours to let go. */
async function endReplaced(
  context: ApiContext,
  oauth: OAuthProvider,
  userId: string,
  before: NonNullable<Awaited<ReturnType<typeof storedTokens>>>,
): Promise<void> {
  try {
    await revokeTokens(context, oauth, userId, before);
  } catch (error) {
    context.log.warn("request_failed", { step: "revoke_replaced", provider: oauth.provider, error });
  }
}

function insufficient(provider: Provider): PipelineError {
  return new PipelineError({
    code: "scopes_insufficient",
    message: `${
      nameOf(provider)
    } was connected without the permission to read anything, so nothing was stored.`,
    hint: "Connect again and leave the boxes ticked.",
    status: 422,
  });
}
