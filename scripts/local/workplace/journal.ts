/** One call that reached a simulated platform. */
export interface Call {
  /** Counts calls from 1 in the order in which they arrived. */
  seq: number;
  /** The workplace's instant of arrival, ISO 8601. */
  at: string;
  method: string;
  /** What was asked, without tokens, secrets and codes. */
  args: Readonly<Record<string, unknown>>;
  /** HTTP status that was sent; absent while the call is in flight and when no answer was ever sent. */
  status?: number;
  /** The platform's error code. */
  error?: string;
  /** Seconds of the Retry-After that was sent. */
  retryAfter?: number;
  /** Kind of the fault that was played. */
  fault?: string;
  /** How many objects the page carried. */
  objects?: number;
}

const SECRETS = ["token", "access_token", "client_secret", "code", "code_verifier", "refresh_token"];

/** Everything that was asked of a simulated platform, in order. */
export class CallJournal<Entry extends Call> {
  readonly #entries: Entry[] = [];
  readonly #entryOf: (call: Call) => Entry;
  #arrived = 0;

  /** @param entryOf makes the platform's entry of an arriving call */
  constructor(entryOf: (call: Call) => Entry) {
    this.#entryOf = entryOf;
  }

  /** Writes down an arriving call; the caller fills in how it ended. */
  open(call: { at: Date; method: string; args: Readonly<Record<string, unknown>> }): Entry {
    const shown = Object.entries(call.args).map((
      [name, value],
    ) => [name, SECRETS.includes(name) ? "[redacted]" : value]);
    const entry = this.#entryOf({
      seq: ++this.#arrived,
      at: call.at.toISOString(),
      method: call.method,
      args: Object.fromEntries(shown),
    });
    this.#entries.push(entry);
    return entry;
  }

  /** The calls so far with all these members, oldest first; `after` is a `seq`. */
  calls({ after = 0, ...wanted }: Partial<Entry> & { after?: number } = {}): readonly Entry[] {
    const members = Object.entries(wanted).filter(([, value]) => value !== undefined);
    return this.#entries.filter((entry) =>
      entry.seq > after && members.every(([name, value]) => Reflect.get(entry, name) === value)
    );
  }

  /** How often each method was called, e.g. `{ "conversations.history": 12 }`. */
  countByMethod(after = 0): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { seq, method } of this.#entries) {
      if (seq > after) counts[method] = (counts[method] ?? 0) + 1;
    }
    return counts;
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
