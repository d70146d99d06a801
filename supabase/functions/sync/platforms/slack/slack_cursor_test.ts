import assert from "node:assert/strict";
import fc from "fast-check";
import type { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import { createSlackConnector } from "../slack.ts";
import type { SlackClient } from "./slack_client.ts";
import { afterPage, afterReplies, openPass, readCursor } from "./slack_cursor.ts";

const unread = { newest: null, gaps: [], threads: [] };
const page = (timestamps: string[], hasMore: boolean) => ({ timestamps, hasMore, threads: [] });

Deno.test("a cursor that is not of this shape means that the channel is read from its start", () => {
  for (const stored of [null, {}, "x", [], { newest: 1, gaps: [], threads: [] }, { newest: "1" }]) {
    assert.deepEqual(readCursor(stored), unread);
  }
});

Deno.test("a pass that ends before its first page leaves no second gap behind", () => {
  const opened = openPass({ newest: "5", gaps: [{ after: null, before: "2" }], threads: [] });
  assert.deepEqual(opened.gaps, [{ after: "5", before: null }, { after: null, before: "2" }]);
  assert.equal(openPass(opened), opened);
});

Deno.test("a page narrows the newest gap from above, and the last page closes it", () => {
  const opened = openPass({ newest: "3", gaps: [{ after: null, before: "1" }], threads: [] });
  const narrowed = afterPage(opened, page(["9", "8"], true));
  assert.deepEqual(narrowed, {
    newest: "9",
    gaps: [{ after: "3", before: "8" }, { after: null, before: "1" }],
    threads: [],
  });
  const closed = afterPage(narrowed, page(["4"], false));
  assert.deepEqual(closed, { newest: "9", gaps: [{ after: null, before: "1" }], threads: [] });
  assert.deepEqual(afterPage(closed, page([], false)), { newest: "9", gaps: [], threads: [] });
});

Deno.test("a thread is read from its newest stored reply on, and queued once", () => {
  const threads = [{ ts: "1" }, { ts: "2" }];
  const queued = afterPage(openPass(unread), { timestamps: ["2", "1"], hasMore: false, threads });
  assert.deepEqual(queued.threads, [{ ts: "1", after: null }, { ts: "2", after: null }]);
  const half = afterReplies(queued, ["3", "4"], false);
  assert.deepEqual(half.threads, [{ ts: "1", after: "4" }, { ts: "2", after: null }]);
  const again = afterPage(openPass(half), { timestamps: ["1"], hasMore: false, threads: [{ ts: "1" }] });
  assert.deepEqual(again.threads, half.threads);
  assert.deepEqual(afterReplies(half, ["5"], true).threads, [{ ts: "2", after: null }]);
});

/** A channel in memory, as Slack shows one: newest first, both bounds exclusive, a thread's page led by its parent. */
class Channel {
  readonly roots: { ts: string; replies: string[] }[] = [];
  #micros = 0;

  constructor(readonly pageSize: number) {}

  #ts = () => `1700000000.${String(++this.#micros).padStart(6, "0")}`;

  say(replies: number): void {
    const ts = this.#ts();
    this.roots.push({ ts, replies: Array.from({ length: replies }, this.#ts) });
  }

  get all(): string[] {
    return this.roots.flatMap(({ ts, replies }) => [ts, ...replies]);
  }

  readonly client: SlackClient = {
    call: <S extends z.ZodType>(method: string, args: Record<string, unknown>, answer: S) => {
      const after = String(args["oldest"] ?? "");
      const before = String(args["latest"] ?? "9");
      const found = method === "conversations.history"
        ? this.roots.filter(({ ts }) => ts > after && ts < before).reverse().map(({ ts, replies }) => ({
          ts,
          reply_count: replies.length,
        }))
        : this.#thread(String(args["ts"]), after);
      const messages = found.slice(0, this.pageSize);
      return Promise.resolve(answer.parse({ messages, has_more: found.length > this.pageSize }));
    },
  };

  #thread(parent: string, after: string) {
    const replies = this.roots.find(({ ts }) => ts === parent)?.replies ?? [];
    return [parent, ...replies.filter((ts) => ts > after)].map((ts) => ({ ts, thread_ts: parent }));
  }
}

/** What is known of a channel: its stored messages and the cursor behind them, both as the database keeps them. */
class Store {
  readonly stored: string[] = [];
  cursor: Json = null;

  put(items: readonly { item_id: string }[], cursor: Json): void {
    this.stored.push(...items.map(({ item_id }) => item_id));
    this.cursor = JSON.parse(JSON.stringify(cursor));
  }

  /** Everything that is not stored can still be reached from the cursor. */
  checkAgainst(channel: Channel): void {
    const { newest, gaps, threads } = readCursor(this.cursor);
    const has = new Set(this.stored);
    const isAhead = (ts: string) => newest === null || ts > newest;
    const inGap = (ts: string) =>
      gaps.some(({ after, before }) => (after === null || ts > after) && (before === null || ts < before));
    for (const { ts, replies } of channel.roots) {
      assert.ok(has.has(ts) || isAhead(ts) || inGap(ts), `${ts} is lost`);
      if (!has.has(ts)) continue;
      const queued = threads.find((thread) => thread.ts === ts);
      for (const reply of replies.filter((reply) => !has.has(reply))) {
        assert.ok(queued && (queued.after === null || reply > queued.after), `reply ${reply} is lost`);
      }
    }
  }
}

const replies = fc.integer({ min: 0, max: 9 });
const passes = fc.array(
  fc.record({
    /** Messages (as numbers of replies) that arrive before the pass, and one after each of its pages. */
    before: fc.array(replies, { maxLength: 12 }),
    during: fc.array(replies, { maxLength: 4 }),
    /** After how many stored pages the pass is stopped; 99 lets it end. */
    stopAfter: fc.constantFrom(0, 1, 2, 3, 5, 8, 99),
    /** Whether one more page was read by then, and lost. */
    losesPage: fc.boolean(),
  }),
  { maxLength: 8 },
);

Deno.test("whatever the pages, caps, stops and arrivals: nothing is lost, nothing is stored twice, and in the end no gap is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 7 }),
      fc.record({ first: fc.integer({ min: 1, max: 30 }), later: fc.integer({ min: 1, max: 12 }) }),
      passes,
      async (pageSize, passBudget, plan) => {
        const channel = new Channel(pageSize);
        const store = new Store();
        const connector = createSlackConnector({
          client: channel.client,
          teamUrl: undefined,
          ownId: undefined,
          peopleNamed: () => Promise.resolve(new Map()),
          passBudget,
        });
        const source = { externalId: "C01", name: "#general", metadata: {} };

        const run = async ({ before, during, stopAfter, losesPage }: (typeof plan)[number]) => {
          before.forEach((count) => channel.say(count));
          const isFirst = readCursor(store.cursor).newest === null;
          const alreadyStored = new Set(store.stored);
          const arrivals = [...during];
          const pages = connector.sync(source, store.cursor);
          for (let stored = 0; stored < stopAfter; stored += 1) {
            const { done, value } = await pages.next();
            if (done) break;
            store.put(value.items, value.cursor);
            store.checkAgainst(channel);
            const arrival = arrivals.shift();
            if (arrival !== undefined) channel.say(arrival);
          }
          if (losesPage) await pages.next();
          await pages.return();
          const roots = channel.roots.filter(({ ts }) => store.stored.includes(ts) && !alreadyStored.has(ts));
          const budget = isFirst ? passBudget.first : passBudget.later;
          assert.ok(roots.length < budget + pageSize, `${roots.length} messages in a pass of ${budget}`);
        };

        for (const pass of plan) await run(pass);
        for (let left = channel.roots.length + 2; left > 0; left -= 1) {
          await run({ before: [], during: [], stopAfter: 99, losesPage: false });
        }
        assert.deepEqual(store.stored.toSorted(), channel.all.toSorted());
        const { gaps, threads } = readCursor(store.cursor);
        assert.deepEqual([gaps, threads], [[], []]);
      },
    ),
    { numRuns: 300 },
  );
});
