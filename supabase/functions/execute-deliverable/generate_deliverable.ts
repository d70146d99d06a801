/** A ticket of kind `generate_deliverable`: gathers, lets the agent write, checks what it claims, and fills the outbox. */
import { z } from "zod";
import { runAgent } from "@shared/agent/agent.ts";
import { contentTools } from "@shared/agent/content_tools.ts";
import { createEvidence } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import { createEgress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { createModel, type Spent } from "@shared/llm/model.ts";
import { type AnyHandler, handler, type Job } from "@shared/work/handler.ts";
import type { Outcome } from "@shared/work/ticket.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { checkCitations } from "./evidence_check/citations.ts";
import { gather } from "./gather.ts";
import { systemPrompt, userPrompt } from "./prompt.ts";
import { type Run, run as runShape } from "./run.ts";

export const modelVariables = ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "MODEL_WRITER"] as const;
type Context = WorkerContext<(typeof modelVariables)[number]>;

const payload = z.object({ deliverable_id: z.uuid() });

/** Shorter than this is narration or a shrug, not a briefing (an 11-word "Let me check…" was once delivered). */
const fewestWords = 20;
const longestDraftTokens = 4000;

/** 4,000 tokens take the model a minute and more, which is longer than other providers are given. */
const longestModelCallMs = 110_000;

export function generateDeliverable(context: Context): AnyHandler {
  const egress = createEgress({
    log: context.log,
    overrides: [context.environment.ANTHROPIC_BASE_URL],
    timeoutMs: longestModelCallMs,
  });
  return handler(payload, async function* (job) {
    try {
      const run = runShape.parse(
        await context.database.call(
          "begin_version",
          { p_ticket: job.held.id, p_lease: job.held.lease },
          job.signal,
        ),
      );
      if (run.sources.length === 0) {
        return await skip(context, job, "skipped_empty", "none of its sources is connected and selected");
      }
      const gathered = await gather(context.database, run, job.now, job.signal);
      if (gathered.items.length === 0) {
        return run.last_run_at === null
          ? await skip(context, job, "skipped_empty", "its sources hold nothing from this period")
          : await skip(
            context,
            job,
            "skipped_unchanged",
            "nothing is new in its sources since the last version",
          );
      }
      yield { step: "gathered", items: gathered.items.length };

      const startedAt = performance.now();
      const fence = createFence();
      const evidence = createEvidence(fence);
      const model = createModel({
        name: context.environment.MODEL_WRITER,
        apiKey: context.environment.ANTHROPIC_API_KEY,
        egress,
        database: context.database,
        log: job.log,
        ...(context.environment.ANTHROPIC_BASE_URL && { baseUrl: context.environment.ANTHROPIC_BASE_URL }),
      }, { userId: run.deliverable.user_id, ticketId: job.held.id, purpose: "write_deliverable" });
      const answer = await runAgent(
        {
          system: systemPrompt(fence),
          prompt: userPrompt(run, gathered, evidence, job.now),
          tools: contentTools({
            database: context.database,
            userId: run.deliverable.user_id,
            sourceIds: run.sources.map(({ source_id }) => source_id),
            evidence,
          }),
          rounds: run.type.tool_rounds,
          maxTokens: longestDraftTokens,
        },
        model,
        job.signal,
      );
      const draft = checkCitations(answer.text, evidence);
      checkLength(draft.text);
      yield { step: "written", items: gathered.items.length };

      await context.database.call("finish_version", {
        p_ticket: job.held.id,
        p_lease: job.held.lease,
        p_draft: draft.text,
        p_citations: draft.citations.map((citation) => ({ ...citation })),
        p_shown: evidence.shown(),
        p_coverage: coverageOf(run),
        p_model: model.name,
        p_usage: {
          ...usageOf(model.spent),
          tool_calls: answer.toolCalls,
          duration_ms: Math.round(performance.now() - startedAt),
          items_shown: evidence.shown().length,
          items_new: gathered.total,
          citations_refused: draft.refused.citations,
          quotes_refused: draft.refused.quotes,
        },
      }, job.signal);
      return { outcome: "ended", as: "done" };
    } catch (thrown) {
      return outcomeOf(thrown, job.now);
    }
  });
}

async function skip(context: Context, job: Job<unknown>, reason: string, message: string): Promise<Outcome> {
  await context.database.call("skip_version", {
    p_ticket: job.held.id,
    p_lease: job.held.lease,
    p_reason: reason,
    p_message: message,
  }, job.signal);
  return { outcome: "ended", as: reason };
}

function checkLength(text: string): void {
  // Not by blanks, which not every script puts between its words.
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  const words = [...segments].filter(({ segment }) => /\p{L}/u.test(segment)).length;
  if (words >= fewestWords) return;
  throw new PipelineError({
    code: "draft_too_short",
    message: `The model wrote ${words} words, which is no briefing. Nothing was delivered.`,
    hint: "The run is tried again by itself.",
    status: 502,
  });
}

const coverageOf = (run: Run) =>
  run.sources.map(({ platform, name, synced_at, error }) => ({ platform, name, synced_at, error }));

/** In the words of the ledger's columns. */
const usageOf = (spent: Spent) => ({
  calls: spent.calls,
  cost_usd: spent.costUsd,
  input_tokens: spent.input,
  output_tokens: spent.output,
  cache_read_tokens: spent.cacheRead,
  cache_write_tokens: spent.cacheWrite,
});

const declined = [
  "model_declined",
  "model_unavailable",
  "model_key_refused",
  "type_not_available",
  "type_config_invalid",
  "unknown_deliverable",
];

function outcomeOf(thrown: unknown, now: Date): Outcome {
  if (!(thrown instanceof PipelineError)) throw thrown;
  switch (thrown.code) {
    case "model_overloaded":
      return { outcome: "yield", afterSeconds: thrown.retryAfterSeconds ?? 30, reason: thrown.problem };
    case "budget_exceeded":
      return {
        outcome: "yield",
        afterSeconds: secondsToMidnightUtc(now),
        reason: { ...thrown.problem, code: "deferred_budget" },
      };
    default:
      if (declined.includes(thrown.code)) return { outcome: "failed", final: true, problem: thrown.problem };
      throw thrown;
  }
}

function secondsToMidnightUtc(now: Date): number {
  const day = 24 * 60 * 60 * 1000;
  return Math.ceil((day - now.getTime() % day) / 1000);
}
