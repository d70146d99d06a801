/** For operators: the recommended sources for a person who has fewer than the plan allows. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireAdmin } from "../callers.ts";
import { platformName } from "../named_platform.ts";
import { type ApiRouter, asAdmin, createRouter, jsonAnswer, refusals } from "../router.ts";
import { addedSources } from "./sources.ts";

const platforms = z.partialRecord(platformName, addedSources);

const backfillRoute = createRoute({
  method: "post",
  path: "/admin/backfill-sources/{user_id}",
  tags: ["admin"],
  summary: "Add the recommended sources of every connected platform up to the plan's limits",
  security: asAdmin,
  request: { params: z.object({ user_id: z.uuid() }) },
  responses: {
    200: jsonAnswer(
      z.object({ user_id: z.uuid(), platforms }).openapi("Backfill"),
      "What each platform had and has. Who chose none keeps none.",
    ),
    ...refusals({ 403: "Not an administrator", 404: "No such person" }),
  },
});

export function backfill(context: ApiContext): ApiRouter {
  const router = createRouter();
  router.use("/admin/backfill-sources/*", requireAdmin(context));
  router.openapi(backfillRoute, async (c) => {
    const { user_id } = c.req.valid("param");
    const answer = await context.database.call("backfill_sources", { p_user: user_id }, c.req.raw.signal);
    return c.json({ user_id, platforms: platforms.parse(answer) }, 200);
  });
  return router;
}
