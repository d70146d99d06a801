import assert from "node:assert/strict";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };
const source = "55555555-5555-4555-8555-555555555555";
const task = {
  id: "66666666-6666-4666-8666-666666666666",
  title: "Prices",
  prompt: "What do others charge?",
  schedule: null,
  status: "active",
  expires_at: null,
  created_at: "2026-11-05T10:00:00Z",
};

function open(ticket_id: number | null = 7) {
  const context = contextStandIn({
    people: { ann },
    answers: {
      create_task: () => ({ task, ticket_id }),
      run_task: () => ({ task, ticket_id: 7, joined: false }),
    },
  });
  const app = createApp(context);
  const ask = (path: string, body?: unknown) =>
    app.request(`/api/${path}`, {
      method: "POST",
      headers: { authorization: "Bearer ann", "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return { context, ask };
}

Deno.test("a task without a schedule is under way, one with a schedule is made", async () => {
  const { context, ask } = open();
  assert.equal(
    (await ask("tasks", { title: " Prices ", prompt: task.prompt, source_ids: [source] })).status,
    202,
  );
  const schedule = { frequency: "weekly", day: "monday" };
  assert.equal((await open(null).ask("tasks", { title: "x", prompt: "y", schedule })).status, 201);
  assert.deepEqual(context.database.argumentsOf("create_task"), [
    { p_user: ann.id, p_title: "Prices", p_prompt: task.prompt, p_sources: [source] },
  ]);
});

Deno.test("a task that says nothing, or more than fits, is refused", async () => {
  const { context, ask } = open();
  const bodies = [
    { title: "x" },
    { title: "x", prompt: "  " },
    { title: "two\nlines", prompt: "y" },
    { title: "x".repeat(201), prompt: "y" },
    { title: "x", prompt: "y".repeat(5_001) },
    { title: "x", prompt: "y", source_ids: ["C1"] },
    { title: "x", prompt: "y", origin: "user_configured" },
  ];
  for (const body of bodies) {
    assert.equal((await ask("tasks", body)).status, 422, JSON.stringify(body).slice(0, 60));
  }
  assert.deepEqual(context.database.asked, []);
});

Deno.test("a task runs with a body, without one, and with an empty one that is called JSON", async () => {
  const { context, ask } = open();
  for (const body of [{ force: true }, {}, undefined]) {
    assert.equal((await ask(`tasks/${task.id}/run`, body)).status, 202);
  }
  assert.deepEqual(context.database.argumentsOf("run_task").map((args) => Object(args).p_forced), [
    true,
    false,
    false,
  ]);
  assert.equal((await ask(`tasks/${task.id}/run`, { force: "yes" })).status, 422);
});
