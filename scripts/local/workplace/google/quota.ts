import type { WorkplaceClock } from "../world/clock.ts";
import { GoogleRefusal } from "./google_refusal.ts";

/** The API whose quota a call takes from. */
export type Quota = "gmail" | "calendar";

/**
 * Units a minute for each user and project.
 *
 * Gmail: 6,000 for projects created since 2026-05-01, and the units of each method
 * (https://developers.google.com/workspace/gmail/api/reference/quota). Calendar: 600 queries, one a call
 * (https://developers.google.com/workspace/calendar/api/guides/quota).
 */
export const UNITS_PER_MINUTE: Readonly<Record<Quota, number>> = { gmail: 6000, calendar: 600 };

const UNITS: Readonly<Record<string, number>> = {
  "gmail.users.getProfile": 1,
  "gmail.users.history.list": 2,
  "gmail.users.labels.get": 1,
  "gmail.users.labels.list": 1,
  "gmail.users.messages.attachments.get": 20,
  "gmail.users.messages.get": 20,
  "gmail.users.messages.list": 5,
  "gmail.users.stop": 50,
  "gmail.users.threads.get": 40,
  "gmail.users.threads.list": 10,
  "gmail.users.watch": 100,
};

const MINUTE = 60_000;

/** What a call costs. */
export function unitsOf(method: string): number {
  return UNITS[method] ?? 1;
}

/** Counts units in sliding minutes on the workplace's clock, apart for each API and account. */
export class Quotas {
  /** Google answers either way; both must be understood. */
  status: 403 | 429 = 403;
  /** False lets every call through: for tests of other things. */
  enforced = true;
  /** Units a minute; a test may lower them. */
  readonly perMinute: Record<Quota, number> = { ...UNITS_PER_MINUTE };
  readonly #clock: WorkplaceClock;
  readonly #taken = new Map<string, { at: number; units: number }[]>();

  constructor(clock: WorkplaceClock) {
    this.#clock = clock;
  }

  /** Forgets every call made so far. */
  forget(): void {
    this.#taken.clear();
  }

  /** Units an account has used of an API in the last minute. */
  used(quota: Quota, sub: string): number {
    return this.#recent(`${quota} ${sub}`).reduce((sum, { units }) => sum + units, 0);
  }

  /**
   * Takes a call's units. A refused call takes none.
   *
   * @throws GoogleRefusal 403 `userRateLimitExceeded` or 429 `rateLimitExceeded`, without a Retry-After, as at
   *   Google: the message of Gmail's 429 names the instant
   */
  take(quota: Quota, sub: string, method: string): void {
    const units = unitsOf(method);
    const key = `${quota} ${sub}`;
    const recent = this.#recent(key);
    if (this.enforced && this.used(quota, sub) + units > this.perMinute[quota]) {
      const freed = new Date((recent[0]?.at ?? 0) + MINUTE).toISOString();
      throw rateRefusal(this.status, quota, freed);
    }
    recent.push({ at: this.#clock.now().getTime(), units });
    this.#taken.set(key, recent);
  }

  #recent(key: string): { at: number; units: number }[] {
    const oldest = this.#clock.now().getTime() - MINUTE;
    return (this.#taken.get(key) ?? []).filter(({ at }) => at > oldest);
  }
}

/** The refusal of a call over its quota. @param freed when units come free, ISO 8601 */
export function rateRefusal(status: 403 | 429, quota: Quota, freed?: string): GoogleRefusal {
  if (quota === "calendar") {
    const reason = status === 403 ? "userRateLimitExceeded" : "rateLimitExceeded";
    return new GoogleRefusal(status, reason, "Rate Limit Exceeded", { domain: "usageLimits" });
  }
  if (status === 403) {
    return new GoogleRefusal(403, "userRateLimitExceeded", "User Rate Limit Exceeded", {
      domain: "usageLimits",
    });
  }
  const message = `User-rate limit exceeded.${freed === undefined ? "" : `  Retry after ${freed}`}`;
  return new GoogleRefusal(429, "rateLimitExceeded", message, { domain: "usageLimits" });
}
