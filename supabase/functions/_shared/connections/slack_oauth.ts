/**
 * Slack's OAuth v2. The app gets one bot token a team; where its token rotation is on, the token lives 12 hours and each
 * refresh token works once. https://docs.slack.dev/authentication/installing-with-oauth
 */
import { z } from "zod";
import { PipelineError } from "../http/problem.ts";
import {
  appRefused,
  callOAuth,
  down,
  expectShape,
  formOf,
  grantRefused,
  limited,
  type OAuthAnswer,
} from "./oauth_call.ts";
import type { IssuedTokens, OAuthApp, OAuthProvider } from "./oauth_provider.ts";
import { judge } from "./scope_judgement.ts";

/**
 * What we ask for. Reading, a bot that joins public channels, and delivering digests to channels and by direct message;
 * `im:history` is for looking whether a direct message of ours arrived before it is repeated.
 */
export const SLACK_SCOPES: readonly string[] = [
  "channels:history",
  "channels:join",
  "channels:read",
  "chat:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:write",
  "users:read",
  "users:read.email",
];

const text = z.string().min(1).max(4_096);
const issued = z.object({
  ok: z.literal(true),
  access_token: text,
  refresh_token: text.optional(),
  expires_in: z.number().positive().optional(),
});
const granted = issued.extend({
  scope: z.string().max(4_096),
  bot_user_id: text.optional(),
  team: z.object({ id: text, name: z.string().max(500) }).nullable(),
  enterprise: z.object({ id: text }).nullish(),
  authed_user: z.object({ id: text }).optional(),
});
const refusal = z.object({ ok: z.literal(false), error: z.string() });
const whose = z.object({ ok: z.literal(true), url: z.url().max(500) });

const deadGrants =
  /^(?:invalid_code|code_already_used|code_expired|invalid_refresh_token|token_expired|token_revoked|account_inactive|invalid_auth|not_authed|invalid_grant|oauth_authorization_url_mismatch|no_scopes)$/;
const wrongApps =
  /^(?:invalid_client_id|bad_client_secret|bad_redirect_uri|invalid_app_id|app_not_found|redirect_uri_mismatch|unknown_method|invalid_arguments|invalid_grant_type|oauth_not_allowed|token_rotation_not_enabled)$/;

export function createSlackOAuth({ clientId, clientSecret, egress, baseUrl }: OAuthApp): OAuthProvider {
  const root = baseUrl ?? "https://slack.com";
  const provider = "slack";

  const call = async (method: string, fields: Record<string, string>, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const init = formOf(fields, headers);
    return refuse(await callOAuth({ provider, url: `${root}/api/${method}`, init, egress }));
  };
  const app = { client_id: clientId, client_secret: clientSecret };

  return {
    provider,
    authorizationUrl({ state, redirectUri }) {
      const url = new URL(`${root}/oauth/v2/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        scope: SLACK_SCOPES.join(","),
        redirect_uri: redirectUri,
        state,
      }).toString();
      return Promise.resolve(url.href);
    },
    async exchange(code, { redirectUri }) {
      const fields = { ...app, code, redirect_uri: redirectUri };
      const grant = expectShape(provider, granted, await call("oauth.v2.access", fields));
      if (grant.team === null) throw organisationWide();
      const { url } = expectShape(provider, whose, await call("auth.test", {}, grant.access_token));
      return {
        ...tokensOf(grant),
        scopes: grant.scope.split(/[ ,]+/).filter((scope) => scope !== ""),
        accountId: grant.team.id,
        accountName: grant.team.name || grant.team.id,
        metadata: {
          team_url: url.replace(/\/+$/, ""),
          ...(grant.bot_user_id && { bot_user_id: grant.bot_user_id }),
          ...(grant.authed_user && { authed_user_id: grant.authed_user.id }),
          ...(grant.enterprise && { enterprise_id: grant.enterprise.id }),
        },
      };
    },
    async refresh(refreshToken) {
      const fields = { ...app, grant_type: "refresh_token", refresh_token: refreshToken };
      return tokensOf(expectShape(provider, issued, await call("oauth.v2.access", fields)));
    },
    async revoke({ accessToken }) {
      try {
        await call("auth.revoke", {}, accessToken);
      } catch (thrown) {
        if (!isDead(thrown)) throw thrown;
      }
    },
    judgeScopes: (scopes) =>
      judge(scopes, {
        platforms: { slack: [["channels:read"], ["channels:history"], ["users:read"]] },
        optional: {
          "groups:read": "Private channels will not be listed.",
          "groups:history": "Private channels will not be synced.",
          "channels:join": "The bot cannot join channels by itself: invite it to those you select.",
          "users:read.email": "People in Slack cannot be matched with those in mail and calendar.",
          "chat:write": "Nothing can be delivered to Slack.",
          "im:write": "Nothing can be delivered as a direct message in Slack.",
          "im:history": "A direct message in Slack that failed halfway cannot be sent again.",
        },
      }),
  };
}

/** Slack says no with status 200. */
function refuse(answer: OAuthAnswer): OAuthAnswer {
  const read = refusal.safeParse(answer.body);
  if (!read.success) return answer;
  const { error } = read.data;
  if (error === "ratelimited") throw limited("slack", answer.retryAfterSeconds);
  if (deadGrants.test(error)) throw grantRefused("slack", error);
  if (wrongApps.test(error)) throw appRefused("slack", error);
  throw down("slack", "It had a fault of its own.");
}

/** One bot for many workspaces has another API than ours. */
function organisationWide(): PipelineError {
  return new PipelineError({
    code: "organisation_install_unsupported",
    message: "The app was installed for a whole Slack organisation. Nothing was connected.",
    hint: "Connect again and choose one workspace on Slack's page.",
    status: 422,
  });
}

function isDead(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "grant_refused";
}

function tokensOf({ access_token, refresh_token, expires_in }: z.output<typeof issued>): IssuedTokens {
  return {
    accessToken: access_token,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(expires_in !== undefined && { expiresInSeconds: expires_in }),
  };
}
