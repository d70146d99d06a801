/**
 * Notion's OAuth for public connections. A person ticks the pages that the bot may see; there are no scopes. The access
 * token does not expire by itself; a refresh replaces both tokens. https://developers.notion.com/docs/authorization
 */
import { z } from "zod";
import {
  appRefused,
  basic,
  callOAuth,
  down,
  expectShape,
  grantRefused,
  jsonOf,
  type OAuthAnswer,
} from "./oauth_call.ts";
import type { IssuedTokens, OAuthApp, OAuthProvider } from "./oauth_provider.ts";

const version = "2026-03-11";

const text = z.string().min(1).max(4_096);
const issued = z.object({ access_token: text, refresh_token: text.nullish() });
const granted = issued.extend({
  bot_id: text,
  workspace_id: text,
  workspace_name: z.string().max(500).nullish(),
  owner: z.object({
    user: z.object({
      id: text,
      name: z.string().max(500).nullish(),
      person: z.object({ email: z.string().max(320).nullish() }).nullish(),
    }).optional(),
  }).optional(),
});
const refusal = z.object({ error: z.string().optional(), code: z.string().optional() });

export function createNotionOAuth({ clientId, clientSecret, egress, baseUrl }: OAuthApp): OAuthProvider {
  const root = baseUrl ?? "https://api.notion.com";
  const provider = "notion";
  const headers = { authorization: basic(clientId, clientSecret), "notion-version": version };
  const post = async (path: string, fields: Record<string, string>) => {
    const url = `${root}/v1/oauth/${path}`;
    return refuse(await callOAuth({ provider, url, init: jsonOf(fields, headers), egress }));
  };

  return {
    provider,
    authorizationUrl({ state, redirectUri }) {
      const url = new URL(`${root}/v1/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        response_type: "code",
        owner: "user",
        redirect_uri: redirectUri,
        state,
      }).toString();
      return Promise.resolve(url.href);
    },
    async exchange(code, { redirectUri }) {
      const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
      const grant = expectShape(provider, granted, await post("token", fields));
      const { user } = grant.owner ?? {};
      return {
        ...tokensOf(grant),
        scopes: [],
        accountId: grant.workspace_id,
        accountName: grant.workspace_name || "Notion",
        metadata: {
          workspace_id: grant.workspace_id,
          bot_id: grant.bot_id,
          ...(user && { owner_id: user.id }),
          ...(user?.person?.email && { email: user.person.email }),
        },
      };
    },
    async refresh(refreshToken) {
      const fields = { grant_type: "refresh_token", refresh_token: refreshToken };
      return tokensOf(expectShape(provider, issued, await post("token", fields)));
    },
    async revoke({ accessToken }) {
      const init = jsonOf({ token: accessToken }, headers);
      const answer = await callOAuth({ provider, url: `${root}/v1/oauth/revoke`, init, egress });
      if (answer.status < 300 || isDead(answer)) return;
      refuse(answer);
    },
    // What the person ticked shows in what the bot finds.
    judgeScopes: () => ({ platforms: ["notion"], missing: [] }),
  };
}

/** Revoking a token that is dead answers like any call with a dead token. */
function isDead(answer: OAuthAnswer): boolean {
  const { error, code } = refusal.safeParse(answer.body).data ?? {};
  return error === "invalid_grant" || code === "unauthorized" || error === "invalid_token";
}

function refuse(answer: OAuthAnswer): OAuthAnswer {
  if (answer.status < 400) return answer;
  const { error = "" } = refusal.safeParse(answer.body).data ?? {};
  if (error === "invalid_grant") throw grantRefused("notion", error);
  if (/^[a-z_]+$/.test(error)) throw appRefused("notion", error);
  throw down("notion", `It answered ${answer.status}.`);
}

function tokensOf({ access_token, refresh_token }: z.output<typeof issued>): IssuedTokens {
  return { accessToken: access_token, ...(refresh_token && { refreshToken: refresh_token }) };
}
