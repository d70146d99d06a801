import assert from "node:assert/strict";
import { type RpcAnswers, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import { applyLiveChanges } from "./apply_live_changes.ts";

const connectionId = "44444444-4444-4444-8444-444444444444";
const held = { p_ticket: 1, p_lease: "11111111-1111-4111-8111-111111111111" };
const ts = "1730800800.000100";

const said = (text: string, more: Record<string, unknown> = {}) => ({
  type: "message",
  channel: "C1",
  user: "U1",
  ts,
  text,
  ...more,
});
const edited = (text: string, at: string) => ({
  type: "message",
  subtype: "message_changed",
  channel: "C1",
  ts: at,
  message: said(text, { edited: { user: "U1", ts: at } }),
});
const deleted = {
  type: "message",
  subtype: "message_deleted",
  channel: "C1",
  ts: "1730800990.000100",
  deleted_ts: ts,
};

/** Runs one ticket over what waits, which is handed out in these batches. */
async function turn(batches: readonly (readonly unknown[])[], answers: RpcAnswers = {}) {
  const left = batches.map((batch, at) =>
    batch.map((payload, nth) => ({ event_id: `Ev${at}${nth}`, payload }))
  );
  const database = rpcStandIn({
    take_live_changes: () =>
      JSON.parse(JSON.stringify({
        connection: {
          id: connectionId,
          metadata: { team_url: "https://acme.slack.com", authed_user_id: "U1" },
        },
        events: left.shift() ?? [],
      })),
    people_named: () => [{ external_id: "U1", name: "Ana" }],
    store_live_changes: ({ p_page }) => ({ stored: Object(p_page).items.length, changed: 1, deleted: 0 }),
    ...answers,
  });
  const queue = queueStandIn();
  const payload = { connection_id: connectionId, platform: "slack", unit: "C1" };
  await runTicket(claimedTicket({ kind: "apply_live_changes", platform: "slack", payload }), {
    queue,
    handlers: { apply_live_changes: applyLiveChanges(database) },
    log: createLog({ write: () => {} }),
    stop: new AbortController(),
    clock: () => 0,
  });
  const stored = database.argumentsOf("store_live_changes").map((args) => Object(args));
  return { database, queue, stored };
}

Deno.test("what waits is stored with the events it came from, named, and without a call of Slack", async () => {
  const { stored, database } = await turn([[
    said("Hello"),
    said("And", { ts: "1730800801.000100", thread_ts: ts }),
  ]]);
  assert.equal(stored.length, 1);
  const { p_page, p_event_ids, ...fence } = stored[0];
  assert.deepEqual(fence, held);
  assert.deepEqual(p_event_ids, ["Ev00", "Ev01"]);
  const [first, reply] = p_page.items;
  assert.deepEqual([first.item_id, first.content, first.author, first.is_user_authored], [
    ts,
    "Hello",
    "Ana",
    true,
  ]);
  assert.deepEqual([reply.content_type, reply.thread_id, reply.sources], ["thread_reply", ts, ["C1"]]);
  assert.match(first.permalink, /^https:\/\/acme\.slack\.com\//);
  assert.deepEqual([...new Set(database.asked.map(({ name }) => name))].toSorted(), [
    "people_named",
    "store_live_changes",
    "take_live_changes",
  ]);
});

Deno.test("of several edits the latest counts, in whichever order they came, and a deletion counts for good", async () => {
  const { stored: [turned] } = await turn([[
    edited("Third", "1730800930.000000"),
    edited("Second", "1730800920.000000"),
  ]]);
  assert.deepEqual(turned.p_page.items.map(({ content }: { content: string }) => content), ["Third"]);
  const { stored: [gone] } = await turn([[deleted, said("Hello")]]);
  assert.deepEqual(gone.p_page.items, []);
  assert.deepEqual(gone.p_page.gone, [{ container_id: "C1", item_id: ts }]);
  assert.deepEqual(gone.p_event_ids, ["Ev00", "Ev01"]);
});

Deno.test("threads with replies are handed on: the database knows whether their newest reply came", async () => {
  const { stored: [one] } = await turn([[{
    type: "message",
    subtype: "message_replied",
    channel: "C1",
    ts: "1730800990.000100",
    message: { ts, thread_ts: ts, latest_reply: "1730800980.000100" },
  }]]);
  assert.deepEqual(one.p_page.items, []);
  assert.deepEqual(one.p_page.threads, [{ thread_id: ts, latest_reply: "1730800980.000100" }]);
});

Deno.test("batch after batch is taken in until nothing waits", async () => {
  const { stored, queue } = await turn([[said("One")], [said("Two", { ts: "1730800801.000100" })]]);
  assert.deepEqual(stored.map(({ p_event_ids }) => p_event_ids), [["Ev00"], ["Ev10"]]);
  assert.deepEqual(queue.with("finish"), [["finish", 1, { events: 2, changed: 2, deleted: 0 }]]);
});

Deno.test("events that say nothing, or nothing readable, are taken off the list too", async () => {
  const { stored } = await turn([[{ type: "message" }, 7, null, said("Elsewhere", { channel: "C2" })]]);
  assert.deepEqual(stored[0].p_page.items, []);
  assert.deepEqual(stored[0].p_event_ids, ["Ev00", "Ev01", "Ev02", "Ev03"]);
});

Deno.test("a text that Postgres cannot hold does not keep the others out", async () => {
  const { stored } = await turn([[said("Half\ud83d \u0000"), said("Whole", { ts: "1730800801.000100" })]]);
  assert.deepEqual(stored[0].p_page.items.map(({ content }: { content: string }) => content.length > 3), [
    true,
    true,
  ]);
  assert.ok(
    JSON.stringify(stored[0].p_page).isWellFormed() && !JSON.stringify(stored[0].p_page).includes("\\u0000"),
  );
});

Deno.test("a connection that is gone ends the ticket for good", async () => {
  const problem = { code: "unknown_connection", message: "Gone", status: 404 };
  const { queue } = await turn([], { take_live_changes: () => Promise.reject(new PipelineError(problem)) });
  assert.deepEqual(queue.with("fail"), [["fail", 1, problem, { outcome: "failed", problem, final: true }]]);
});
