import assert from "node:assert/strict";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };
const sourceId = "55555555-5555-4555-8555-555555555555";
const jobId = "66666666-6666-4666-8666-666666666666";

const job = {
  id: jobId,
  ticket_id: 7,
  platform: "slack",
  source: { id: sourceId, external_id: "C1", name: "#general" },
  scope: { days: 30, items: 500, threads: true },
  status: "processing",
  progress: 40,
  progress_details: { items: 200, changed: 180, pages: 1, seconds_left: null },
  cancel_asked: false,
  waiting_for: { code: "rate_limited", message: "Slack asks to wait." },
  result: null,
  error: null,
  created_at: "2026-11-05T10:00:00Z",
  started_at: "2026-11-05T10:00:01Z",
  completed_at: null,
};

function open(answers: RpcAnswers = {}) {
  const context = contextStandIn({
    people: { ann },
    answers: {
      request_import: () => ({ ...job, joined: false }),
      imports_of: () => [job],
      import_of: () => job,
      cancel_import: () => ({ ...job, cancel_asked: true }),
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

Deno.test("an import is started for one source, named by our id or the platform's", async () => {
  const { context, ask } = open();
  const answer = await ask("POST", "slack/import", { source_id: sourceId, scope: { days: 90, items: null } });
  assert.deepEqual([answer.status, await answer.json()], [202, { ...job, joined: false }]);
  assert.equal((await ask("POST", "google/import?platform=gmail", { resource_id: "INBOX" })).status, 202);
  assert.deepEqual(context.database.argumentsOf("request_import"), [
    { p_user: ann.id, p_platform: "slack", p_source: sourceId, p_scope: { days: 90, items: null } },
    { p_user: ann.id, p_platform: "gmail", p_source: "INBOX", p_scope: {} },
  ]);
});

Deno.test("a body that names no source, two, or an unknown setting is refused", async () => {
  const { context, ask } = open();
  for (
    const body of [
      {},
      { source_id: sourceId, resource_id: "C1" },
      { source_id: "C1" },
      { resource_id: "C1", scope: { depth: 3 } },
      { resource_id: "C1", scope: { days: "7" } },
      { resource_id: "C1", instructions: "all of it" },
    ]
  ) {
    const answer = await ask("POST", "slack/import", body);
    assert.deepEqual([answer.status, (await answer.json()).code], [422, "invalid_request"]);
  }
  const google = await ask("POST", "google/import", { resource_id: "INBOX" });
  assert.equal((await google.json()).code, "platform_missing");
  assert.deepEqual(context.database.asked, []);
});

Deno.test("the list of imports is filtered and bounded", async () => {
  const { context, ask } = open();
  const answer = await ask("GET", "import?status=processing&platform=slack&limit=5");
  assert.deepEqual([answer.status, await answer.json()], [200, { imports: [job] }]);
  assert.equal((await ask("GET", "import")).status, 200);
  assert.deepEqual(context.database.argumentsOf("imports_of"), [
    { p_user: ann.id, p_limit: 5, p_platform: "slack", p_status: "processing" },
    { p_user: ann.id, p_limit: 50 },
  ]);
  for (const query of ["status=lost", "platform=google", "limit=0", "limit=1000", "limit=x"]) {
    assert.equal((await ask("GET", `import?${query}`)).status, 422, query);
  }
});

Deno.test("one import is read and cancelled by its id, and only one's own", async () => {
  const { context, ask } = open();
  assert.deepEqual(await (await ask("GET", `import/${jobId}`)).json(), job);
  const cancelled = await ask("DELETE", `import/${jobId}`);
  assert.deepEqual([cancelled.status, (await cancelled.json()).cancel_asked], [200, true]);
  const asked = { p_user: ann.id, p_job: jobId };
  assert.deepEqual(context.database.argumentsOf("import_of"), [asked]);
  assert.deepEqual(context.database.argumentsOf("cancel_import"), [asked]);
  assert.equal((await ask("GET", "import/7")).status, 422);

  const unknown = new PipelineError({ code: "unknown_import", message: "You have none.", status: 404 });
  const foreign = open({ import_of: () => Promise.reject(unknown) });
  assert.equal((await foreign.ask("GET", `import/${jobId}`)).status, 404);
});

Deno.test("whoever is not signed in reaches none of them", async () => {
  const { context, ask } = open();
  for (
    const [method, path] of [["GET", "import"], ["GET", `import/${jobId}`], ["DELETE", `import/${jobId}`]]
  ) {
    assert.equal((await ask(method ?? "", path ?? "", undefined, "stranger")).status, 401);
  }
  assert.equal((await ask("POST", "slack/import", { resource_id: "C1" }, "stranger")).status, 401);
  assert.deepEqual(context.database.asked, []);
});
