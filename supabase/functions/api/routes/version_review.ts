/** What a person makes of a version: how it differs from another, their own words, their verdict, sending it again. */
import { createRoute, z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { measureEdit } from "../reviewing/edit_metrics.ts";
import { hunksOf } from "../reviewing/hunks.ts";
import {
  findVersion,
  pathVersion,
  textOf,
  versionAddress,
  versionBefore,
} from "../reviewing/own_versions.ts";
import { compareTexts } from "../reviewing/text_comparison.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const lines = z.array(z.string());
const named = z.object({ id: z.uuid(), number: z.number().int().nullable() });

const diff = z.object({
  before: named,
  after: named,
  identical: z.boolean(),
  exact: z.boolean().openapi({
    description:
      "False: too different to compare line by line, so one hunk has all between their common ends.",
  }),
  hunks: z.array(z.object({
    old_line: z.number().int(),
    new_line: z.number().int(),
    parts: z.array(z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("same"), lines }),
      z.object({
        kind: z.literal("changed"),
        removed: lines,
        added: lines,
        words: z.array(z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() })).nullable()
          .openapi({ description: "Both sides in one, word by word; null when only one side has text." }),
      }),
    ])),
  })),
}).openapi("VersionDiff");

const diffRoute = createRoute({
  method: "get",
  path: "/deliverables/{id}/versions/{version}/diff",
  tags: ["versions"],
  summary: "How a version differs from another, by lines and words",
  security: asPerson,
  request: {
    params: pathVersion,
    query: z.object({
      against: z.union([versionAddress, z.literal("draft")]).optional().openapi({
        description:
          "A version's number or id, or `draft`: what the person changed. The live version before it.",
      }),
    }),
  },
  responses: {
    200: jsonAnswer(diff, "From the other to this one, in hunks with three lines around each change."),
    ...refusals({ 404: "No such version, or none before it", 409: "One of them has no text" }),
  },
});

const reviewed = z.object({
  id: z.uuid(),
  number: z.number().int().nullable(),
  status: z.enum(["generating", "generated", "delivered", "failed", "suggested", "approved", "rejected"]),
  content: z.string().nullable(),
  edit_distance_score: z.number().nullable().openapi({
    description: "Between the draft and the content, 0 to 1.",
  }),
  edit_categories: z.object({
    additions: lines,
    deletions: lines,
    rewrites: z.array(z.object({ before: z.string(), after: z.string() })),
    restructures: lines,
  }).nullable().openapi({ description: "Examples of what was changed, at most five of each." }),
  feedback_notes: z.string().nullable(),
  reviewed_at: z.string().nullable(),
}).openapi("ReviewedVersion");

const reviewRoute = createRoute({
  method: "patch",
  path: "/deliverables/{id}/versions/{version}",
  tags: ["versions"],
  summary: "Edit, comment, approve or reject a version; the next ones and memory learn from it",
  security: asPerson,
  request: {
    params: pathVersion,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({
            final_content: z.string().max(100_000).refine((text) => text.trim() !== "", "is empty").optional()
              .openapi({ description: "The whole text. The draft stays as it was written." }),
            feedback_notes: z.string().trim().max(5_000).optional(),
            verdict: z.enum(["approved", "rejected"]).optional(),
          }).refine((review) => Object.values(review).some((given) => given !== undefined), {
            message: "needs final_content, feedback_notes or verdict",
          }),
        },
      },
    },
  },
  responses: {
    200: jsonAnswer(reviewed, "As it is now."),
    ...refusals({ 404: "No such version", 409: "It has no text" }),
  },
});

const redeliverRoute = createRoute({
  method: "post",
  path: "/deliverables/{id}/versions/{version}/redeliver",
  tags: ["versions"],
  summary: "Send again what failed or bounced; what arrived is not sent twice",
  security: asPerson,
  request: { params: pathVersion },
  responses: {
    202: jsonAnswer(
      z.object({
        deliveries: z.array(z.object({ delivery_id: z.uuid(), ticket_id: z.number().int() })),
      }).openapi("Redelivery"),
      "They wait or are being sent.",
    ),
    ...refusals({ 404: "No such version", 409: "No delivery of it has failed" }),
  },
});

const reviewedRow = reviewed.omit({ number: true, content: true }).extend({
  version_number: z.number().int().nullable(),
  final_content: z.string().nullable(),
});
const redelivered = z.object({
  deliveries: z.array(z.object({ delivery_id: z.uuid(), ticket_id: z.number().int() })),
});

export function versionReview(context: ApiContext): ApiRouter {
  const { database, ownRows } = context;
  const router = createRouter();
  const person = requireUser(context);
  router.use("/deliverables/:id/versions/:version", person);
  router.use("/deliverables/:id/versions/:version/diff", person);
  router.use("/deliverables/:id/versions/:version/redeliver", person);

  router.openapi(diffRoute, async (c) => {
    const { signal } = c.req.raw;
    const tables = ownRows(c.req.raw);
    const { id, version } = c.req.valid("param");
    const { against } = c.req.valid("query");
    const after = await findVersion(tables, id, version, signal);
    const text = textOf(after);
    const before = against === "draft"
      ? { ...after, final_content: null }
      : against === undefined
      ? await versionBefore(tables, after, signal)
      : await findVersion(tables, id, against, signal);
    if (before === undefined) throw new PipelineError(nothingBefore);
    const { blocks, exact } = compareTexts(textOf(before), text);
    return c.json({
      before: { id: before.id, number: before.version_number },
      after: { id: after.id, number: after.version_number },
      identical: blocks.every(({ kind }) => kind === "same"),
      exact,
      hunks: diff.shape.hunks.parse(hunksOf(blocks)),
    }, 200);
  });

  router.openapi(reviewRoute, async (c) => {
    const { signal } = c.req.raw;
    const { id, version: address } = c.req.valid("param");
    const { final_content, feedback_notes, verdict } = c.req.valid("json");
    const version = await findVersion(ownRows(c.req.raw), id, address, signal);
    const edit = final_content === undefined || version.draft_content === null
      ? undefined
      : measureEdit(version.draft_content, final_content);
    const row = reviewedRow.parse(
      await database.call("review_version", {
        p_version: version.id,
        p_user: c.get("user").id,
        p_review: {
          ...(final_content !== undefined && { content: final_content }),
          ...(edit !== undefined && {
            distance: edit.distance,
            categories: reviewed.shape.edit_categories.parse(edit.categories),
          }),
          ...(feedback_notes !== undefined && { notes: feedback_notes }),
          ...(verdict !== undefined && { verdict }),
        },
      }, signal),
    );
    const { version_number: number, final_content: content, ...rest } = row;
    return c.json({ ...rest, number, content }, 200);
  });

  router.openapi(redeliverRoute, async (c) => {
    const { id, version } = c.req.valid("param");
    const { id: p_version } = await findVersion(ownRows(c.req.raw), id, version, c.req.raw.signal);
    const asked = { p_version, p_user: c.get("user").id };
    const answer = await database.call("redeliver_version", asked, c.req.raw.signal);
    return c.json(redelivered.parse(answer), 202);
  });
  return router;
}

const nothingBefore = {
  code: "nothing_to_compare",
  message: "There is no version with a text before this one.",
  hint: "Name another with ?against=, or ?against=draft for what you changed yourself.",
  status: 404,
};
