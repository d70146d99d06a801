import assert from "node:assert/strict";
import { overheadOf, partsOf } from "./run_parts.ts";

const seen = {
  triggeredAt: 1000,
  database: [
    { name: "claim", begin: 1002, end: 1004, claimed: [] },
    { name: "claim", begin: 1010, end: 1015, claimed: ["generate_deliverable"] },
    { name: "begin_version", begin: 1016, end: 1030 },
    { name: "finish_version", begin: 5100, end: 5120 },
    { name: "claim", begin: 5125, end: 5129, claimed: ["deliver_version"] },
    { name: "begin_delivery", begin: 5130, end: 5140 },
  ],
  model: [{ begin: 1060, end: 3060 }, { begin: 3080, end: 5080 }],
  mailAcceptedAt: 5160,
};

Deno.test("the parts of a run add up to the time from its trigger to its mail", () => {
  const parts = partsOf(seen);
  assert.deepEqual(parts, {
    wakeUp: 10,
    claim: 5,
    gather: 45,
    model: 4000,
    rounds: 20,
    verify: 20,
    finish: 20,
    handOver: 10,
    send: 30,
  });
  assert.equal(Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0), 4160);
});

Deno.test("the model's own time is no overhead", () => {
  const parts = partsOf(seen);
  assert.ok(parts);
  assert.equal(overheadOf(parts), 160);
});

Deno.test("a run that did not reach its mail has no parts", () => {
  const database = seen.database.filter(({ name }) => name !== "begin_delivery");
  assert.equal(partsOf({ ...seen, database }), undefined);
});
