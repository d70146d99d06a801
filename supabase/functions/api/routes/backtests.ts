/** What a deliverable would have written in past weeks, from the content as it was then, before it is scheduled. */
import { createRoute, z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { pathDeliverable } from "../deliverable_shapes.ts";
import { rowsOf } from "../own_rows.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const started = z.object({
  backtest_id: z.uuid(),
  ticket_id: z.number().int(),
  slots: z.array(z.string()).openapi({ description: "The moments that are played, at most 40." }),
}).openapi("StartedBacktest");

const startRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/backtest",
  tags: ["deliverables"],
  summary: "Play it over its last weeks: nothing is delivered, and its next run tells all the same",
  security: asPerson,
  request: {
    params: pathDeliverable,
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ weeks: z.number().int().min(1).max(4) }) },
      },
    },
  },
  responses: {
    202: jsonAnswer(started, "It waits or runs."),
    ...refusals({
      404: "No such deliverable, or an archived one",
      409: "A backtest of it is running",
      422: "Its schedule has no slot in these weeks",
    }),
  },
});

const failure = z.record(z.string(), z.unknown()).nullable();
const slot = z.object({
  at: z.string(),
  outcome: z.enum(["waiting", "would_send", "would_skip", "failed"]),
  reason: z.string().nullable().openapi({
    description: "Why not: skipped_unchanged, skipped_empty, or a code.",
  }),
  message: z.string().nullable(),
  version_id: z.uuid().nullable(),
  content: z.string().nullable().openapi({ description: "What would have been sent; Markdown." }),
  cost_usd: z.number().nullable(),
});

const backtest = z.object({
  id: z.uuid(),
  deliverable_id: z.uuid(),
  status: z.enum(["running", "done", "failed", "cancelled"]),
  error: failure,
  cost_usd: z.number().openapi({ description: "So far." }),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  slots: z.array(slot),
}).openapi("Backtest");

const readRoute = createRoute({
  method: "get",
  path: "/deliverables/{id}/backtests/{backtest_id}",
  tags: ["deliverables"],
  summary: "What it would have sent or skipped at each moment, why, and at what cost",
  security: asPerson,
  request: { params: pathDeliverable.extend({ backtest_id: z.uuid() }) },
  responses: { 200: jsonAnswer(backtest, "As far as it is."), ...refusals({ 404: "No such backtest" }) },
});

const skips = z.array(z.object({ slot: z.string(), reason: z.string(), message: z.string().nullable() }));
const said = z.object({ code: z.string(), message: z.string() }).partial();
const spent = z.object({ cost_usd: z.number() }).partial();

export function backtests(context: ApiContext): ApiRouter {
  const { database, ownRows } = context;
  const router = createRouter();
  router.use("/deliverables/:id/backtest", requireUser(context));
  router.use("/deliverables/:id/backtests/:backtest_id", requireUser(context));

  router.openapi(startRoute, async (c) => {
    const answer = await database.call("start_backtest", {
      p_deliverable: c.req.valid("param").id,
      p_user: c.get("user").id,
      p_weeks: c.req.valid("json").weeks,
    }, c.req.raw.signal);
    return c.json(started.parse(answer), 202);
  });

  router.openapi(readRoute, async (c) => {
    const { signal } = c.req.raw;
    const { id, backtest_id } = c.req.valid("param");
    const tables = ownRows(c.req.raw);
    const [[row], versions] = await Promise.all([
      rowsOf(
        tables.from("deliverable_backtests").select("*").eq("id", backtest_id).eq("deliverable_id", id).limit(
          1,
        )
          .abortSignal(signal),
      ),
      rowsOf(
        tables.from("deliverable_versions").select("id, as_of, status, draft_content, failure, usage")
          .eq("backtest_id", backtest_id).limit(100).abortSignal(signal),
      ),
    ]);
    if (row === undefined) throw new PipelineError(unknownBacktest);
    const written = new Map(versions.map((version) => [Date.parse(version.as_of), version]));
    const skipped = new Map(skips.parse(row.skipped).map((skip) => [Date.parse(skip.slot), skip]));
    const slots = row.slots.map((at) => slotOf(at, written.get(Date.parse(at)), skipped.get(Date.parse(at))));
    // A numeric, which may come as text so that none of its digits is lost.
    return c.json(backtest.parse({ ...row, cost_usd: Number(row.cost_usd), slots }), 200);
  });
  return router;
}

interface Written {
  readonly id: string;
  readonly status: string;
  readonly draft_content: string | null;
  readonly failure: unknown;
  readonly usage: unknown;
}

function slotOf(
  at: string,
  version: Written | undefined,
  skip: z.output<typeof skips>[number] | undefined,
): z.output<typeof slot> {
  const nothing = { at, reason: null, message: null, version_id: null, content: null, cost_usd: null };
  if (skip !== undefined) {
    return { ...nothing, outcome: "would_skip", reason: skip.reason, message: skip.message };
  }
  if (version === undefined || version.status === "generating") return { ...nothing, outcome: "waiting" };
  const of = { ...nothing, version_id: version.id, cost_usd: spent.parse(version.usage).cost_usd ?? null };
  if (version.status !== "failed") return { ...of, outcome: "would_send", content: version.draft_content };
  const { code = null, message = null } = said.parse(version.failure ?? {});
  return { ...of, outcome: "failed", reason: code, message };
}

const unknownBacktest = {
  code: "unknown_backtest",
  message: "There is no such backtest of this deliverable.",
  hint: "Start one with POST /deliverables/{id}/backtest.",
  status: 404,
};
