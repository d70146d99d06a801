import type { WorkplaceClock } from "../world/clock.ts";

/**
 * Which limits the app lives under.
 *
 * `marketplace`: Marketplace and internal apps, the published tiers. `commercial`: apps distributed
 * commercially outside the Marketplace since 2025-05-29: one request a minute and 15 objects a page on the
 * two reading methods.
 *
 * Sources: https://docs.slack.dev/apis/web-api/rate-limits (tiers; "per API method per workspace/team per
 * app"), https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps, and the
 * facts box of each method's reference page for its tier.
 */
export type Cohort = "marketplace" | "commercial";

/** Requests a minute. Slack promises "20+" and tolerates some bursts; we hold everybody to the promise. */
const TIER_2 = 20;
const TIER_3 = 50;
const TIER_4 = 100;
/** "Special" methods that Slack lets be called "hundreds of times a minute". */
const SPECIAL = 300;

const PER_MINUTE: Readonly<Record<string, number>> = {
  "auth.revoke": TIER_3,
  "auth.test": SPECIAL,
  "chat.getPermalink": SPECIAL,
  "conversations.history": TIER_3,
  "conversations.info": TIER_3,
  "conversations.join": TIER_3,
  "conversations.list": TIER_2,
  "conversations.open": TIER_3,
  "conversations.replies": TIER_3,
  "oauth.v2.access": TIER_4,
  "users.info": TIER_4,
  "users.list": TIER_2,
  "users.lookupByEmail": TIER_3,
};

/** Methods that the commercial cohort may call once a minute only. */
const SLOWED = ["conversations.history", "conversations.replies"];
/** What a slowed method gives at most, and by default, for each page. */
export const SLOWED_PAGE = 15;

const MINUTE = 60_000;

/** Requests and the window, in milliseconds, they are allowed in. */
export interface Limit {
  requests: number;
  windowMs: number;
}

/** The published limit of a method for a cohort. */
export function limitOf(method: string, cohort: Cohort): Limit {
  if (cohort === "commercial" && SLOWED.includes(method)) return { requests: 1, windowMs: MINUTE };
  // Posting: one message a second for each channel.
  if (method === "chat.postMessage") return { requests: 1, windowMs: 1000 };
  return { requests: PER_MINUTE[method] ?? TIER_3, windowMs: MINUTE };
}

/**
 * Counts calls in sliding windows on the workplace's clock, apart for each app, team, method (and channel
 * posted to).
 */
export class RateLimits {
  /** Can be switched while the workplace runs. */
  cohort: Cohort;
  /** False lets every call through: for tests of other things. */
  enforced = true;
  readonly #clock: WorkplaceClock;
  readonly #taken = new Map<string, number[]>();

  constructor(clock: WorkplaceClock, cohort: Cohort) {
    this.#clock = clock;
    this.cohort = cohort;
  }

  /** Forgets every call made so far. */
  forget(): void {
    this.#taken.clear();
  }

  /**
   * Takes one call's place in its window. A refused call takes none.
   *
   * @returns undefined when it may go on, otherwise the whole seconds (at least 1) until it may, for `Retry-
   *   After`
   */
  take(call: { app: string; team: string; method: string; channel?: string }): number | undefined {
    if (!this.enforced) return undefined;
    const { requests, windowMs } = limitOf(call.method, this.cohort);
    const posting = call.method === "chat.postMessage" ? call.channel ?? "" : "";
    const key = [call.app, call.team, call.method, posting].join(" ");
    const now = this.#clock.now().getTime();
    const recent = (this.#taken.get(key) ?? []).filter((instant) => instant > now - windowMs);
    this.#taken.set(key, recent);
    const blocking = recent[recent.length - requests];
    if (blocking !== undefined) return Math.max(1, Math.ceil((blocking + windowMs - now) / 1000));
    recent.push(now);
    return undefined;
  }
}
