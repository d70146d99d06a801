/** One version from its beginning to its end: gather, decide, write, check, store. Live runs, previews and backtests alike. */
import { createEvidence } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import type { Progress } from "@shared/work/ticket.ts";
import { definitionOf } from "./deliverable_types/definitions.ts";
import { coverageOf } from "./coverage.ts";
import { correctionLines } from "./evidence_check/correction_lines.ts";
import { withoutRepeats } from "./evidence_check/without_repeats.ts";
import { choose, gather } from "./gather.ts";
import { freshnessOf } from "./gather/freshness.ts";
import { type Scope, scopeOf } from "./gather/scope.ts";
import { systemPrompt, userPrompt } from "./prompt.ts";
import { insists, readableSources, type Run, toldOf } from "./run.ts";
import type { RunContext } from "./run_context.ts";
import type { FinishedVersion } from "./run_database.ts";
import { writeDraft } from "./run_draft.ts";
import { heartbeatText } from "./run_heartbeat.ts";
import { toolsOf } from "./run_tools.ts";
import { usageOf } from "./run_usage.ts";
import { strategyOf } from "./strategies/strategies.ts";

/** How a version ended; stored already, with the run where it is a run's only one. */
export type VersionEnd = "done" | "heartbeat" | "skipped_empty" | "skipped_unchanged";

/**
 * Plays a version that was begun, yielding checkpoints.
 *
 * @throws {PipelineError} what the database, the model and the checks throw; nothing was delivered then
 */
export async function* playVersion(
  context: RunContext,
  begun: Run,
): AsyncGenerator<Progress, VersionEnd, void> {
  const { database } = context;
  const strategy = strategyOf(begun);
  const run: Run = { ...begun, sources: strategy.sources(begun) };
  const definition = definitionOf(run.deliverable.deliverable_type);
  const scope = scopeOf(run, definition.scope(run.deliverable.type_config));
  const leavesOut = definition.leavesOut(run.deliverable.type_config);
  const gathered = await gather(database, run, scope, leavesOut);
  const freshness = freshnessOf(run, strategy, gathered);
  if (freshness.action === "skip") {
    await database.skip(run, freshness.reason, freshness.message);
    return freshness.reason;
  }
  const basis = { run, scope, fingerprint: await database.fingerprint(run, scope) };
  if (freshness.action === "heartbeat") {
    await database.finish(heartbeatOf(basis));
    return "heartbeat";
  }

  const startedAt = context.clock();
  const fence = context.instead?.fence ?? createFence();
  const evidence = createEvidence(fence, { told: insists(run) ? [] : toldOf(run) });
  const material = await choose(database, run, { strategy, definition, gathered, fence });
  const prompt = userPrompt({ run, strategy, definition, material, evidence, fence });
  const offer = context.instead?.toolsOf ?? toolsOf;
  const { tools, webSearch } = offer(context, { run, strategy, evidence, fence });
  const items = material.news.length;
  yield { step: "gathered", items };

  const draft = await writeDraft(context, { run, evidence, tools, system: systemPrompt, prompt });
  const fresh = insists(run)
    ? { ...draft, repeats: 0, nothingNew: false }
    : withoutRepeats(draft, run.told, evidence);
  if (fresh.nothingNew) {
    await database.skip(
      run,
      "skipped_unchanged",
      "everything in it was told before, and nothing of that has changed",
      scope,
    );
    return "skipped_unchanged";
  }
  yield { step: "written", items };
  await database.finish({
    ...partsOf(basis),
    draft: fresh.text,
    citations: fresh.citations,
    shown: evidence.shown(),
    model: context.model.name,
    usage: {
      ...usageOf(context.model.spent, context.searcher.spent),
      ...draft.counts,
      web_queries_refused: webSearch.counts.refused,
      repeats: fresh.repeats,
      tool_calls: draft.toolCalls,
      duration_ms: Math.round(context.clock() - startedAt),
      items_shown: evidence.shown().length,
      items_new: gathered.total,
    },
  });
  return "done";
}

interface Basis {
  readonly run: Run;
  readonly scope: Scope;
  readonly fingerprint: string;
}

/** What every finished version says of the evidence it rests on, whoever wrote it. */
const partsOf = ({ run, scope, fingerprint }: Basis) => ({
  version_id: run.version.id,
  coverage: coverageOf(run, new Date(run.at)),
  corrections: correctionLines(run.corrections, run.timezone),
  fingerprint,
  scope_until: scope.until.toISOString(),
  sources: readableSources(run),
});

/** Nobody wrote it, so that it cites nothing and cost nothing. */
const heartbeatOf = (basis: Basis): FinishedVersion => ({
  ...partsOf(basis),
  draft: heartbeatText(basis.run),
  citations: [],
  shown: [],
  model: null,
  usage: { ...usageOf(), tool_calls: 0, duration_ms: 0, items_shown: 0, items_new: 0 },
});
