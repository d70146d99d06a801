import assert from "node:assert/strict";
import { type RpcAnswers, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createRunDatabase } from "./run_database.ts";
import { contentId, gatheredItem, launch, legal, runOf, seenAt, userId } from "./run_stand_in.ts";

const held = { id: 7, lease: "11111111-1111-4111-8111-111111111111" };
const scope = { from: new Date("2026-11-22T09:00:00Z"), until: new Date("2026-11-23T09:00:00Z") };
const ask = { known: false, limit: 300 };

function over(answers: RpcAnswers) {
  const rpcs = rpcStandIn(answers);
  return { rpcs, database: createRunDatabase(rpcs, held, new AbortController().signal) };
}

Deno.test("the database is asked for the run's sources in its scope, as of its instant", async () => {
  const { rpcs, database } = over({ gather_evidence: () => [gatheredItem(1)] as never });
  const run = runOf({ at: "2026-11-23T09:00:00.123456+00:00" });
  assert.deepEqual((await database.gather(run, scope, ask)).map(({ id }) => id), [contentId(1)]);
  assert.deepEqual(rpcs.argumentsOf("gather_evidence"), [{
    p_user: userId,
    p_sources: [launch, legal],
    p_at: "2026-11-23T09:00:00.123456+00:00",
    p_from: "2026-11-22T09:00:00.000Z",
    p_until: "2026-11-23T09:00:00.000Z",
    p_all: false,
    p_limit: 300,
  }]);
});

Deno.test("what was seen goes back as it came, to the microsecond: rounded, an item of that millisecond would be lost", async () => {
  const { rpcs, database } = over({ gather_evidence: () => [] });
  const seen = { ...seenAt("2026-11-22T09:00:00.123456+00:00"), until: "2026-11-29T00:00:00.000001+00:00" };
  await database.gather(runOf({ seen }), scope, { known: true, limit: 10 });
  const [asked] = rpcs.argumentsOf("gather_evidence") as Record<string, unknown>[];
  assert.deepEqual(
    [asked?.["p_seen_at"], asked?.["p_seen_until"], asked?.["p_seen_sources"], asked?.["p_all"]],
    [seen.at, seen.until, [launch, legal], true],
  );
});

Deno.test("without a source nothing is asked", async () => {
  const { rpcs, database } = over({});
  assert.deepEqual(await database.gather(runOf({ sources: [] }), scope, ask), []);
  assert.deepEqual(rpcs.asked, []);
});

Deno.test("a row that is no evidence is a fault and not an item", async () => {
  const { database } = over({ gather_evidence: () => [{ ...gatheredItem(1), platform: "fax" }] as never });
  await assert.rejects(database.gather(runOf(), scope, ask));
});

Deno.test("a run that begins where nobody knows its shape is a fault", async () => {
  const { database } = over({ begin_version: () => ({ ...runOf(), seen: "yesterday" }) as never });
  await assert.rejects(database.begin());
});

Deno.test("a backtest names its slot, and one that is gone has none left", async () => {
  const { rpcs, database } = over({
    begin_version: () => runOf() as never,
    backtest_slots: () => null as never,
  });
  await database.begin("2026-11-20T09:00:00+00:00");
  await database.begin();
  const lease = { p_ticket: held.id, p_lease: held.lease };
  assert.deepEqual(rpcs.argumentsOf("begin_version"), [
    { ...lease, p_as_of: "2026-11-20T09:00:00+00:00" },
    lease,
  ]);
  assert.deepEqual(await database.backtestSlots(), []);
});
