import assert from "node:assert/strict";
import { createApp } from "../app.ts";
import { contextStandIn, SERVICE_KEY } from "../context_stand_in.ts";

const userId = "33333333-3333-4333-8333-333333333333";
const people = {
  ann: { id: "22222222-2222-4222-8222-222222222222", admin: false },
  root: { id: "44444444-4444-4444-8444-444444444444", admin: true },
};
const slack = { previous: 2, added: 0, total: 2, limit: 5, new_sources: [], chose_none: false };

function open() {
  const context = contextStandIn({ people, answers: { backfill_sources: () => ({ slack }) } });
  const app = createApp(context);
  const ask = (headers: HeadersInit, id = userId) =>
    app.request(`/api/admin/backfill-sources/${id}`, { method: "POST", headers });
  return { context, ask };
}

Deno.test("administrators and servers backfill a person and hear of each platform", async () => {
  const { context, ask } = open();
  const callers: Record<string, string>[] = [{ authorization: "Bearer root" }, { apikey: SERVICE_KEY }];
  for (const headers of callers) {
    const answer = await ask(headers);
    assert.deepEqual([answer.status, await answer.json()], [200, { user_id: userId, platforms: { slack } }]);
  }
  assert.deepEqual(context.database.argumentsOf("backfill_sources"), [
    { p_user: userId },
    { p_user: userId },
  ]);
  assert.equal((await ask({ apikey: SERVICE_KEY }, "someone")).status, 422);
});

Deno.test("nobody else does", async () => {
  const { context, ask } = open();
  for (const [token, status] of [["ann", 403], ["stranger", 401]] as const) {
    const answer = await ask({ authorization: `Bearer ${token}` });
    assert.equal(answer.status, status);
    await answer.body?.cancel();
  }
  assert.deepEqual(context.database.asked, []);
});
