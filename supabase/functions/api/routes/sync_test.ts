import assert from "node:assert/strict";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };

function open(request_sync: NonNullable<RpcAnswers["request_sync"]>) {
  const context = contextStandIn({ people: { ann }, answers: { request_sync } });
  const app = createApp(context);
  const ask = (path: string, token = "ann") =>
    app.request(`/api/integrations/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
  return { context, ask };
}

Deno.test("a manual sync answers 202 with its tickets and says what happened to each platform", async () => {
  const { context, ask } = open(() => ({
    tickets: [
      { ticket_id: 7, platform: "gmail", joined: false },
      { ticket_id: 5, platform: "calendar", joined: true },
    ],
    too_soon: {},
  }));
  const answer = await ask("google/sync");
  assert.equal(answer.status, 202);
  const { tickets, message } = await answer.json();
  assert.deepEqual(tickets.map(({ ticket_id }: { ticket_id: number }) => ticket_id), [7, 5]);
  assert.equal(message, "Syncing Gmail now. A sync of Calendar is under way already; yours joined it.");
  assert.deepEqual(context.database.argumentsOf("request_sync"), [{ p_user: ann.id, p_provider: "google" }]);
});

Deno.test("a platform can be named by its path or by the query, and only one of its provider", async () => {
  const { context, ask } = open(() => ({
    tickets: [{ ticket_id: 7, platform: "gmail", joined: false }],
    too_soon: { calendar: 40 },
  }));
  const paths = ["gmail/sync", "google/sync?platform=calendar", "slack/sync", "notion/sync?platform=notion"];
  for (const path of paths) assert.equal((await ask(path)).status, 202, path);
  assert.deepEqual(context.database.argumentsOf("request_sync"), [
    { p_user: ann.id, p_provider: "google", p_platform: "gmail" },
    { p_user: ann.id, p_provider: "google", p_platform: "calendar" },
    { p_user: ann.id, p_provider: "slack", p_platform: "slack" },
    { p_user: ann.id, p_provider: "notion", p_platform: "notion" },
  ]);
  const { message } = await (await ask("google/sync")).json();
  assert.equal(message, "Syncing Gmail now. Calendar was synced a moment ago; again in 40 seconds.");

  const answer = await ask("gmail/sync?platform=calendar");
  assert.deepEqual([answer.status, (await answer.json()).code], [422, "unknown_platform"]);
  for (const path of ["dropbox/sync", "google/sync?platform=outlook"]) {
    const refused = await ask(path);
    assert.deepEqual([refused.status, (await refused.json()).code], [422, "invalid_request"], path);
  }
});

Deno.test("too soon is 429 with Retry-After, and no error of the function", async () => {
  const { context, ask } = open(() =>
    Promise.reject(
      new PipelineError({ code: "sync_too_soon", message: "You synced this a moment ago.", status: 429 }, {
        retryAfterSeconds: 839.2,
      }),
    )
  );
  const answer = await ask("slack/sync");
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "840"]);
  assert.equal((await answer.json()).code, "sync_too_soon");
  assert.ok(!context.lines.some((line) => line.includes('"error"')), "a refusal is not logged as a fault");
});

Deno.test("nobody syncs for somebody they are not", async () => {
  const { context, ask } = open(() => ({ tickets: [], too_soon: {} }));
  const answer = await ask("slack/sync", "stranger");
  assert.equal(answer.status, 401);
  await answer.body?.cancel();
  assert.deepEqual(context.database.asked, []);
});
