/**
 * The access token of a connection, renewed by one worker at a time. Refresh tokens of some providers work once, so two
 * workers that renew at the same moment would lose the connection: the database hands out a lease, and whoever does not
 * get it waits for the token of the one who did.
 */
import { z } from "zod";
import type { KeyRing } from "../crypto/key_ring.ts";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import { waitUntil } from "../http/edge_runtime.ts";
import type { Egress } from "../http/egress.ts";
import { PipelineError } from "../http/problem.ts";
import type { AccessToken } from "./access_token.ts";
import { down, nameOf } from "./oauth_call.ts";
import { createOAuthProvider, type OAuthEnvironment, type OAuthProvider } from "./oauth_provider.ts";
import { openToken, type Provider, sealToken } from "./tokens.ts";

export interface AccessTokenOptions {
  readonly database: PipelineDatabase;
  readonly ring: KeyRing;
  readonly egress: Egress;
  readonly environment: OAuthEnvironment;
  readonly connection: { readonly id: string; readonly user_id: string; readonly provider: Provider };
  /** Sealed, as `pipeline.begin_sync` returns them. */
  readonly tokens: {
    readonly access_token: string;
    readonly refresh_token: string | null;
    /** ISO 8601, by the real clock; null: it does not expire. */
    readonly expires_at: string | null;
  };
  /** Ends the waiting. A renewal under way goes on behind it, because its refresh token may be used up already. */
  readonly signal: AbortSignal;
  /** The real clock: expiry is the provider's matter, not the pipeline's. */
  readonly now: () => Date;
  /** How long a worker waits between two looks at another's renewal; tests do not wait. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A token is renewed this much before its end, so that it does not die on its way. */
const marginMs = 60_000;
/** Another's lease ends after 15 seconds; so does, a little later, the waiting for it. */
const longestWaitMs = 20_000;
const firstPauseMs = 100;
const longestPauseMs = 1_000;

const beginning = z.discriminatedUnion("state", [
  z.object({ state: z.literal("renewed"), access_token: z.string(), expires_at: z.string().nullable() }),
  z.object({ state: z.literal("yours"), lease: z.uuid(), refresh_token: z.string() }),
  z.object({ state: z.literal("wait") }),
  z.object({ state: z.literal("failed") }),
  z.object({ state: z.literal("impossible"), reason: z.string().nullable() }),
]);

/** What this worker holds. */
interface HeldToken {
  readonly envelope: string;
  readonly token: string;
  /** Epoch milliseconds; infinity when it does not expire. */
  readonly expires: number;
}

/**
 * Opens nothing before its first use. Throws {@link PipelineError} `needs_reauth` (the connection is marked, and its
 * person told, by then), `provider_down`, `rate_limited`, `token_unreadable`, `unknown_connection`; the signal's reason
 * when that aborts.
 */
export function createAccessToken(options: AccessTokenOptions): AccessToken {
  const { tokens, signal, now } = options;
  let opening: Promise<HeldToken> | undefined;
  let held: HeldToken | undefined;
  let renewing: Promise<HeldToken> | undefined;

  // Not `held ??= await …`: whoever opened it slowly would put the old token back over a renewed one.
  const open = async () => {
    if (held !== undefined) return held;
    const first = await (opening ??= opened(options, tokens.access_token, tokens.expires_at));
    return held ?? first;
  };
  /** Callers of one worker share one renewal. */
  const renew = (from: HeldToken) =>
    renewing ??= renewal(options, from).then((fresh) => held = fresh).finally(() => renewing = undefined);

  return {
    async current() {
      signal.throwIfAborted();
      const before = await open();
      if (before.expires - marginMs > now().getTime() || tokens.refresh_token === null) return before.token;
      return (await abortable(renew(before), signal)).token;
    },
    async renewed(refused) {
      signal.throwIfAborted();
      const before = await open();
      // Another caller of this worker has renewed it since.
      if (before.token !== refused) return before.token;
      return (await abortable(renew(before), signal)).token;
    },
  };
}

async function renewal(options: AccessTokenOptions, from: HeldToken): Promise<HeldToken> {
  const { database, connection, now, signal, pause = pauseFor } = options;
  const giveUpAt = now().getTime() + longestWaitMs;
  let stale = from.envelope;
  for (let looks = 0; now().getTime() < giveUpAt && looks < 60; looks += 1) {
    const answer = beginning.parse(
      await database.call("begin_token_refresh", { p_connection: connection.id, p_stale: stale }, signal),
    );
    switch (answer.state) {
      case "renewed": {
        const fresh = await opened(options, answer.access_token, answer.expires_at);
        // The same token under another key is no new one.
        if (fresh.token !== from.token) return fresh;
        stale = fresh.envelope;
        continue;
      }
      case "yours": {
        const work = renewAtProvider(
          options,
          { ...from, envelope: stale },
          answer.lease,
          answer.refresh_token,
        );
        // Not under the signal: what the provider gave must be stored even if nobody waits for it any more.
        waitUntil(work.then(() => {}), () => {});
        return await work;
      }
      case "wait":
        await pause(Math.min(firstPauseMs * 2 ** Math.min(looks, 10), longestPauseMs), signal);
        continue;
      case "failed":
        throw down(connection.provider, "Renewing its access failed a moment ago.");
      case "impossible": {
        const reason = answer.reason ?? `${nameOf(connection.provider)} refused the stored access.`;
        await database.call("needs_reauth", { p_connection: connection.id, p_reason: reason }, signal);
        throw needsReauth(connection.provider);
      }
    }
  }
  throw down(connection.provider, "Another worker has been renewing its access for too long.");
}

async function renewAtProvider(
  options: AccessTokenOptions,
  from: HeldToken,
  lease: string,
  sealedRefreshToken: string,
): Promise<HeldToken> {
  const { database, ring, environment, egress, connection: { id, user_id, provider }, now } = options;
  const fail = (refused?: string) =>
    database.call("fail_token_refresh", {
      p_connection: id,
      p_refresh_lease: lease,
      ...(refused !== undefined && { p_refused: refused }),
    });
  try {
    const refreshToken = await openToken(ring, sealedRefreshToken, user_id, provider, "refresh_token");
    const asked: OAuthProvider = createOAuthProvider(provider, environment, egress);
    const issued = await asked.refresh(refreshToken);
    const envelope = await sealToken(ring, issued.accessToken, user_id, provider, "access_token");
    const refreshEnvelope = issued.refreshToken === undefined
      ? undefined
      : await sealToken(ring, issued.refreshToken, user_id, provider, "refresh_token");
    const lifetime = issued.expiresInSeconds;
    await persistently(() =>
      database.call("finish_token_refresh", {
        p_connection: id,
        p_stale: from.envelope,
        p_access_token: envelope,
        ...(refreshEnvelope !== undefined && { p_refresh_token: refreshEnvelope }),
        ...(lifetime !== undefined && { p_expires_in: `${Math.floor(lifetime)} seconds` }),
      })
    );
    const expires = lifetime === undefined ? Number.POSITIVE_INFINITY : now().getTime() + lifetime * 1_000;
    return { envelope, token: issued.accessToken, expires };
  } catch (thrown) {
    const refused = thrown instanceof PipelineError && thrown.code === "grant_refused";
    // Unsaid, the lease ends by itself and the next worker finds out the same.
    await fail(refused ? thrown.message : undefined).catch(() => {});
    throw refused ? needsReauth(provider) : thrown;
  }
}

/** The provider has forgotten the old token by now: storing the new one is worth more than one attempt. */
async function persistently(store: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1;; attempt += 1) {
    try {
      await store();
      return;
    } catch (thrown) {
      if (attempt === 3) throw thrown;
    }
  }
}

async function opened(
  { ring, connection: { user_id, provider } }: AccessTokenOptions,
  envelope: string,
  expiresAt: string | null,
): Promise<HeldToken> {
  const token = await openToken(ring, envelope, user_id, provider, "access_token");
  const expires = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
  return { envelope, token, expires };
}

function needsReauth(provider: Provider): PipelineError {
  return new PipelineError({
    code: "needs_reauth",
    message: `${nameOf(provider)} no longer lets us in. Nothing that was synced is lost.`,
    hint: `Connect ${nameOf(provider)} again.`,
    status: 409,
  });
}

/** Waits for the work or the signal, whichever comes first; the work goes on. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  // Whoever stopped waiting hears of no failure; it is in the connection's row.
  work.catch(() => {});
  aborted.promise.catch(() => {});
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
