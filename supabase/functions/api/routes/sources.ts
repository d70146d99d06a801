/** Choosing what is synced: the sources of a platform, the choice, the recommended ones, and held deletions. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { namedOne, pathProvider, platformName, queryPlatform } from "../named_platform.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const instant = z.string().nullable();
const limit = z.number().int().nullable().openapi({ description: "Of the plan; null: no limit." });
const change = z.array(z.object({ id: z.uuid(), name: z.string() }));

const source = z.object({
  id: z.uuid(),
  external_id: z.string(),
  kind: z.enum(["channel", "label", "calendar", "page", "database"]),
  name: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  available: z.boolean().openapi({ description: "False: gone from the platform, and still selected." }),
  selected: z.boolean(),
  selected_by: z.enum(["default", "person"]).nullable(),
  recommended: z.boolean().openapi({ description: "What we would choose within the plan." }),
  item_count: z.number().int(),
  last_synced_at: instant,
  source_latest_at: instant,
  held_deletions: z.number().int().openapi({
    description: "Items that seem deleted and are kept until more syncs agree, or the person confirms.",
  }),
  progress: z.object({ percent: z.number().int().nullable(), ready_at: instant }).nullable(),
  error: z.object({
    category: z.enum([
      "needs_reauth",
      "access_denied",
      "not_found",
      "rate_limited",
      "provider_down",
      "internal",
    ]),
    message: z.string(),
    since: z.string(),
    what_to_do: z.string(),
  }).nullable(),
});

const sourceList = z.object({
  platform: platformName,
  connection_status: z.enum(["active", "needs_reauth"]),
  limit,
  selected: z.number().int(),
  can_add_more: z.boolean(),
  listed: z.boolean().openapi({ description: "False before the first listing of the platform has ended." }),
  sources: z.array(source),
}).openapi("Sources");

const choice = z.object({
  platform: platformName,
  limit,
  selected: z.number().int(),
  added: change,
  removed: change,
  syncing: z.number().int().openapi({ description: "Newly selected sources that are being synced now." }),
}).openapi("Choice");

export const addedSources = z.object({
  previous: z.number().int(),
  added: z.number().int(),
  total: z.number().int(),
  limit,
  new_sources: z.array(z.object({ id: z.uuid(), external_id: z.string(), name: z.string() })),
  chose_none: z.boolean().openapi({ description: "The person chose none, and keeps none." }),
});

const request = { params: pathProvider, query: queryPlatform };
const notConnected = "Nothing is connected, or a source is unknown; `details.unknown` names it";

const listRoute = createRoute({
  method: "get",
  path: "/integrations/{provider}/sources",
  tags: ["sources"],
  summary: "What can be synced, and what is",
  security: asPerson,
  request,
  responses: { 200: jsonAnswer(sourceList, "The selected first."), ...refusals({ 404: notConnected }) },
});

const chooseRoute = createRoute({
  method: "put",
  path: "/integrations/{provider}/sources",
  tags: ["sources"],
  summary: "Replace the selection; an empty one is a choice too",
  security: asPerson,
  request: {
    ...request,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.object({
            source_ids: z.array(z.string().min(1).max(500)).max(2000).openapi({
              description: "`id` or `external_id` of sources from the list.",
            }),
          }),
        },
      },
    },
  },
  responses: {
    200: jsonAnswer(choice, "All of it is stored, and what is new is being synced."),
    ...refusals({
      403: "More than the plan allows; `details` has the numbers. Nothing was changed",
      404: `${notConnected}. Nothing was changed`,
      409: "The platform is not listed yet",
    }),
  },
});

const recommendedRoute = createRoute({
  method: "post",
  path: "/integrations/{provider}/sources/recommended",
  tags: ["sources"],
  summary: "Add the recommended sources up to the plan's limit, as after an upgrade",
  security: asPerson,
  request,
  responses: {
    200: jsonAnswer(addedSources.openapi("AddedSources"), "They are being synced."),
    ...refusals({ 404: notConnected }),
  },
});

const confirmRoute = createRoute({
  method: "post",
  path: "/integrations/sources/{source_id}/confirm-deletions",
  tags: ["sources"],
  summary: "Confirm that what seems deleted at the platform is",
  security: asPerson,
  request: { params: z.object({ source_id: z.uuid() }) },
  responses: {
    200: jsonAnswer(z.object({ deleted: z.number().int() }), "So many items are deleted now."),
    ...refusals({ 404: "No such source" }),
  },
});

export function sources(context: ApiContext): ApiRouter {
  const router = createRouter();
  router.use("/integrations/:provider/sources", requireUser(context));
  router.use("/integrations/:provider/sources/*", requireUser(context));
  router.use("/integrations/sources/*", requireUser(context));

  router.openapi(listRoute, async (c) => {
    const platform = namedOne(c.req.valid("param").provider, c.req.valid("query").platform);
    const list = await context.database.call("list_sources", {
      p_user: c.get("user").id,
      p_platform: platform,
    }, c.req.raw.signal);
    return c.json(sourceList.parse(list), 200);
  });

  router.openapi(chooseRoute, async (c) => {
    const platform = namedOne(c.req.valid("param").provider, c.req.valid("query").platform);
    const chosen = await context.database.call("select_sources", {
      p_user: c.get("user").id,
      p_platform: platform,
      p_ids: c.req.valid("json").source_ids,
    }, c.req.raw.signal);
    return c.json(choice.parse(chosen), 200);
  });

  router.openapi(recommendedRoute, async (c) => {
    const platform = namedOne(c.req.valid("param").provider, c.req.valid("query").platform);
    const added = await context.database.call("add_default_sources", {
      p_user: c.get("user").id,
      p_platform: platform,
      // The person asks for them, and waits.
      p_even_if_none: true,
      p_priority: 0,
    }, c.req.raw.signal);
    return c.json(addedSources.parse(added), 200);
  });

  router.openapi(confirmRoute, async (c) => {
    const deleted = await context.database.call("confirm_deletions", {
      p_user: c.get("user").id,
      p_source: c.req.valid("param").source_id,
    }, c.req.raw.signal);
    return c.json({ deleted }, 200);
  });
  return router;
}
