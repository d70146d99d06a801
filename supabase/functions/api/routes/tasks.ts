/**
 * F10: work that a person asks for in their own words. A task is a deliverable underneath, with the same runs, versions
 * and budget; what is not here is PostgREST on the view `tasks`.
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { scheduleRule } from "../deliverable_shapes.ts";
import { optionalBody } from "../optional_body.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const task = z.object({
  id: z.uuid().openapi({ description: "Its versions are those of the deliverable of this id." }),
  title: z.string(),
  prompt: z.string(),
  schedule: z.record(z.string(), z.unknown()).nullable(),
  status: z.enum(["suggested", "active", "paused", "archived"]),
  expires_at: z.string().nullable(),
  created_at: z.string(),
}).openapi("Task");

const ticket = z.number().int().openapi({ description: "deliverable_runs tells what becomes of it." });
const createdTask = z.object({ task, ticket_id: ticket.nullable() });
const running = z.object({ task, ticket_id: ticket, joined: z.boolean() }).openapi("StartedTask");

const createTaskRoute = createRoute({
  method: "post",
  path: "/tasks",
  tags: ["tasks"],
  summary: "Ask for work: once and now, or by a schedule",
  security: asPerson,
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({
            title: z.string().trim().min(1).max(200).regex(/^[^\r\n]*$/, "must be one line"),
            prompt: z.string().trim().min(1).max(5_000),
            schedule: scheduleRule.nullish().openapi({ description: "None: it runs once, at once." }),
            source_ids: z.array(z.uuid()).max(500).default([]).openapi({
              description: "What it may read; none: everything that is selected.",
            }),
          }),
        },
      },
    },
  },
  responses: {
    201: jsonAnswer(createdTask, "It waits for its schedule; `ticket_id` is null."),
    202: jsonAnswer(createdTask, "It has no schedule, and waits or runs."),
    ...refusals({
      403: "The plan's number of active deliverables is used up; tasks that recur count among them",
      404: "A source is unknown; `details.unknown` names it. Nothing was done",
      422: "The schedule cannot be read, or never comes",
    }),
  },
});

const runTaskRoute = createRoute({
  method: "post",
  path: "/tasks/{id}/run",
  tags: ["tasks"],
  summary: "Run a task now; one that ran once and is over runs once more",
  security: asPerson,
  request: {
    params: z.object({ id: z.uuid() }),
    body: {
      content: {
        "application/json": {
          schema: z.strictObject({
            force: z.boolean().default(false).openapi({ description: "Run even when nothing is new." }),
          }),
        },
      },
    },
  },
  responses: { 202: jsonAnswer(running, "It waits or runs."), ...refusals({ 404: "No such task" }) },
});

export function tasks(context: ApiContext): ApiRouter {
  const { database } = context;
  const router = createRouter();
  router.use("/tasks", requireUser(context));
  router.use("/tasks/:id/run", requireUser(context), optionalBody);

  router.openapi(createTaskRoute, async (c) => {
    const { title, prompt, schedule, source_ids } = c.req.valid("json");
    const created = createdTask.parse(
      await database.call("create_task", {
        p_user: c.get("user").id,
        p_title: title,
        p_prompt: prompt,
        p_sources: source_ids,
        ...(schedule && { p_schedule: schedule }),
      }, c.req.raw.signal),
    );
    return created.ticket_id === null ? c.json(created, 201) : c.json(created, 202);
  });

  router.openapi(runTaskRoute, async (c) => {
    const started = await database.call("run_task", {
      p_task: c.req.valid("param").id,
      p_user: c.get("user").id,
      p_forced: c.req.valid("json")?.force ?? false,
    }, c.req.raw.signal);
    return c.json(running.parse(started), 202);
  });
  return router;
}
