import assert from "node:assert/strict";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import type { RpcResult } from "@shared/db/pipeline_database.ts";
import { currentEvidence } from "./current_evidence.ts";
import { shownItem } from "./shown_stand_in.ts";

const never = new AbortController().signal;
const scope = {
  userId: "22222222-2222-4222-8222-222222222222",
  sourceIds: ["33333333-3333-4333-8333-333333333331"],
};
const now = new Date("2026-11-23T09:00:00Z");

Deno.test("the person and the run's sources bound what is asked, and nothing cited asks nothing", async () => {
  const item = shownItem(1, "Moved.");
  const database = rpcStandIn({
    current_evidence: () => [{ id: item.id, revision: 1, current_revision: 2, readable: true }],
  });
  const current = currentEvidence(database, { ...scope, now });
  assert.deepEqual(await current.standing([], never), []);
  assert.equal((await current.standing([item], never))[0]?.current_revision, 2);
  assert.deepEqual(database.argumentsOf("current_evidence"), [
    { p_user: scope.userId, p_sources: scope.sourceIds, p_items: [{ id: item.id, revision: 1 }] },
  ]);
});

Deno.test("the newest revision is found at the item's own instant, among others of the same", async () => {
  const item = shownItem(1, "Moved.", { source_timestamp: "2026-11-23T08:00:00.123456+00:00" });
  const rows = [shownItem(2, "Other."), { ...item, revision: 2 }].map((row) => ({
    ...row,
    source_id: scope.sourceIds[0],
  })) as unknown as RpcResult<"gather_evidence">;
  const database = rpcStandIn({ gather_evidence: () => rows });
  const [newest, ...more] = await currentEvidence(database, { ...scope, now }).newest([item], never);
  assert.deepEqual([newest?.id, newest?.revision, more], [item.id, 2, []]);
  assert.deepEqual(database.argumentsOf("gather_evidence"), [{
    p_user: scope.userId,
    p_sources: scope.sourceIds,
    p_at: now.toISOString(),
    p_from: "2026-11-23T08:00:00.123Z",
    p_until: "2026-11-23T08:00:00.124Z",
    p_all: true,
    p_limit: 500,
  }]);
});

Deno.test("an answer of another shape is no answer", async () => {
  const database = rpcStandIn({
    current_evidence: () => [{ id: "x" }] as unknown as RpcResult<"current_evidence">,
  });
  await assert.rejects(currentEvidence(database, { ...scope, now }).standing([shownItem(1, "x")], never));
});
