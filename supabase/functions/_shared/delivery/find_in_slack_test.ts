import assert from "node:assert/strict";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import type { Egress } from "../http/egress.ts";
import { findInSlack, type SlackSearch } from "./find_in_slack.ts";
import type { SlackConnection } from "./slack_call.ts";

const since = new Date("2026-11-05T10:00:00Z");
const search: SlackSearch = { deliveryId: "d1", channel: "C1", parts: [1], since };

interface Said {
  readonly ts: string;
  readonly metadata?: unknown;
}
const stamp = (second: number) => `${since.getTime() / 1000 + second}.000100`;
const ours = (second: number, part: number, delivery = "d1"): Said => ({
  ts: stamp(second),
  metadata: { event_type: "yarnnn_delivery", event_payload: { delivery_id: delivery, part } },
});

/** A channel or thread of these messages, `size` a page; a thread's first message opens each of its pages. */
function channelOf(messages: readonly Said[], { size = 3, thread }: { size?: number; thread?: Said } = {}) {
  const asked: URLSearchParams[] = [];
  const egress: Egress = (_input, init) => {
    const body = new URLSearchParams(String(init?.body));
    asked.push(body);
    const [oldest, latest] = [body.get("oldest") ?? "", body.get("latest") ?? "9"];
    const within = messages.filter(({ ts }) => ts > oldest && ts < latest)
      .toSorted((one, other) => (one.ts < other.ts ? -1 : 1));
    const ordered = thread === undefined ? within.toReversed() : within;
    const page = ordered.slice(0, size);
    const shown = thread === undefined ? page : [thread, ...page];
    return Promise.resolve(Response.json({ ok: true, messages: shown, has_more: ordered.length > size }));
  };
  const connection: SlackConnection = {
    accessToken: {
      current: () => Promise.resolve("t"),
      renewed: () => Promise.reject(new Error("unexpected")),
    },
    teamId: "T1",
    database: rpcStandIn({ reserve: () => 0, hold_back: () => undefined }),
    egress,
    signal: new AbortController().signal,
  };
  return { connection, asked };
}

const chatter = Array.from({ length: 10 }, (_, at): Said => ({ ts: stamp(at + 10) }));

Deno.test("a part is found on whatever page it stands, by delivery and number, and the looking ends there", async () => {
  const messages = [ours(1, 1), ours(2, 1, "d2"), ...chatter, {
    ts: stamp(40),
    metadata: { event_type: "other" },
  }];
  const { connection, asked } = channelOf(messages);
  assert.deepEqual(await findInSlack(search, connection), {
    outcome: "looked",
    found: new Map([[1, stamp(1)]]),
  });
  assert.equal(asked.length, 5);
  assert.ok(asked.every((body) => body.get("include_all_metadata") === "true"));
  const newest = channelOf([...messages, ours(50, 1)]);
  assert.deepEqual((await findInSlack(search, newest.connection)).found, new Map([[1, stamp(50)]]));
  assert.equal(newest.asked.length, 1);
});

Deno.test("what was not posted is absent once everything since then was seen, and older messages are not read", async () => {
  const old = Array.from({ length: 50 }, (_, at): Said => ({ ts: stamp(-5_000 - at) }));
  const { connection, asked } = channelOf([...old, ...chatter]);
  assert.deepEqual(await findInSlack(search, connection), { outcome: "looked", found: new Map() });
  assert.equal(asked.length, 4);
  // Ten minutes for clocks that differ.
  assert.equal(Number(asked[0]?.get("oldest")), since.getTime() / 1000 - 600);
});

Deno.test("a thread is read to its end, or to the last part that is missing", async () => {
  const parts = [2, 3, 4].map((part) => ours(part * 7, part));
  const thread = ours(0, 1);
  const inThread = { ...search, threadTs: thread.ts, parts: [2, 3, 4] };
  const whole = channelOf([...chatter, ...parts], { thread });
  const found = await findInSlack(inThread, whole.connection);
  assert.deepEqual([found.outcome, [...found.found.keys()].toSorted()], ["looked", [1, 2, 3, 4]]);
  assert.ok(whole.asked.every((body) => body.get("ts") === thread.ts));
  const partial = channelOf([...chatter, ...parts.slice(0, 2)], { thread });
  assert.deepEqual([...(await findInSlack(inThread, partial.connection)).found.keys()].toSorted(), [1, 2, 3]);
});

Deno.test("a bound leaves the question open, and the looking goes on from there", async () => {
  const { connection, asked } = channelOf([ours(1, 1), ...chatter]);
  const first = await findInSlack({ ...search, maxPages: 2 }, connection);
  assert.ok(first.outcome === "unknown" && first.problem.code === "slack_lookup_bound_reached");
  const second = await findInSlack({ ...search, maxPages: 2, from: first.from ?? "" }, connection);
  assert.deepEqual(second, { outcome: "looked", found: new Map([[1, stamp(1)]]) });
  assert.equal(asked.length, 4);
});

Deno.test("a channel that answers the same page for ever is not read for ever", async () => {
  const { connection, asked } = channelOf([]);
  const egress: Egress = (input, init) => (void connection.egress(input, init),
    Promise.resolve(
      Response.json({ ok: true, messages: [{ ts: stamp(5) }], has_more: true }),
    ));
  const found = await findInSlack(search, { ...connection, egress });
  assert.ok(found.outcome === "unknown" && found.problem.code === "slack_lookup_bound_reached");
  assert.equal(asked.length, 2);
});

Deno.test("metadata of others, in whatever form, is passed over", async () => {
  const odd = [1, "x", [], {}, { event_type: "yarnnn_delivery" }, {
    event_type: "yarnnn_delivery",
    event_payload: { delivery_id: 1 },
  }];
  const { connection } = channelOf([
    ...odd.map((metadata, at) => ({ ts: stamp(at), metadata })),
    ours(20, 1),
  ]);
  assert.deepEqual((await findInSlack(search, connection)).found, new Map([[1, stamp(20)]]));
});
