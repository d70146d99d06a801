/** One call that reached the simulated Slack. */
export interface JournalEntry {
  /** Counts calls from 1 in the order in which they arrived. */
  seq: number;
  /** The workplace's instant of arrival, ISO 8601. */
  at: string;
  method: string;
  /** Team of the token; absent when the token was not accepted. */
  team?: string;
  /** What was asked, without tokens, secrets and codes. */
  args: Readonly<Record<string, unknown>>;
  /** HTTP status that was sent; absent while the call is in flight and when no answer was ever sent. */
  status?: number;
  /** Slack's error code. */
  error?: string;
  /** Seconds of the Retry-After that was sent. */
  retryAfter?: number;
  /** Kind of the fault that was played. */
  fault?: string;
  /** How many objects (messages, channels, members) the page carried. */
  objects?: number;
}

const SECRETS = ["token", "client_secret", "code", "refresh_token"];

/** Everything that was asked of the simulated Slack, in order. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  #arrived = 0;

  /** Writes down an arriving call; the caller fills in how it ended. */
  open(call: { at: Date; method: string; args: Readonly<Record<string, unknown>> }): JournalEntry {
    const shown = Object.entries(call.args).map((
      [name, value],
    ) => [name, SECRETS.includes(name) ? "[redacted]" : value]);
    const entry: JournalEntry = {
      seq: ++this.#arrived,
      at: call.at.toISOString(),
      method: call.method,
      args: Object.fromEntries(shown),
    };
    this.#entries.push(entry);
    return entry;
  }

  /** The calls so far that match, oldest first; `after` is a `seq`. */
  calls(
    { method, team, after = 0 }: { method?: string; team?: string; after?: number } = {},
  ): readonly JournalEntry[] {
    return this.#entries.filter((entry) =>
      entry.seq > after && (method === undefined || entry.method === method) &&
      (team === undefined || entry.team === team)
    );
  }

  /** How often each method was called, e.g. `{ "conversations.history": 12 }`. */
  countByMethod(after = 0): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { method } of this.calls({ after })) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  }

  /** How many calls were answered with 429. */
  countRateLimited(after = 0): number {
    return this.calls({ after }).filter(({ status }) => status === 429).length;
  }

  /** `seq` of the latest call: pass it as `after` to look at what comes next. */
  get latest(): number {
    return this.#arrived;
  }

  /** Forgets the calls so far; numbers go on. */
  clear(): void {
    this.#entries.length = 0;
  }
}
