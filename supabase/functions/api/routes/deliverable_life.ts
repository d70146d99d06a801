/** From a suggestion to something that recurs: enable, dismiss, promote. Everything else of a deliverable is PostgREST. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { pathDeliverable, scheduleRule } from "../deliverable_shapes.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const deliverable = z.object({
  id: z.uuid(),
  title: z.string(),
  description: z.string(),
  deliverable_type: z.string(),
  schedule: z.record(z.string(), z.unknown()).nullable(),
  status: z.enum(["suggested", "active", "paused", "archived"]),
  status_reason: z.string().nullable(),
  when_unchanged: z.enum(["skip", "heartbeat", "always"]),
  origin: z.enum(["user_configured", "analyst_suggested", "signal_emergent", "task"]),
  expires_at: z.string().nullable(),
  last_run_at: z.string().nullable(),
}).openapi("Deliverable");

const unknown = "No such deliverable, or an archived one";
const limited = "The plan's number of active deliverables is used up. Nothing was changed";

const enableRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/enable",
  tags: ["deliverables"],
  summary: "Accept a suggestion, or resume what was paused; it runs at its next slot, never at once",
  security: asPerson,
  request: { params: pathDeliverable },
  responses: { 200: jsonAnswer(deliverable, "Active."), ...refusals({ 403: limited, 404: unknown }) },
});

const dismissRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/dismiss",
  tags: ["deliverables"],
  summary: "Put a suggestion away",
  security: asPerson,
  request: { params: pathDeliverable },
  responses: {
    200: jsonAnswer(deliverable, "Archived."),
    ...refusals({ 404: unknown, 409: "It is no suggestion; pause or archive it instead" }),
  },
});

const promoteRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/promote",
  tags: ["deliverables"],
  summary: "Make something that ran once recur",
  security: asPerson,
  request: {
    params: pathDeliverable,
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ schedule: scheduleRule }) } },
    },
  },
  responses: {
    200: jsonAnswer(deliverable, "Active, with its schedule."),
    ...refusals({
      403: limited,
      404: unknown,
      409: "It recurs already",
      422: "The schedule cannot be read, or never comes",
    }),
  },
});

export function deliverableLife(context: ApiContext): ApiRouter {
  const { database } = context;
  const router = createRouter();
  for (const path of ["enable", "dismiss", "promote"]) {
    router.use(`/deliverables/:id/${path}`, requireUser(context));
  }
  router.openapi(enableRoute, async (c) => {
    const asked = { p_deliverable: c.req.valid("param").id, p_user: c.get("user").id };
    const enabled = await database.call("enable_deliverable", asked, c.req.raw.signal);
    return c.json(deliverable.parse(enabled), 200);
  });
  router.openapi(dismissRoute, async (c) => {
    const asked = { p_deliverable: c.req.valid("param").id, p_user: c.get("user").id };
    const dismissed = await database.call("dismiss_deliverable", asked, c.req.raw.signal);
    return c.json(deliverable.parse(dismissed), 200);
  });
  router.openapi(promoteRoute, async (c) => {
    const promoted = await database.call("promote_deliverable", {
      p_deliverable: c.req.valid("param").id,
      p_user: c.get("user").id,
      p_schedule: c.req.valid("json").schedule,
    }, c.req.raw.signal);
    return c.json(deliverable.parse(promoted), 200);
  });
  return router;
}
