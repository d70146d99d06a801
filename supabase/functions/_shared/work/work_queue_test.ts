import assert from "node:assert/strict";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import { claimedTicket } from "./queue_stand_in.ts";
import { createWorkQueue } from "./work_queue.ts";

const held = { id: 7, lease: "11111111-1111-4111-8111-111111111111" };
const problem = {
  code: "quota_used_up",
  message: "Used up.",
  hint: "Wait.",
  status: 429,
  details: { secret: 1 },
};

Deno.test("every verb names the ticket and its lease as SQL takes them, and a wait is a duration", async () => {
  const database = rpcStandIn({
    save: () => [{ ticket_id: 7, held: true, cancel_asked: true }],
    finish: () => [7],
    yield: () => "queued",
    fail: () => "dead",
  });
  const queue = createWorkQueue(database);
  assert.deepEqual(await queue.save([{ ...held, progress: { n: 1 } }, held]), [
    { id: 7, held: true, cancelAsked: true },
  ]);
  assert.equal(await queue.finish(held, { n: 2 }), true);
  assert.equal(await queue.yield(held, { n: 1 }, 30.5, problem), "queued");
  assert.equal(await queue.fail(held, problem, { final: true, retryAfterSeconds: -3 }), "dead");
  const error = { code: "quota_used_up", message: "Used up.", hint: "Wait." };
  assert.deepEqual(database.asked, [
    { name: "save", args: { p_tickets: [{ ...held, progress: { n: 1 } }, held] } },
    { name: "finish", args: { p_tickets: [{ ...held, result: { n: 2 } }] } },
    {
      name: "yield",
      args: {
        p_ticket: 7,
        p_lease: held.lease,
        p_progress: { n: 1 },
        p_delay: "30.5 seconds",
        p_reason: error,
      },
    },
    {
      name: "fail",
      args: { p_ticket: 7, p_lease: held.lease, p_error: error, p_final: true, p_retry_in: "0 seconds" },
    },
  ]);
});

Deno.test("without a reason or a wait the database decides by its own defaults", async () => {
  const database = rpcStandIn({ yield: () => "queued", fail: () => "queued" });
  const queue = createWorkQueue(database);
  await queue.yield(held, {}, 0);
  await queue.fail(held, problem, { final: false });
  assert.deepEqual(database.asked.map(({ args }) => Object.keys(Object(args))), [
    ["p_ticket", "p_lease", "p_progress", "p_delay"],
    ["p_ticket", "p_lease", "p_error", "p_final"],
  ]);
});

Deno.test("a finish that ended nothing says that the lease was lost", async () => {
  assert.equal(await createWorkQueue(rpcStandIn({ finish: () => [] })).finish(held, null), false);
});

Deno.test("claimed tickets are checked before any of them runs", async () => {
  const row = claimedTicket();
  const answer = (rows: unknown) => rpcStandIn({ claim: () => JSON.parse(JSON.stringify(rows)) });
  const claim = (rows: unknown) => createWorkQueue(answer(rows)).claim(row.lease_token, false);
  assert.deepEqual(await claim([row]), [row]);
  for (const wrong of [{ lease_token: "none" }, { lease_seconds: 0 }, { payload: [] }, { id: "1" }]) {
    await assert.rejects(claim([{ ...row, ...wrong }]), JSON.stringify(wrong));
  }
});
