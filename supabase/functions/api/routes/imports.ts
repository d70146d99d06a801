/** F8: history of one source on demand, how far it is, and ending it. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { namedOne, pathProvider, platformName, queryPlatform } from "../named_platform.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const status = z.enum(["pending", "processing", "completed", "failed", "cancelled"]);
const reason = z.object({ code: z.string(), message: z.string(), hint: z.string().nullish() }).nullable();

const importJob = z.object({
  id: z.uuid(),
  ticket_id: z.number().int().nullable(),
  platform: platformName,
  source: z.object({ id: z.uuid(), external_id: z.string(), name: z.string() }),
  scope: z.object({ days: z.number().int(), items: z.number().int(), threads: z.boolean() }),
  status,
  progress: z.number().int().openapi({ description: "0 to 100." }),
  progress_details: z.object({
    items: z.number().int(),
    changed: z.number().int(),
    pages: z.number().int(),
    seconds_left: z.number().int().nullable(),
  }).partial(),
  cancel_asked: z.boolean().openapi({ description: "It ends at its next page." }),
  waiting_for: reason.openapi({ description: "Why it waits, when it does: a rate limit, a retry." }),
  result: z.object({ items: z.number().int(), changed: z.number().int(), pages: z.number().int() })
    .nullable(),
  error: reason,
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
}).openapi("Import");

const startedImport = importJob.extend({
  joined: z.boolean().openapi({ description: "An import of this source was open already; this is it." }),
}).openapi("StartedImport");

/** Its bounds are the database's: they hold whoever asks. */
const scope = z.strictObject({
  days: z.number().nullish().openapi({ description: "1 to 365; 30." }),
  items: z.number().nullish().openapi({ description: "1 to 5000; 500." }),
  threads: z.boolean().nullish().openapi({ description: "With the replies of threads; true." }),
});

const importRequest = z.strictObject({
  source_id: z.uuid().optional(),
  resource_id: z.string().min(1).max(500).optional().openapi({ description: "The platform's own id." }),
  scope: scope.optional(),
}).refine(({ source_id, resource_id }) => (source_id === undefined) !== (resource_id === undefined), {
  message: "exactly one of source_id and resource_id names the source",
  path: ["source_id"],
});

const startRoute = createRoute({
  method: "post",
  path: "/integrations/{provider}/import",
  tags: ["imports"],
  summary: "Fetch history of a selected source",
  security: asPerson,
  request: {
    params: pathProvider,
    query: queryPlatform,
    body: { required: true, content: { "application/json": { schema: importRequest } } },
  },
  responses: {
    202: jsonAnswer(startedImport, "It waits or runs."),
    ...refusals({
      404: "Nothing is connected, or no such source",
      409: "The source is not selected, or the connection waits to be reconnected",
    }),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/integrations/import",
  tags: ["imports"],
  summary: "One's imports, newest first",
  security: asPerson,
  request: {
    query: z.object({
      platform: platformName.optional(),
      status: status.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { 200: jsonAnswer(z.object({ imports: z.array(importJob) }), "At most `limit`.") },
});

const one = {
  path: "/integrations/import/{id}" as const,
  tags: ["imports"],
  security: asPerson,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: jsonAnswer(importJob, "The import."), ...refusals({ 404: "No such import" }) },
};
const readRoute = createRoute({ ...one, method: "get", summary: "How far an import is" });
const cancelRoute = createRoute({
  ...one,
  method: "delete",
  summary: "End an import; what it brought stays. One that has ended stays as it is",
});

export function imports(context: ApiContext): ApiRouter {
  const { database } = context;
  const router = createRouter();
  router.use("/integrations/import", requireUser(context));
  router.use("/integrations/import/*", requireUser(context));
  router.use("/integrations/:provider/import", requireUser(context));

  router.openapi(listRoute, async (c) => {
    const { platform, status, limit } = c.req.valid("query");
    const jobs = await database.call("imports_of", {
      p_user: c.get("user").id,
      p_limit: limit,
      ...(platform && { p_platform: platform }),
      ...(status && { p_status: status }),
    }, c.req.raw.signal);
    return c.json({ imports: z.array(importJob).parse(jobs) }, 200);
  });

  router.openapi(readRoute, async (c) => {
    const asked = { p_user: c.get("user").id, p_job: c.req.valid("param").id };
    return c.json(importJob.parse(await database.call("import_of", asked, c.req.raw.signal)), 200);
  });

  router.openapi(cancelRoute, async (c) => {
    const asked = { p_user: c.get("user").id, p_job: c.req.valid("param").id };
    return c.json(importJob.parse(await database.call("cancel_import", asked, c.req.raw.signal)), 200);
  });

  router.openapi(startRoute, async (c) => {
    const platform = namedOne(c.req.valid("param").provider, c.req.valid("query").platform);
    const { source_id, resource_id, scope = {} } = c.req.valid("json");
    const job = await database.call("request_import", {
      p_user: c.get("user").id,
      p_platform: platform,
      p_source: source_id ?? resource_id ?? "",
      p_scope: scope,
    }, c.req.raw.signal);
    return c.json(startedImport.parse(job), 202);
  });
  return router;
}
