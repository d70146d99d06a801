import type { WorkplaceClock } from "../world/clock.ts";

/** Requests and the window, in milliseconds, they are allowed in. */
export interface Limit {
  requests: number;
  windowMs: number;
}

/** Why a call must wait. */
export interface Wait {
  /** Whole seconds, for `Retry-After`. */
  retryAfter: number;
  /** Notion's `additional_data.rate_limit_reason`. */
  reason: "public_api_request_rate_limit" | "public_api_space_request_rate_limit";
}

/**
 * Notion's two limits in sliding windows on the workplace's clock: one for each connection, one for all
 * connections of a workspace together.
 *
 * Source: https://developers.notion.com/reference/request-limits: three requests a second on average, spent at
 * any pace within 60 seconds; the workspace's own figure is not published, but its wait can be longer than a
 * minute, so ours has a window of two.
 */
export class RateLimits {
  perConnection: Limit = { requests: 180, windowMs: 60_000 };
  perWorkspace: Limit = { requests: 1_200, windowMs: 120_000 };
  /** False lets every call through: for tests of other things. */
  enforced = true;
  readonly #clock: WorkplaceClock;
  readonly #taken = new Map<string, number[]>();

  constructor(clock: WorkplaceClock) {
    this.#clock = clock;
  }

  /** Forgets every call made so far. */
  forget(): void {
    this.#taken.clear();
  }

  /** Takes one call's place in both windows; a refused call takes none. */
  take({ bot, workspace }: { bot: string; workspace: string }): Wait | undefined {
    if (!this.enforced) return undefined;
    const now = this.#clock.now().getTime();
    const own = this.#window(bot, this.perConnection, now);
    if (own.wait > 0) return { retryAfter: own.wait, reason: "public_api_request_rate_limit" };
    const shared = this.#window(workspace, this.perWorkspace, now);
    if (shared.wait > 0) return { retryAfter: shared.wait, reason: "public_api_space_request_rate_limit" };
    own.recent.push(now);
    shared.recent.push(now);
    return undefined;
  }

  #window(key: string, { requests, windowMs }: Limit, now: number): { recent: number[]; wait: number } {
    const recent = (this.#taken.get(key) ?? []).filter((instant) => instant > now - windowMs);
    this.#taken.set(key, recent);
    const blocking = recent[recent.length - requests];
    return {
      recent,
      wait: blocking === undefined ? 0 : Math.max(1, Math.ceil((blocking + windowMs - now) / 1000)),
    };
  }
}
