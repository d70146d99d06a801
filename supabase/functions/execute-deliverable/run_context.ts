/** What one version is played with: its database, its model, and what else its turn gave it. */
import type { Fence } from "@shared/agent/fence.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import type { Log } from "@shared/http/log.ts";
import { createModel, type Model, type Purpose } from "@shared/llm/model.ts";
import type { Job } from "@shared/work/handler.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { searchAsOf } from "./gather/search_as_of.ts";
import type { Run } from "./run.ts";
import { createRunDatabase, type RunDatabase } from "./run_database.ts";
import type { toolsOf } from "./run_tools.ts";

export const modelVariables = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "MODEL_WRITER",
  "MODEL_SPEND_PER_DAY_USD",
  "MODEL_SPEND_PER_RUN_USD",
] as const;
export type GenerateContext = WorkerContext<(typeof modelVariables)[number]> & {
  /** What carries the model's requests; tests put their own here. */
  readonly transport?: Egress;
};

export interface RunContext {
  readonly database: RunDatabase;
  /** For the agent's tools, which ask for themselves. */
  readonly content: PipelineDatabase;
  /** Writes the text. */
  readonly model: Model;
  /** Makes the web searches; the same model, booked by itself. */
  readonly searcher: Model;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds, for durations. */
  readonly clock: () => number;
  /** Only a test of the guards puts its own in their place. */
  readonly instead?: { readonly fence?: Fence; readonly toolsOf?: typeof toolsOf };
}

/** 4,000 tokens take the model a minute and more, which is longer than other providers are given. */
const longestModelCallMs = 110_000;

/** The model's own way out. */
export const modelEgress = ({ log, environment, transport }: GenerateContext): Egress =>
  createEgress({
    log,
    overrides: [environment.ANTHROPIC_BASE_URL],
    timeoutMs: longestModelCallMs,
    ...(transport !== undefined && { transport }),
  });

/** A backtest is many runs in one ticket, so that the budget of a run does not fit it; the day's holds it. */
const noRunCapUsd = 1_000_000;

/** A context for one version; its model counts what this version spends. */
export function createRunContext(
  { environment, database }: GenerateContext,
  { egress, job, run }: { egress: Egress; job: Job<unknown>; run: Run },
): RunContext {
  const past = run.version.purpose === "backtest";
  const content = past ? searchAsOf(database, new Date(run.at)) : database;
  const dayUsd = environment.MODEL_SPEND_PER_DAY_USD?.[run.tier];
  const runUsd = past ? noRunCapUsd : environment.MODEL_SPEND_PER_RUN_USD?.[run.tier];
  const caps = { ...(dayUsd !== undefined && { dayUsd }), ...(runUsd !== undefined && { runUsd }) };
  const modelFor = (purpose: Purpose["purpose"]) =>
    createModel({
      name: environment.MODEL_WRITER,
      apiKey: environment.ANTHROPIC_API_KEY,
      egress,
      database,
      log: job.log,
      ...(environment.ANTHROPIC_BASE_URL && { baseUrl: environment.ANTHROPIC_BASE_URL }),
      caps,
    }, { userId: run.deliverable.user_id, ticketId: job.held.id, purpose });
  return {
    database: createRunDatabase(content, job.held, job.signal),
    content,
    model: modelFor("write_deliverable"),
    searcher: modelFor("web_search"),
    log: job.log,
    signal: job.signal,
    clock: () => performance.now(),
  };
}
