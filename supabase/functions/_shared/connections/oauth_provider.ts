/** What each provider's OAuth offers, in one shape. Every call goes through the egress and ends within ten seconds. */
import type { Json } from "../db/pipeline_database.ts";
import type { Egress } from "../http/egress.ts";
import type { Environment } from "../http/environment.ts";
import { PipelineError } from "../http/problem.ts";
import { createGoogleOAuth } from "./google_oauth.ts";
import { createNotionOAuth } from "./notion_oauth.ts";
import { createSlackOAuth } from "./slack_oauth.ts";
import type { Provider } from "./tokens.ts";

export type Platform = "slack" | "gmail" | "calendar" | "notion";

/** What a token endpoint gives. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent: there is none, or the one before stays good. */
  readonly refreshToken?: string;
  /** Absent: it does not expire by itself. */
  readonly expiresInSeconds?: number;
}

/** What a person granted: the tokens, what they may do, and whose account it is. */
export interface OAuthGrant extends IssuedTokens {
  readonly scopes: readonly string[];
  /** The provider's own id of what was connected: Slack's team, Google's subject, Notion's workspace. */
  readonly accountId: string;
  readonly accountName: string;
  readonly metadata: { readonly [key: string]: Json };
}

/** One thing that less consent than we asked for takes away. */
export interface MissingFeature {
  readonly scope: string;
  /** A sentence for the person: what will not work. */
  readonly message: string;
}

/** How the consent that was given compares with the one we asked for. */
export interface ScopeVerdict {
  /** Which platforms can be synced with it; none: it is good for nothing. */
  readonly platforms: readonly Platform[];
  readonly missing: readonly MissingFeature[];
}

export interface Consent {
  /** Comes back with the person. */
  readonly state: string;
  /** Where the provider sends the person back to; the same at the exchange. */
  readonly redirectUri: string;
  /** Of this consent alone; who exchanges the code proves to know it (PKCE, where the provider has it). */
  readonly codeVerifier: string;
}

export interface OAuthProvider {
  readonly provider: Provider;
  /** The consent page. */
  authorizationUrl(consent: Consent): Promise<string>;
  /**
   * Trades the code for tokens and looks whose they are.
   *
   * @throws {PipelineError} `grant_refused`, `provider_app_refused`, `rate_limited`, `provider_down`
   */
  exchange(code: string, consent: Omit<Consent, "state">): Promise<OAuthGrant>;
  /** @throws {PipelineError} as {@link exchange}; `grant_refused`: the refresh token is dead. */
  refresh(refreshToken: string): Promise<IssuedTokens>;
  /**
   * Ends the grant. One that has ended already is no error.
   *
   * @throws {PipelineError} `provider_app_refused`, `rate_limited`, `provider_down`
   */
  revoke(tokens: { readonly accessToken: string; readonly refreshToken?: string }): Promise<void>;
  judgeScopes(granted: readonly string[]): ScopeVerdict;
}

/** Our app at a provider. */
export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly egress: Egress;
  /** Stands in for the provider's own addresses. */
  readonly baseUrl?: string;
}

/** The variables of all providers. */
export const OAUTH_VARIABLES = [
  "SLACK_BASE_URL",
  "SLACK_CLIENT_ID",
  "SLACK_CLIENT_SECRET",
  "GOOGLE_BASE_URL",
  "GOOGLE_CLIENT_ID",
  "GOOGLE_CLIENT_SECRET",
  "NOTION_BASE_URL",
  "NOTION_CLIENT_ID",
  "NOTION_CLIENT_SECRET",
] as const;
export type OAuthEnvironment = Environment<(typeof OAUTH_VARIABLES)[number]>;

const makers = { slack: createSlackOAuth, google: createGoogleOAuth, notion: createNotionOAuth };
const prefixes = { slack: "SLACK", google: "GOOGLE", notion: "NOTION" } as const;

/** Where a person takes back what they granted, by themselves. */
export const GRANTS_URLS: Readonly<Record<Provider, string>> = {
  slack: "https://slack.com/apps/manage",
  google: "https://myaccount.google.com/connections",
  notion: "https://www.notion.so/profile/connections",
};

/** The variables of a provider that are not set. */
export function missingVariables(provider: Provider, environment: OAuthEnvironment): string[] {
  const prefix = prefixes[provider];
  const needed = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] as const;
  return needed.filter((name) => environment[name] === undefined);
}

/** @throws {PipelineError} 503 `not_configured`, naming the variables that are missing */
export function createOAuthProvider(
  provider: Provider,
  environment: OAuthEnvironment,
  egress: Egress,
): OAuthProvider {
  const prefix = prefixes[provider];
  const clientId = environment[`${prefix}_CLIENT_ID`];
  const clientSecret = environment[`${prefix}_CLIENT_SECRET`];
  if (clientId === undefined || clientSecret === undefined) {
    const names = missingVariables(provider, environment);
    throw new PipelineError({
      code: "not_configured",
      message: `This installation has no app at ${provider} yet: ${names.join(" and ")} ${
        names.length === 1 ? "is" : "are"
      } missing. Nothing was done.`,
      hint: "docs/connecting.md says how to register the app and where to set its id and secret.",
      status: 503,
      details: { variables: names },
    });
  }
  const baseUrl = environment[`${prefix}_BASE_URL`];
  return makers[provider]({ clientId, clientSecret, egress, ...(baseUrl && { baseUrl }) });
}
