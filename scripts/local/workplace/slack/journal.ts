import { type Call, CallJournal } from "../journal.ts";

/** One call that reached the simulated Slack; its objects are messages, channels or members. */
export interface JournalEntry extends Call {
  /** Team of the token; absent when the token was not accepted. */
  team?: string;
}

/** Everything that was asked of the simulated Slack, in order. */
export class Journal extends CallJournal<JournalEntry> {
  constructor() {
    super((call) => call);
  }

  /** How many calls were answered with 429. */
  countRateLimited(after = 0): number {
    return this.calls({ after, status: 429 }).length;
  }
}
