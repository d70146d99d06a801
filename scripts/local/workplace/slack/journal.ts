import { type Call, CallJournal } from "../journal.ts";

/** A message that a call of ours posted, whatever became of the answer. */
export interface Post {
  channel: string;
  ts: string;
  threadTs?: string;
  text: string;
  blocks: readonly unknown[];
  metadata?: unknown;
}

/** One call that reached the simulated Slack; its objects are messages, channels or members. */
export interface JournalEntry extends Call {
  /** Team of the token; absent when the token was not accepted. */
  team?: string;
  /** The message that it posted. */
  posted?: Post;
}

/** Everything that was asked of the simulated Slack, in order. */
export class Journal extends CallJournal<JournalEntry> {
  constructor() {
    super((call) => call);
  }

  /** What was posted, oldest first: doubles stand here twice, also when the first answer was lost. */
  posts(after = 0): readonly Post[] {
    return this.calls({ after, method: "chat.postMessage" }).flatMap(({ posted }) => posted ?? []);
  }

  /** How many calls were answered with 429. */
  countRateLimited(after = 0): number {
    return this.calls({ after, status: 429 }).length;
  }
}
