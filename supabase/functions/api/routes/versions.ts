/** What was written: the versions of a deliverable, and all that belongs to one. */
import { createRoute, z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { pathDeliverable } from "../deliverable_shapes.ts";
import { type OwnTables, rowsOf } from "../own_rows.ts";
import { findVersion, pathVersion, versionAddress } from "../reviewing/own_versions.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const instant = z.string().nullable();
const purpose = z.enum(["live", "preview", "backtest"]);
const facts = z.record(z.string(), z.unknown());

const summary = z.object({
  id: z.uuid(),
  number: z.number().int().nullable().openapi({ description: "Live versions only." }),
  purpose,
  status: z.enum(["generating", "generated", "delivered", "failed", "suggested", "approved", "rejected"]),
  as_of: z.string().openapi({ description: "The instant whose state of the content it reports." }),
  failure: facts.nullable().openapi({ description: "Why there is no text: {code, message}." }),
  model: z.string().nullable(),
  usage: facts.openapi({ description: "Tokens, tool calls, seconds, and cost_usd." }),
  edit_distance_score: z.number().nullable().openapi({
    description: "0: approved as written; 1: rewritten.",
  }),
  created_at: z.string(),
  generated_at: instant,
  reviewed_at: instant,
  delivered_at: instant,
});

const version = summary.extend({
  deliverable_id: z.uuid(),
  content: z.string().nullable().openapi({ description: "Markdown, as the person left it." }),
  draft: z.string().nullable().openapi({ description: "As it was written." }),
  edit_categories: facts.nullable(),
  feedback_notes: z.string().nullable(),
  coverage: z.array(facts).openapi({ description: "Per source, up to when it was read." }),
  corrections: z.array(facts).openapi({ description: "Edits and deletions of what earlier versions cited." }),
  citations: z.array(z.object({
    number: z.number().int(),
    label: z.string(),
    quote: z.string(),
    permalink: z.string().nullable(),
    content_id: z.uuid().nullable(),
    revision: z.number().int().nullable().openapi({ description: "Null: a page of the web." }),
  })),
  deliveries: z.array(z.object({
    id: z.uuid(),
    channel: z.enum(["email", "slack"]),
    target: z.string(),
    status: z.enum(["waiting", "sending", "accepted", "failed"]),
    mail_status: z.enum(["delayed", "delivered", "bounced", "complained"]).nullable(),
    error: facts.nullable(),
    created_at: z.string(),
    accepted_at: instant,
    delivered_at: instant,
  })),
}).openapi("Version");

const listRoute = createRoute({
  method: "get",
  path: "/deliverables/{id}/versions",
  tags: ["versions"],
  summary: "The versions of a deliverable, newest first",
  security: asPerson,
  request: {
    params: pathDeliverable,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      before: versionAddress.optional().openapi({ description: "Only versions older than this one." }),
      purpose: purpose.optional(),
    }),
  },
  responses: {
    200: jsonAnswer(
      z.object({
        versions: z.array(summary),
        next: z.string().nullable().openapi({ description: "The `before` of the next page; null: the end." }),
      }).openapi("Versions"),
      "At most `limit`.",
    ),
    ...refusals({ 404: "No such deliverable, or no version `before`" }),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/deliverables/{id}/versions/{version}",
  tags: ["versions"],
  summary: "A version with its sources, deliveries, coverage and cost",
  security: asPerson,
  request: { params: pathVersion },
  responses: { 200: jsonAnswer(version, "The version."), ...refusals({ 404: "No such version" }) },
});

const summaryColumns =
  "id, version_number, purpose, status, as_of, failure, model, usage, edit_distance_score, created_at, generated_at, reviewed_at, delivered_at";

export function versions(context: ApiContext): ApiRouter {
  const router = createRouter();
  router.use("/deliverables/:id/versions", requireUser(context));
  router.use("/deliverables/:id/versions/:version", requireUser(context));

  router.openapi(listRoute, async (c) => {
    const { signal } = c.req.raw;
    const tables = context.ownRows(c.req.raw);
    const { id } = c.req.valid("param");
    const { limit, before, purpose } = c.req.valid("query");
    await requireDeliverable(tables, id, signal);
    let query = tables.from("deliverable_versions").select(summaryColumns).eq("deliverable_id", id);
    if (purpose !== undefined) query = query.eq("purpose", purpose);
    if (before !== undefined) {
      const last = await findVersion(tables, id, before, signal);
      const at = `"${last.created_at}"`;
      query = query.or(`created_at.lt.${at},and(created_at.eq.${at},id.lt.${last.id})`);
    }
    const rows = await rowsOf(
      query.order("created_at", { ascending: false }).order("id", { ascending: false }).limit(limit)
        .abortSignal(signal),
    );
    const listed = rows.map((row) => summary.parse({ ...row, ...numbersOf(row) }));
    return c.json({ versions: listed, next: rows.length < limit ? null : rows.at(-1)?.id ?? null }, 200);
  });

  router.openapi(readRoute, async (c) => {
    const { signal } = c.req.raw;
    const tables = context.ownRows(c.req.raw);
    const { id, version: address } = c.req.valid("param");
    const row = await findVersion(tables, id, address, signal);
    const [citations, deliveries] = await Promise.all([
      rowsOf(
        tables.from("version_citations").select("number, label, quote, permalink, content_id, revision")
          .eq("version_id", row.id).order("number").limit(1_000).abortSignal(signal),
      ),
      rowsOf(
        tables.from("deliveries")
          .select("id, channel, target, status, mail_status, error, created_at, accepted_at, delivered_at")
          .eq("version_id", row.id).order("created_at").limit(100).abortSignal(signal),
      ),
    ]);
    const { final_content, draft_content: draft } = row;
    const content = final_content ?? draft;
    const read = { ...row, ...numbersOf(row), content, draft, citations, deliveries };
    return c.json(version.parse(read), 200);
  });
  return router;
}

function numbersOf(row: { version_number: number | null; edit_distance_score: number | null }) {
  const { version_number: number, edit_distance_score: score } = row;
  // A numeric, which may come as text so that none of its digits is lost.
  return { number, edit_distance_score: score === null ? null : Number(score) };
}

/** An unknown deliverable is no deliverable without versions. */
async function requireDeliverable(tables: OwnTables, id: string, signal: AbortSignal): Promise<void> {
  const found = await rowsOf(
    tables.from("deliverables").select("id").eq("id", id).limit(1).abortSignal(signal),
  );
  if (found.length > 0) return;
  throw new PipelineError({
    code: "unknown_deliverable",
    message: "There is no such deliverable.",
    hint: "It may have been deleted.",
    status: 404,
  });
}
