import { type Call, CallJournal } from "../journal.ts";
import { unitsOf } from "./quota.ts";

/**
 * One call that reached the simulated Google. `method` is Google's own id of it, e.g.
 * `gmail.users.messages.get`, `calendar.events.list`, `oauth2.token`.
 */
export interface GoogleCall extends Call {
  /** E-mail address of the token's account; absent when the token was not accepted. */
  account?: string;
  /** Quota units it costs. */
  units: number;
}

/** Everything that was asked of the simulated Google, in order. */
export class GoogleJournal extends CallJournal<GoogleCall> {
  constructor() {
    super((call) => ({ ...call, units: unitsOf(call.method) }));
  }

  /** How many calls were refused for their rate, by 403 or 429. */
  countRateLimited(after = 0): number {
    const reasons = ["rateLimitExceeded", "userRateLimitExceeded"];
    return this.calls({ after }).filter(({ error = "" }) => reasons.includes(error)).length;
  }
}
