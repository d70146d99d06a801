/**
 * Calls to a platform, paced by meters that live in Postgres, so that any number of isolates together stay within what
 * the platform allows.
 */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { PlatformError } from "./connector.ts";

export interface Pace {
  /** Names the meter: platform, team or user, method. */
  readonly key: string;
  /** Units in any window of `periodSeconds`; what a platform that counts calls allows in calls. */
  readonly allowed: number;
  readonly periodSeconds: number;
}

export interface RateBudget {
  /** Resolves when a call of `units` (1) may start. Rejects with `rate_limited` when that is too far off to wait for here. */
  take(pace: Pace, units?: number): Promise<void>;
  /**
   * The platform said wait: nobody calls under this key before. `learnt`: the slower pace that the platform turned out to
   * keep for us; it stays with the meter, whatever its callers believe.
   */
  holdBack(pace: Pace, seconds: number, learnt?: Omit<Pace, "key">): Promise<void>;
}

/** Longer than this is not waited for inside an isolate: the ticket comes back instead. */
const longestWaitSeconds = 10;

export interface RateBudgetOptions {
  readonly database: PipelineDatabase;
  readonly signal: AbortSignal;
  /** Waits; tests do not. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export function createRateBudget({ database, signal, wait = sleep }: RateBudgetOptions): RateBudget {
  return {
    async take({ key, allowed, periodSeconds }, units = 1) {
      const seconds = await database.call("reserve", {
        p_key: key,
        p_allowed: allowed,
        p_period_seconds: periodSeconds,
        p_longest_wait_seconds: longestWaitSeconds,
        p_units: units,
      }, signal);
      if (seconds > longestWaitSeconds) {
        throw new PlatformError("rate_limited", "The platform's rate limit is used up for now.", {
          retryAfterSeconds: seconds,
        });
      }
      if (seconds > 0) await wait(seconds * 1000, signal);
    },
    async holdBack({ key }, seconds, learnt) {
      await database.call("hold_back", {
        p_key: key,
        p_seconds: seconds,
        ...(learnt && { p_allowed: learnt.allowed, p_period_seconds: learnt.periodSeconds }),
      }, signal);
    },
  };
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const abort = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return promise.finally(() => signal.removeEventListener("abort", abort));
}
