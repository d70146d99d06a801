/**
 * Google's OAuth for web servers, with PKCE. One grant covers Gmail and Calendar; the access token lives an hour, the
 * refresh token until it is revoked. https://developers.google.com/identity/protocols/oauth2/web-server
 */
import { z } from "zod";
import { toBase64url } from "../crypto/base64url.ts";
import {
  appRefused,
  callOAuth,
  down,
  expectShape,
  formOf,
  grantRefused,
  type OAuthAnswer,
} from "./oauth_call.ts";
import type { IssuedTokens, OAuthApp, OAuthProvider } from "./oauth_provider.ts";
import { judge } from "./scope_judgement.ts";

const api = "https://www.googleapis.com/auth";
const MAIL = `${api}/gmail.readonly`;
const CALENDAR = `${api}/calendar.readonly`;
/** What we ask for: reading, and whose account it is. Mail is sent by the mail provider, so nothing that writes. */
export const GOOGLE_SCOPES: readonly string[] = ["openid", "email", MAIL, CALENDAR];

const text = z.string().min(1).max(8_192);
const issued = z.object({
  access_token: text,
  refresh_token: text.optional(),
  expires_in: z.number().positive(),
  scope: z.string().max(4_096).optional(),
});
const person = z.object({ sub: text, email: z.string().max(320).optional() });
const refusal = z.object({ error: z.string() });

/** Google's hosts, or one stand-in for all of them. */
const hosts = (baseUrl: string | undefined) => ({
  consent: baseUrl ?? "https://accounts.google.com",
  token: baseUrl ?? "https://oauth2.googleapis.com",
  whose: baseUrl ?? "https://openidconnect.googleapis.com",
});

export function createGoogleOAuth({ clientId, clientSecret, egress, baseUrl }: OAuthApp): OAuthProvider {
  const { consent, token, whose } = hosts(baseUrl);
  const provider = "google";
  const app = { client_id: clientId, client_secret: clientSecret };
  const post = async (url: string, fields: Record<string, string>) =>
    refuse(await callOAuth({ provider, url, init: formOf(fields), egress }));

  return {
    provider,
    async authorizationUrl({ state, redirectUri, codeVerifier }) {
      const url = new URL(`${consent}/o/oauth2/v2/auth`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: GOOGLE_SCOPES.join(" "),
        // A refresh token comes only for an offline client, and again only if the page is shown again.
        access_type: "offline",
        prompt: "consent",
        include_granted_scopes: "true",
        code_challenge: await challengeOf(codeVerifier),
        code_challenge_method: "S256",
        state,
      }).toString();
      return url.href;
    },
    async exchange(code, { redirectUri, codeVerifier }) {
      const answer = await post(`${token}/token`, {
        ...app,
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      });
      const grant = expectShape(provider, issued, answer);
      const init = { headers: { authorization: `Bearer ${grant.access_token}` } };
      const { sub, email } = expectShape(
        provider,
        person,
        refuse(await callOAuth({ provider, url: `${whose}/v1/userinfo`, init, egress })),
      );
      return {
        ...tokensOf(grant),
        scopes: (grant.scope ?? "").split(" ").filter((scope) => scope !== ""),
        accountId: sub,
        accountName: email ?? sub,
        metadata: { ...(email !== undefined && { email }) },
      };
    },
    async refresh(refreshToken) {
      const fields = { ...app, grant_type: "refresh_token", refresh_token: refreshToken };
      return tokensOf(expectShape(provider, issued, await post(`${token}/token`, fields)));
    },
    async revoke({ accessToken, refreshToken }) {
      const init = formOf({ token: refreshToken ?? accessToken });
      const answer = await callOAuth({ provider, url: `${token}/revoke`, init, egress });
      const error = refusal.safeParse(answer.body).data?.error;
      if (answer.status >= 300 && error !== "invalid_token") throw down(provider, "It did not revoke.");
    },
    judgeScopes: (scopes) =>
      judge(scopes, {
        platforms: {
          gmail: [[MAIL, `${api}/gmail.modify`, "https://mail.google.com/"]],
          calendar: [[CALENDAR, `${api}/calendar`]],
        },
        lacking: {
          gmail: { scope: MAIL, message: "Gmail will not be synced, as reading mail was not allowed." },
          calendar: {
            scope: CALENDAR,
            message: "Calendars will not be synced, as reading them was not allowed.",
          },
        },
      }),
  };
}

/** S256 of RFC 7636. */
async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return toBase64url(new Uint8Array(digest));
}

function refuse(answer: OAuthAnswer): OAuthAnswer {
  if (answer.status < 400) return answer;
  const error = refusal.safeParse(answer.body).data?.error ?? "";
  if (error === "invalid_grant" || answer.status === 401 && error === "") throw grantRefused("google", error);
  if (/^[a-z_]+$/.test(error)) throw appRefused("google", error);
  throw down("google", `It answered ${answer.status}.`);
}

function tokensOf({ access_token, refresh_token, expires_in }: z.output<typeof issued>): IssuedTokens {
  return {
    accessToken: access_token,
    expiresInSeconds: expires_in,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
  };
}
