/** Whether all is synced as it should be, and what to do where it is not. */
import { createRoute, z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { named, pathProvider, platformName, queryPlatform } from "../named_platform.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const category = z.enum([
  ...["needs_reauth", "access_denied", "not_found", "rate_limited", "provider_down", "internal"] as const,
]);
const instant = z.string().nullable();

const syncing = z.object({
  since: z.string(),
  sources_total: z.number().int(),
  sources_done: z.number().int(),
  sources_failed: z.number().int(),
  items_stored: z.number().int(),
  percent: z.number().int().nullable(),
  ready_at: instant.openapi({ description: "When it should be through, at the platform's pace." }),
  waiting_for: z.object({ code: z.string(), message: z.string(), until: z.string() }).nullable(),
}).nullable().openapi({ description: "The sync under way." });

const platformHealth = z.object({
  connection_id: z.uuid(),
  provider: z.enum(["slack", "google", "notion"]),
  platform: platformName,
  account_name: z.string(),
  condition: z.enum([
    ...["healthy", "pending", "degraded", "failing", "overdue", "nothing_selected", "needs_reauth"] as const,
  ]),
  what_to_do: z.string().nullable(),
  last_success_at: instant,
  next_sync_at: instant,
  overdue_since: instant.openapi({ description: "The expected slot that passed without a successful sync." }),
  syncing,
  selected: z.number().int(),
  failing: z.number().int(),
  held_deletions: z.number().int(),
  problems: z.array(z.object({
    source_id: z.uuid().nullable().openapi({ description: "Null: the listing of the platform itself." }),
    source: z.string().nullable(),
    category,
    message: z.string(),
    what_to_do: z.string(),
    since: z.string(),
  })),
});

const health = z.object({
  provider: z.enum(["slack", "google", "notion"]),
  status: z.enum(["healthy", "degraded", "unhealthy", "unknown"]).openapi({
    description: "Of its platforms, the worst; unknown before the first sync.",
  }),
  platforms: z.array(platformHealth),
  recommendations: z.array(z.string()),
}).openapi("Health");

const platformStatus = z.object({
  platform: platformName,
  connected: z.boolean(),
  last_synced_at: instant,
  next_sync_at: instant,
  source_count: z.number().int(),
  status: z.enum(["healthy", "stale", "pending", "disconnected"]),
  stale_count: z.number().int(),
  syncing,
  resources: z.array(z.object({
    resource_id: z.string(),
    resource_name: z.string(),
    source_id: z.uuid(),
    last_synced_at: instant,
    item_count: z.number().int(),
    has_cursor: z.boolean(),
    status: z.enum(["fresh", "recent", "stale", "never_synced", "unknown"]),
    last_error: z.string().nullable(),
    last_error_category: category.nullable(),
    last_error_at: instant,
  })),
  content: z.object({
    total_items: z.number().int(),
    retained_items: z.number().int(),
    ephemeral_items: z.number().int(),
    freshest_at: instant,
  }),
}).openapi("PlatformStatus");

const syncStatus = z.object({
  provider: z.enum(["slack", "google", "notion"]),
  platforms: z.array(platformStatus),
});
const backgroundJob = z.object({
  job_type: z.enum([
    ...["platform_synced", "signal_processed", "memory_written", "session_summary_written"] as const,
    ...["pattern_detected", "conversation_analyzed", "deliverable_run", "content_cleanup"] as const,
    "scheduler_heartbeat",
  ]).openapi({ description: "As the activity log names it." }),
  last_run_at: instant,
  last_run_status: z.enum(["success", "failed", "never_run"]),
  last_run_summary: z.string().nullable(),
  items_processed: z.number().int().nullable().openapi({ description: "Null: that work counts nothing." }),
}).openapi("BackgroundJob");
const systemStatus = z.object({
  platform_sync: z.array(platformStatus),
  background_jobs: z.array(backgroundJob),
  tier: z.enum(["free", "starter", "pro"]),
  sync_frequency: z.string().openapi({ example: "4x_daily" }),
});

const request = { params: pathProvider, query: queryPlatform };
const common = { tags: ["health"], security: asPerson };
const healthRoute = createRoute({
  ...common,
  method: "get",
  path: "/integrations/{provider}/health",
  summary: "Whether a connection is synced as it should be, what is wrong, and what to do",
  request,
  responses: { 200: jsonAnswer(health, "Its platforms."), ...refusals({ 404: "Nothing is connected" }) },
});
const syncStatusRoute = createRoute({
  ...common,
  method: "get",
  path: "/integrations/{provider}/sync-status",
  summary: "How fresh the sources are, and how far a sync under way is",
  request,
  responses: { 200: jsonAnswer(syncStatus, "Its platforms.") },
});
const systemStatusRoute = createRoute({
  ...common,
  method: "get",
  path: "/system/status",
  summary: "All four platforms, connected or not, and the last run of each kind of background work",
  responses: { 200: jsonAnswer(systemStatus, "The plan, its platforms, and what ran for them.") },
});

export function healthRoutes(context: ApiContext): ApiRouter {
  const { database } = context;
  const router = createRouter();
  router.use("/integrations/:provider/health", requireUser(context));
  router.use("/integrations/:provider/sync-status", requireUser(context));
  router.use("/system/status", requireUser(context));

  router.openapi(healthRoute, async (c) => {
    const meant = named(c.req.valid("param").provider, c.req.valid("query").platform);
    const rows = await database.call("sync_health", { p_user: c.get("user").id }, c.req.raw.signal);
    const platforms = z.array(platformHealth).parse(rows)
      .filter(({ platform }) => meant.platforms.includes(platform));
    if (platforms.length === 0) throw notConnected(meant.provider);
    return c.json({
      provider: meant.provider,
      status: worst(platforms.map(({ condition }) => condition)),
      platforms,
      recommendations: [...new Set(platforms.flatMap(({ what_to_do }) => what_to_do ?? []))],
    }, 200);
  });

  router.openapi(syncStatusRoute, async (c) => {
    const meant = named(c.req.valid("param").provider, c.req.valid("query").platform);
    const rows = await database.call("sync_status", {
      p_user: c.get("user").id,
      p_provider: meant.provider,
    }, c.req.raw.signal);
    const platforms = z.array(platformStatus).parse(rows)
      .filter(({ platform }) => meant.platforms.includes(platform));
    return c.json({ provider: meant.provider, platforms }, 200);
  });

  router.openapi(systemStatusRoute, async (c) => {
    const status = await database.call("system_status", { p_user: c.get("user").id }, c.req.raw.signal);
    return c.json(systemStatus.parse(status), 200);
  });
  return router;
}

type Condition = z.output<typeof platformHealth>["condition"];

function worst(conditions: readonly Condition[]): z.output<typeof health>["status"] {
  const any = (...these: Condition[]) => conditions.some((condition) => these.includes(condition));
  if (any("needs_reauth", "overdue", "failing")) return "unhealthy";
  if (any("degraded")) return "degraded";
  return any("healthy") ? "healthy" : "unknown";
}

const notConnected = (provider: string) =>
  new PipelineError({
    code: "not_connected",
    message: `${provider} is not connected.`,
    hint: "Connect it first.",
    status: 404,
  });
