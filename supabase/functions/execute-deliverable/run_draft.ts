/** The text of a version: the agent writes it, code checks it, and what is left must be a briefing. */
import { type AgentAnswer, runAgent } from "@shared/agent/agent.ts";
import type { Evidence } from "@shared/agent/evidence.ts";
import type { Tool } from "@shared/agent/tool.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { Citation } from "./evidence_check/cited_source.ts";
import { currentEvidence } from "./evidence_check/current_evidence.ts";
import { type DraftCounts, writeVerified } from "./evidence_check/write_verified.ts";
import { readableSources, type Run } from "./run.ts";
import type { RunContext } from "./run_context.ts";

export interface Draft {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly toolCalls: number;
  /** What was found wrong with it on the way. */
  readonly counts: DraftCounts;
}

/** Shorter than this is narration or a shrug, not a briefing (an 11-word "Let me check…" was once delivered). */
const fewestWords = 20;
const longestDraftTokens = 4000;

/**
 * Writes the text.
 *
 * @throws {PipelineError} `draft_too_short`, and what the model and the checks throw; nothing was delivered then
 */
export async function writeDraft(
  { content, model, signal, clock }: RunContext,
  { run, evidence, tools, system, prompt }: {
    readonly run: Run;
    readonly evidence: Evidence;
    readonly tools: readonly Tool[];
    readonly system: string;
    readonly prompt: string;
  },
): Promise<Draft> {
  const task = { system, prompt, tools, rounds: run.type.tool_rounds, maxTokens: longestDraftTokens };
  const startedAt = clock();
  const first = await runAgent(task, model, signal);
  const answer = await longEnough(first, signal);
  const past = run.version.purpose === "backtest";
  const draft = await writeVerified({
    answer,
    evidence,
    // A draft that was repaired for its length has had its one repair round.
    ...(answer === first && { repair: answer.repair }),
    ...(!past && {
      current: currentEvidence(content, {
        userId: run.deliverable.user_id,
        sourceIds: readableSources(run),
        // The run's own time goes on while the model writes; what was edited meanwhile is edited by now.
        now: new Date(Date.parse(run.at) + Math.ceil(clock() - startedAt)),
      }),
    }),
  }, signal);
  const words = wordsOf(draft.text);
  if (words < fewestWords) throw tooShort(words);
  return { text: draft.text, citations: draft.citations, toolCalls: answer.toolCalls, counts: draft.counts };
}

async function longEnough(answer: AgentAnswer, signal: AbortSignal): Promise<AgentAnswer> {
  const words = wordsOf(answer.text);
  if (words >= fewestWords) return answer;
  return await answer.repair(
    `That are ${words} words, which is no briefing. Write the whole text that was asked for, from its first line: what the material says, each statement with the id of the item it rests on. If it says little, say that little in full sentences, and what is open.`,
    signal,
  );
}

function wordsOf(text: string): number {
  // Not by blanks, which not every script puts between its words.
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  return [...segments].filter(({ segment }) => /\p{L}/u.test(segment)).length;
}

const tooShort = (words: number) =>
  new PipelineError({
    code: "draft_too_short",
    message: `The model wrote ${words} words, which is no briefing. Nothing was delivered.`,
    hint: "The run is tried again by itself.",
    status: 502,
  });
