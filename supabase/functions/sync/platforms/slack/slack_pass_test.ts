import assert from "node:assert/strict";
import fc from "fast-check";
import type { z } from "zod";
import { PlatformError } from "../connector.ts";
import { createSlackConnector } from "../slack.ts";
import { ChannelStore } from "./channel_store.ts";
import { type SlackClient, SlackRefusal } from "./slack_client.ts";
import { readCursor } from "./slack_cursor.ts";
import { isWithin } from "./slack_time.ts";

/** A channel in memory, as Slack shows one: newest first, both bounds exclusive, a thread's page led by its parent. */
class Channel {
  readonly roots: { ts: string; replies: string[] }[] = [];
  seconds = 1_700_000_000;
  #micros = 0;

  constructor(readonly pageSize: number) {}

  #ts = () => `${this.seconds}.${String(++this.#micros % 1_000_000).padStart(6, "0")}`;

  say(replies: number): void {
    const ts = this.#ts();
    this.roots.push({ ts, replies: Array.from({ length: replies }, this.#ts) });
  }

  /** Another reply to a message, whatever its age. */
  answer(nth: number): void {
    this.roots[nth % this.roots.length]?.replies.push(this.#ts());
  }

  get all(): string[] {
    return this.roots.flatMap(({ ts, replies }) => [ts, ...replies]);
  }

  readonly client: SlackClient = {
    keepSlowPace: () => Promise.resolve(),
    // deno-lint-ignore require-await -- a refusal rejects
    call: async <S extends z.ZodType>(method: string, args: Record<string, unknown>, answer: S) => {
      const after = String(args["oldest"] ?? "");
      const before = String(args["latest"] ?? "9");
      const found = method === "conversations.history"
        ? this.roots.filter(({ ts }) => ts > after && ts < before).reverse().map((root) => this.#shown(root))
        : this.#thread(String(args["ts"]), after);
      const messages = found.slice(0, this.pageSize);
      return answer.parse({ messages, has_more: found.length > this.pageSize });
    },
  };

  #shown({ ts, replies }: { ts: string; replies: string[] }) {
    return {
      ts,
      ...(replies.length > 0 && { thread_ts: ts, reply_count: replies.length, latest_reply: replies.at(-1) }),
    };
  }

  #thread(parent: string, after: string) {
    const root = this.roots.find(({ ts }) => ts === parent);
    if (root === undefined) {
      throw new PlatformError("not_found", "No such thread", { cause: new SlackRefusal("thread_not_found") });
    }
    return [
      this.#shown(root),
      ...root.replies.filter((ts) => ts > after).map((ts) => ({ ts, thread_ts: parent })),
    ];
  }
}

/** Everything that is not stored can still be reached from the cursor. */
function check(store: ChannelStore, { roots }: Channel): void {
  const { newest, gaps, threads, reading } = readCursor(store.cursor);
  for (const { ts, replies } of roots) {
    const isKnown = store.items.has(ts);
    assert.ok(
      isKnown || newest === null || ts > newest || gaps.some((gap) => isWithin(ts, gap)),
      `${ts} is lost`,
    );
    const state = store.items.get(ts)?.metadata["thread_read"];
    // A later state is another one: the next review sees it.
    const counted = typeof state === "string" ? Number(state.split(":")[0]) : 0;
    for (const reply of isKnown ? replies.slice(0, counted).filter((reply) => !store.items.has(reply)) : []) {
      const place = threads.indexOf(ts);
      assert.ok(
        place > 0 || (place === 0 && (reading === null || reply > reading.after)),
        `reply ${reply} is lost`,
      );
    }
  }
}

const replies = fc.integer({ min: 0, max: 9 });
const passes = fc.array(
  fc.record({
    /** Messages (as numbers of replies) that arrive before the pass, and one after each of its pages. */
    before: fc.array(replies, { maxLength: 8 }),
    during: fc.array(replies, { maxLength: 4 }),
    /** Messages that are answered before the pass. */
    answered: fc.array(fc.nat(99), { maxLength: 3 }),
    /** After how many stored pages the pass is stopped; infinitely many let it end. */
    stopAfter: fc.constantFrom(0, 1, 2, 3, 5, 8, Infinity),
    /** Hours until the next pass. */
    hours: fc.constantFrom(0, 1, 6),
  }),
  { maxLength: 6 },
);

Deno.test("whatever the pages, caps, stops and arrivals: nothing is lost or taken for deleted, and in the end no gap is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 7 }),
      fc.record({ first: fc.integer({ min: 1, max: 30 }), later: fc.integer({ min: 1, max: 12 }) }),
      passes,
      async (pageSize, passBudget, plan) => {
        const channel = new Channel(pageSize);
        const store = new ChannelStore(() => new Date(channel.seconds * 1000));
        const connector = createSlackConnector({
          client: channel.client,
          teamUrl: undefined,
          ownId: undefined,
          peopleNamed: () => Promise.resolve(new Map()),
          passBudget,
        });
        const source = { externalId: "C01", kind: "channel", name: "#general", metadata: {} } as const;

        const run = async ({ before, during, answered, stopAfter, hours }: (typeof plan)[number]) => {
          before.forEach((count) => channel.say(count));
          answered.forEach((nth) => channel.answer(nth));
          const { newest } = readCursor(store.cursor);
          const arrivals = [...during];
          await store.pass(connector, source, {
            most: stopAfter,
            afterPage: () => {
              check(store, channel);
              const arrival = arrivals.shift();
              if (arrival !== undefined) channel.say(arrival);
            },
          });
          // Later passes read again what they know, and fill gaps by the way.
          const found = channel.roots.filter(({ ts }) => store.items.has(ts)).length;
          if (newest === null) {
            assert.ok(found < passBudget.first + pageSize, `${found} messages in a first pass`);
          }
          channel.seconds += hours * 3600 + 1;
        };

        for (const pass of plan) await run(pass);
        const isWhole = () =>
          store.items.size === channel.all.length && readCursor(store.cursor).gaps.length === 0;
        for (let left = channel.roots.length + 3; left > 0 && !isWhole(); left -= 1) {
          await run({ before: [], during: [], answered: [], stopAfter: Infinity, hours: 6 });
        }
        await run({ before: [], during: [], answered: [], stopAfter: Infinity, hours: 6 });
        assert.deepEqual([...store.items.keys()].toSorted(), channel.all.toSorted());
        assert.equal(store.rows.size, store.items.size);
        const { gaps, threads, pass } = readCursor(store.cursor);
        assert.deepEqual([gaps, threads, pass], [[], [], null]);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("more threads than can be looked after at once vanish as a whole, and in the end their replies are gone, too", async () => {
  const channel = new Channel(200);
  for (let day = 0; day < 35; day += 1) {
    channel.seconds += 86_400;
    for (let n = 0; n < 20; n += 1) channel.say(n % 3);
  }
  const store = new ChannelStore(() => new Date(channel.seconds * 1000));
  const connector = createSlackConnector({
    client: channel.client,
    teamUrl: undefined,
    ownId: undefined,
    peopleNamed: () => Promise.resolve(new Map()),
  });
  const source = { externalId: "C01", kind: "channel", name: "#general", metadata: {} } as const;
  const passes = async (count: number) => {
    for (let pass = 0; pass < count; pass += 1) {
      channel.seconds += 6 * 3600;
      await store.pass(connector, source);
    }
  };
  await passes(8);
  assert.equal(store.items.size, channel.all.length);
  // Whole threads vanish, some of every day.
  channel.roots.splice(0, channel.roots.length, ...channel.roots.filter((_, nth) => nth % 3 !== 1));
  await passes(30);
  assert.deepEqual([...store.items.keys()].toSorted(), channel.all.toSorted());
  assert.ok(store.longestCursor < 60_000, `${store.longestCursor} bytes`);
});
