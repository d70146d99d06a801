import assert from "node:assert/strict";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };
const sourceId = "55555555-5555-4555-8555-555555555555";

const source = {
  id: sourceId,
  external_id: "C1",
  kind: "channel",
  name: "#general",
  metadata: { num_members: 9 },
  available: true,
  selected: true,
  selected_by: "person",
  recommended: true,
  item_count: 12,
  last_synced_at: null,
  source_latest_at: null,
  held_deletions: 0,
  progress: { percent: 40, ready_at: null },
  error: {
    category: "access_denied",
    message: "Not in the channel.",
    since: "2026-11-05T10:00:00Z",
    what_to_do: "Invite it.",
  },
};
const list = {
  platform: "slack",
  connection_status: "active",
  limit: 5,
  selected: 1,
  can_add_more: true,
  listed: true,
  sources: [source],
};
const choice = {
  platform: "slack",
  limit: null,
  selected: 1,
  added: [{ id: sourceId, name: "#general" }],
  removed: [],
  syncing: 1,
};
const added = {
  previous: 1,
  added: 1,
  total: 2,
  limit: 5,
  new_sources: [{ id: sourceId, external_id: "C1", name: "#general" }],
  chose_none: false,
};

function open(answers: RpcAnswers = {}) {
  const context = contextStandIn({
    people: { ann },
    answers: {
      list_sources: () => list,
      select_sources: () => choice,
      add_default_sources: () => added,
      confirm_deletions: () => 3,
      ...answers,
    },
  });
  const app = createApp(context);
  const ask = (method: string, path: string, body?: unknown, token = "ann") =>
    app.request(`/api/integrations/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { context, ask };
}

Deno.test("the list of sources comes as the database tells it, for the platform that is meant", async () => {
  const { context, ask } = open();
  const answer = await ask("GET", "slack/sources");
  assert.deepEqual([answer.status, await answer.json()], [200, list]);
  await ask("GET", "google/sources?platform=calendar");
  await ask("GET", "gmail/sources");
  assert.deepEqual(context.database.argumentsOf("list_sources"), [
    { p_user: ann.id, p_platform: "slack" },
    { p_user: ann.id, p_platform: "calendar" },
    { p_user: ann.id, p_platform: "gmail" },
  ]);
  const open_ = await ask("GET", "google/sources");
  assert.deepEqual([open_.status, (await open_.json()).code], [422, "platform_missing"]);
});

Deno.test("a choice is passed on whole, an empty one too", async () => {
  const { context, ask } = open();
  const answer = await ask("PUT", "slack/sources", { source_ids: [sourceId, "C2"] });
  assert.deepEqual([answer.status, await answer.json()], [200, choice]);
  assert.equal((await ask("PUT", "slack/sources", { source_ids: [] })).status, 200);
  assert.deepEqual(context.database.argumentsOf("select_sources"), [
    { p_user: ann.id, p_platform: "slack", p_ids: [sourceId, "C2"] },
    { p_user: ann.id, p_platform: "slack", p_ids: [] },
  ]);
  for (
    const body of [{}, { source_ids: "C1" }, { source_ids: [7] }, { source_ids: [""] }, [], null, {
      source_ids: Array(2001).fill("C1"),
    }]
  ) {
    const refused = await ask("PUT", "slack/sources", body);
    assert.equal(refused.status, 422, JSON.stringify(body)?.slice(0, 40));
    await refused.body?.cancel();
  }
});

Deno.test("a refused choice names the unknown sources, or the numbers of the plan", async () => {
  const unknown = new PipelineError({
    code: "unknown_source",
    message: "You have no such Slack channels: C9.",
    status: 404,
    details: { unknown: ["C9"] },
  });
  const { ask } = open({ select_sources: () => Promise.reject(unknown) });
  const answer = await ask("PUT", "slack/sources", { source_ids: ["C9"] });
  assert.equal(answer.status, 404);
  assert.deepEqual((await answer.json()).details, { unknown: ["C9"] });
});

Deno.test("recommended sources are added at the person's word, also for one who chose none", async () => {
  const { context, ask } = open();
  const answer = await ask("POST", "slack/sources/recommended");
  assert.deepEqual([answer.status, await answer.json()], [200, added]);
  assert.deepEqual(context.database.argumentsOf("add_default_sources"), [
    { p_user: ann.id, p_platform: "slack", p_even_if_none: true, p_priority: 0 },
  ]);
});

Deno.test("held deletions are confirmed for one of one's own sources", async () => {
  const { context, ask } = open();
  const answer = await ask("POST", `sources/${sourceId}/confirm-deletions`);
  assert.deepEqual([answer.status, await answer.json()], [200, { deleted: 3 }]);
  assert.deepEqual(context.database.argumentsOf("confirm_deletions"), [
    { p_user: ann.id, p_source: sourceId },
  ]);
  assert.equal((await ask("POST", "sources/C1/confirm-deletions")).status, 422);
});

Deno.test("whoever is not signed in reaches none of them", async () => {
  const { context, ask } = open();
  for (
    const [method, path] of [
      ["GET", "slack/sources"],
      ["PUT", "slack/sources"],
      ["POST", "slack/sources/recommended"],
      ["POST", `sources/${sourceId}/confirm-deletions`],
    ] as const
  ) {
    const answer = await ask(method, path, method === "GET" ? undefined : { source_ids: [] }, "stranger");
    assert.equal(answer.status, 401, path);
    await answer.body?.cancel();
  }
  assert.deepEqual(context.database.asked, []);
});
