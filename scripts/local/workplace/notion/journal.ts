import { type Call, CallJournal } from "../journal.ts";

/** One call that reached the simulated Notion; `method` is the SDK's name of it, e.g. `blocks.children.list`. */
export interface NotionJournalEntry extends Call {
  /** Id of the token's workspace; absent when the token was not accepted. */
  workspace?: string;
}

/** Everything that was asked of the simulated Notion, in order. */
export class NotionJournal extends CallJournal<NotionJournalEntry> {
  constructor() {
    super((call) => call);
  }

  /** How many calls were answered with 429. */
  countRateLimited(after = 0): number {
    return this.calls({ after, status: 429 }).length;
  }
}
