/** Running a deliverable: now, for its person's eyes only, and when it will by itself. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { moment, momentIn, pathDeliverable, scheduleRule, startedRun } from "../deliverable_shapes.ts";
import { optionalBody } from "../optional_body.ts";
import { rowsOf } from "../own_rows.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const unknown = { 404: "No such deliverable, or an archived one" };
const run = startedRun.openapi("StartedRun");

const runRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/run",
  tags: ["deliverables"],
  summary: "Write and deliver it now; a run that waits already is joined",
  security: asPerson,
  request: {
    params: pathDeliverable,
    body: {
      content: {
        "application/json": {
          schema: z.strictObject({
            force: z.boolean().default(false).openapi({ description: "Write even when nothing is new." }),
          }),
        },
      },
    },
  },
  responses: {
    202: jsonAnswer(run, "It waits or runs."),
    ...refusals({ ...unknown, 409: "It is a suggestion that was not enabled" }),
  },
});

const previewRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/preview",
  tags: ["deliverables"],
  summary: "Write it for its person only: nothing is delivered, and the next run tells all the same",
  security: asPerson,
  request: { params: pathDeliverable },
  responses: { 202: jsonAnswer(run, "Its version has the purpose preview."), ...refusals(unknown) },
});

const count = z.coerce.number().int().min(1).max(50).default(5);
const timezone = z.string().openapi({ description: "IANA." });

const scheduleRoute = createRoute({
  method: "get",
  path: "/deliverables/{id}/schedule",
  tags: ["deliverables"],
  summary: "When it runs next",
  security: asPerson,
  request: { params: pathDeliverable, query: z.object({ count }) },
  responses: {
    200: jsonAnswer(
      z.object({
        status: z.enum(["suggested", "active", "paused", "archived"]),
        schedule: z.record(z.string(), z.unknown()).nullable(),
        timezone,
        expires_at: z.string().nullable(),
        next_runs: z.array(moment).nullable().openapi({
          description: "Null while it is paused or over, and when it runs on demand only. " +
            "A run begins up to four minutes after its moment.",
        }),
      }).openapi("NextRuns"),
      "At most `count`.",
    ),
    ...refusals({ 404: "No such deliverable" }),
  },
});

const previewScheduleRoute = createRoute({
  method: "post",
  path: "/schedules/preview",
  tags: ["deliverables"],
  summary: "When a schedule would run, before it is saved",
  security: asPerson,
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ schedule: scheduleRule, count: count.optional() }) },
      },
    },
  },
  responses: {
    200: jsonAnswer(z.object({ timezone, next_runs: z.array(moment) }), "The next five, or `count`."),
    ...refusals({ 422: "The schedule cannot be read, or never comes" }),
  },
});

const nextRuns = z.object({
  status: z.enum(["suggested", "active", "paused", "archived"]),
  schedule: z.record(z.string(), z.unknown()).nullable(),
  timezone: z.string(),
  expires_at: z.string().nullable(),
  next_runs: z.array(z.string()).nullable(),
});

export function deliverableRuns(context: ApiContext): ApiRouter {
  const { database } = context;
  const router = createRouter();
  const person = requireUser(context);
  for (const path of ["run", "preview", "schedule"]) router.use(`/deliverables/:id/${path}`, person);
  router.use("/deliverables/:id/run", optionalBody);
  router.use("/schedules/preview", person);

  router.openapi(runRoute, async (c) => {
    const [started] = await database.call("run_deliverable", {
      p_deliverable: c.req.valid("param").id,
      p_user: c.get("user").id,
      p_forced: c.req.valid("json")?.force ?? false,
    }, c.req.raw.signal);
    return c.json(startedRun.parse(started), 202);
  });

  router.openapi(previewRoute, async (c) => {
    const [started] = await database.call("preview_deliverable", {
      p_deliverable: c.req.valid("param").id,
      p_user: c.get("user").id,
    }, c.req.raw.signal);
    return c.json(startedRun.parse(started), 202);
  });

  router.openapi(scheduleRoute, async (c) => {
    const next = nextRuns.parse(
      await database.call("next_runs", {
        p_deliverable: c.req.valid("param").id,
        p_user: c.get("user").id,
        p_count: c.req.valid("query").count,
      }, c.req.raw.signal),
    );
    const moments = next.next_runs?.map((at) => momentIn(next.timezone, at)) ?? null;
    return c.json({ ...next, next_runs: moments }, 200);
  });

  router.openapi(previewScheduleRoute, async (c) => {
    const { schedule, count } = c.req.valid("json");
    const slots = await database.call("preview_schedule", {
      p_user: c.get("user").id,
      p_rule: schedule,
      p_count: count ?? 5,
    }, c.req.raw.signal);
    const timezone = schedule.timezone ?? await zoneOf(context, c.req.raw);
    return c.json({ timezone, next_runs: slots.map((at) => momentIn(timezone, at)) }, 200);
  });
  return router;
}

async function zoneOf({ ownRows }: ApiContext, request: Request): Promise<string> {
  const query = ownRows(request).from("workspaces").select("timezone").limit(1).abortSignal(request.signal);
  const [workspace] = await rowsOf(query);
  return workspace?.timezone ?? "UTC";
}
