/**
 * Who calls: the person behind a Supabase access token. The token's signature is verified here, with the project's
 * public keys (ES256, RS256) or, where a project signs with a shared secret, with that (HS256); nothing that it says is
 * believed before.
 */
import {
  createRemoteJWKSet,
  customFetch,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from "jose";
import { z } from "zod";
import type { Egress } from "../http/egress.ts";
import type { Problem } from "../http/problem.ts";

export interface SignedInUser {
  readonly id: string;
  readonly email?: string;
  /** `app_metadata.role` is "admin", which only the service can set. */
  readonly admin: boolean;
}

export type VerifiedUser =
  | { readonly ok: true; readonly user: SignedInUser }
  | { readonly ok: false; readonly problem: Problem };

/** Reads and verifies the bearer token of a request. Never throws: who is not let in gets a problem that says why. */
export type VerifyUser = (request: Request) => Promise<VerifiedUser>;

export interface UserVerifierOptions {
  readonly supabaseUrl: string;
  /** The issuer in the tokens; default `<supabaseUrl>/auth/v1`. */
  readonly issuer?: string;
  /** The shared secret of projects that sign with HS256; without it such tokens are refused. */
  readonly jwtSecret?: string;
  /** Fetches the public keys. */
  readonly egress: Egress;
  readonly now: () => Date;
}

/** Supabase's own tokens have about a kilobyte; what is longer than this is not looked at. */
const longestToken = 8_192;
/** Two clocks may be this many seconds apart. */
const clockTolerance = 5;
/** Keys are asked for again after this long, or for an unknown key id, but not more often than every 30 seconds. */
const keys = { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 5_000 };
const asymmetric = ["ES256", "RS256"];

const claims = z.object({
  sub: z.uuid(),
  role: z.string(),
  email: z.string().optional(),
  client_id: z.unknown().optional(),
  app_metadata: z.object({ role: z.unknown().optional() }).optional(),
});

export function createUserVerifier(options: UserVerifierOptions): VerifyUser {
  const { supabaseUrl, issuer = `${supabaseUrl}/auth/v1`, jwtSecret, egress, now } = options;
  const publicKeys = createRemoteJWKSet(new URL(`${supabaseUrl}/auth/v1/.well-known/jwks.json`), {
    ...keys,
    [customFetch]: egress,
  });
  const sharedKey = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret);

  return async (request) => {
    const token = bearerToken(request);
    if (token === undefined) return refused("not_signed_in");
    if (token.length > longestToken) return refused("token_invalid");
    const alg = algorithmOf(token);
    if (alg === undefined) return refused("token_invalid");
    try {
      const common = { audience: "authenticated", clockTolerance, currentDate: now(), algorithms: [alg] };
      const verified = asymmetric.includes(alg)
        ? await verify(token, publicKeys, { ...common, issuer })
        : alg === "HS256" && sharedKey !== undefined
        ? await verify(token, () => sharedKey, common)
        : undefined;
      if (verified === undefined) return refused("token_invalid");
      // The shared secret names its project by itself, and local stacks leave the issuer out. A wrong one is refused.
      if (verified.iss !== undefined && verified.iss !== issuer) return refused("token_invalid");
      return userOf(verified);
    } catch (thrown) {
      return refused(reasonOf(thrown));
    }
  };
}

/** The token of `Authorization: Bearer …`; undefined when there is none. */
export function bearerToken(request: Request): string | undefined {
  return /^bearer +([^\s,]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined;
  }
}

async function verify(token: string, key: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, key, { ...options, requiredClaims: ["sub", "exp"] });
  return payload;
}

function userOf(payload: JWTPayload): VerifiedUser {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) return refused("token_invalid");
  const { sub, role, email, client_id, app_metadata } = parsed.data;
  if (client_id !== undefined && client_id !== null) return refused("oauth_client_refused");
  if (role !== "authenticated") return refused("token_invalid");
  const admin = app_metadata?.role === "admin";
  return { ok: true, user: { id: sub.toLowerCase(), admin, ...(email !== undefined && { email }) } };
}

function reasonOf(thrown: unknown): keyof typeof problems {
  if (thrown instanceof errors.JWTExpired) return "token_expired";
  // What is no fault of the token: its public keys could not be fetched.
  const unreachable = !(thrown instanceof errors.JOSEError) || thrown instanceof errors.JWKSTimeout ||
    thrown instanceof errors.JWKSInvalid || thrown.code === "ERR_JOSE_GENERIC";
  return unreachable ? "sign_in_unavailable" : "token_invalid";
}

const signIn = "Sign in with Supabase Auth and send its access token as 'Authorization: Bearer …'.";

const problems = {
  not_signed_in: {
    code: "not_signed_in",
    message: "The request carries no access token. Nothing was done.",
    hint: signIn,
    status: 401,
  },
  token_expired: {
    code: "token_expired",
    message: "The access token has expired. Nothing was done.",
    hint: "Refresh the session and send the request again.",
    status: 401,
  },
  token_invalid: {
    code: "token_invalid",
    message: "The access token is not one that this project gave to a signed-in person. Nothing was done.",
    hint: signIn,
    status: 401,
  },
  oauth_client_refused: {
    code: "oauth_client_refused",
    message: "The access token belongs to an app that acts for a person, and this API is for the person. " +
      "Nothing was done.",
    hint: "Connected apps reach the person's data through the function 'mcp'.",
    status: 403,
  },
  sign_in_unavailable: {
    code: "sign_in_unavailable",
    message:
      "The project's keys could not be fetched, so the access token could not be checked. Nothing was done.",
    hint: "Try again in a minute.",
    status: 503,
  },
} as const satisfies Record<string, Problem>;

function refused(reason: keyof typeof problems): VerifiedUser {
  return { ok: false, problem: problems[reason] };
}
