import { z } from "zod";
import type { GoogleAccount } from "./account.ts";
import { ACCESS_SECONDS, type Grants } from "./grants.ts";
import { type GoogleJson, OAuthRefusal } from "./google_refusal.ts";
import { base64url } from "./mime_source.ts";
import { fullScope, SCOPE } from "./scopes.ts";

/** What the person in front of the consent page does. */
export interface GoogleConsent {
  /** False: they press Cancel. */
  approve: boolean;
  account: GoogleAccount;
  /** The scopes whose boxes they leave ticked, of those asked for; all if left out. */
  scopes?: readonly string[];
}

const asking = z.object({
  client_id: z.string(),
  redirect_uri: z.url(),
  response_type: z.literal("code"),
  scope: z.string().min(1),
  state: z.string().optional(),
  access_type: z.enum(["online", "offline"]).default("online"),
  prompt: z.string().default(""),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal("S256").optional(),
});

/**
 * `GET /google/o/oauth2/v2/auth`: the consent page with the person already behind it. Redirects with `code`,
 * `scope` and `state`, or with `error=access_denied`; a request that Google would not show a page for gets 400.
 */
export function authorize(url: URL, grants: Grants, consent: GoogleConsent): Response {
  const asked = asking.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success) return new Response("Error 400: invalid_request", { status: 400 });
  const { client_id: clientId, redirect_uri: redirectUri, scope, state, ...how } = asked.data;
  if (clientId !== grants.client.clientId) return new Response("Error 401: invalid_client", { status: 401 });
  const target = new URL(redirectUri);
  if (state !== undefined) target.searchParams.set("state", state);
  const wanted = scope.split(" ").filter((one) => one !== "").map(fullScope);
  const ticked = consent.scopes?.map(fullScope);
  const scopes = wanted.filter((one) => ticked?.includes(one) ?? true);
  if (consent.approve && scopes.length > 0) {
    const code = grants.consent({
      account: consent.account,
      scopes,
      redirectUri,
      access: how.access_type,
      prompt: how.prompt,
      ...(how.code_challenge !== undefined && { challenge: how.code_challenge }),
    });
    target.searchParams.set("code", code);
    target.searchParams.set("scope", scopes.join(" "));
  } else {
    target.searchParams.set("error", "access_denied");
  }
  return new Response(null, { status: 302, headers: { location: target.href } });
}

const exchanging = z.object({
  grant_type: z.literal("authorization_code"),
  code: z.string(),
  redirect_uri: z.string(),
  code_verifier: z.string().optional(),
});
const refreshing = z.object({
  grant_type: z.literal("refresh_token"),
  refresh_token: z.string(),
  scope: z.string().optional(),
});

/** `POST /google/token`: a code or a refresh token for an access token. */
export async function token(args: Readonly<Record<string, unknown>>, grants: Grants): Promise<GoogleJson> {
  const { client } = grants;
  if (args.client_id !== client.clientId) {
    throw new OAuthRefusal("invalid_client", "The OAuth client was not found.", 401);
  }
  if (args.client_secret !== client.clientSecret) {
    throw new OAuthRefusal("invalid_client", "Unauthorized", 401);
  }
  const asked = z.union([exchanging, refreshing]).safeParse(args);
  if (!asked.success) {
    const known = ["authorization_code", "refresh_token"].includes(String(args.grant_type));
    if (known) throw new OAuthRefusal("invalid_request", "Missing required parameter");
    throw new OAuthRefusal("unsupported_grant_type", `Invalid grant_type: ${String(args.grant_type)}`);
  }
  if (asked.data.grant_type === "refresh_token") {
    const grant = grants.refresh(asked.data.refresh_token);
    const narrowed = asked.data.scope?.split(" ");
    if (narrowed?.some((scope) => !grant.scopes.includes(scope))) {
      throw new OAuthRefusal("invalid_scope", "Some requested scopes were invalid");
    }
    const scopes = narrowed ?? grant.scopes;
    return tokenJson(grants.accessToken(grant, scopes), scopes);
  }
  const { code, redirect_uri: redirectUri, code_verifier: verifier = "" } = asked.data;
  const { grant, offline } = await grants.exchange({
    code,
    redirectUri,
    proves: async (challenge) => challenge === await challengeOf(verifier),
  });
  const answer = tokenJson(grants.accessToken(grant), grant.scopes);
  return offline ? { ...answer, refresh_token: grant.refreshToken } : answer;
}

function tokenJson(accessToken: string, scopes: readonly string[]): GoogleJson {
  return {
    access_token: accessToken,
    expires_in: ACCESS_SECONDS,
    scope: scopes.join(" "),
    token_type: "Bearer",
  };
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest)).replaceAll("=", "");
}

/** `POST /google/revoke`: ends the grant of an access or refresh token, given as query or form. */
export function revoke({ token }: Readonly<Record<string, unknown>>, grants: Grants): GoogleJson {
  if (typeof token !== "string" || token === "") {
    throw new OAuthRefusal("invalid_request", "Missing required parameter: token");
  }
  grants.revoke(token);
  return {};
}

/** `GET /google/tokeninfo`: what an access token may do and for how long. */
export function tokenInfo(args: Readonly<Record<string, unknown>>, grants: Grants): GoogleJson {
  const { access_token: accessToken } = args;
  try {
    const access = grants.of(typeof accessToken === "string" ? accessToken : undefined);
    const { account } = access.grant;
    const left = grants.secondsLeft(access);
    return {
      azp: grants.client.clientId,
      aud: grants.client.clientId,
      sub: account.sub,
      scope: access.scopes.join(" "),
      exp: String(Math.floor(access.expires / 1000)),
      expires_in: String(left),
      ...(access.scopes.includes(SCOPE.email) && { email: account.email, email_verified: "true" }),
      access_type: "offline",
    };
  } catch {
    throw new OAuthRefusal("invalid_token", "Invalid Value");
  }
}

/** `GET /google/v1/userinfo`: who the account is, as far as the scopes say. */
export function userInfo(account: GoogleAccount, scopes: readonly string[]): GoogleJson {
  const { sub, email, person } = account;
  return {
    sub,
    ...(scopes.includes(SCOPE.email) && { email, email_verified: true, hd: email.split("@")[1] }),
    ...(scopes.includes(SCOPE.profile) && { name: person.name }),
  };
}
