/** From the model's answer to the text that may leave: checked, sent back once for repair, and settled by code. */
import type { AgentAnswer } from "@shared/agent/agent.ts";
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { type DraftProblem, problemsOf } from "./check_draft.ts";
import type { Citation } from "./cited_source.ts";
import type { CurrentEvidence } from "./current_evidence.ts";
import { everyCheck, judgeDraft } from "./judge_draft.ts";
import { legible } from "./legible_draft.ts";
import { markersOf } from "./markers.ts";
import type { ProblemKind } from "./problem_kind.ts";
import { repairInstruction } from "./repair_instruction.ts";
import { settle, type SettledDraft } from "./settle_draft.ts";

export interface Verification {
  readonly answer: Pick<AgentAnswer, "text">;
  readonly evidence: Evidence;
  /** Left out where the past is played: then an item counts as it was shown. */
  readonly current?: CurrentEvidence;
  /** One more answer of the same conversation. Left out, nothing is repaired. */
  readonly repair?: (instruction: string, signal: AbortSignal) => Promise<Pick<AgentAnswer, "text">>;
  /** Only a test of the checks leaves one out. */
  readonly checks?: ReadonlySet<ProblemKind>;
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
 * @throws what `current` throws, and what `repair` throws when it is no matter of the model: the first draft stands otherwise
 */
export async function writeVerified(verification: Verification, signal: AbortSignal): Promise<VerifiedDraft> {
  const { answer, evidence, current, repair, checks = everyCheck } = verification;
  const judge = async (text: string) => {
    const standing = await current?.standing(citedItems(text, evidence), signal);
    return judgeDraft(text, evidence, standing, checks);
  };
  const judged = await judge(answer.text);
  const problems = problemsOf(judged, evidence, checks);
  const first = settle(judged, checks);
  if (problems.length === 0 || repair === undefined) return verified(first, 0);

  const edited = editedItems(problems, evidence);
  const again = edited.length === 0 ? [] : await current?.newest(edited, signal) ?? [];
  const repaired = await repair(repairInstruction(problems, evidence, again), signal).catch((thrown) => {
    // The first draft was paid for, and code settles it without the model.
    if (thrown instanceof PipelineError && thrown.code.startsWith("model_")) return undefined;
    throw thrown;
  });
  if (repaired === undefined || repaired.text === answer.text) return verified(first, 0);
  const judgedAgain = await judge(repaired.text);
  const second = settle(judgedAgain, checks);
  // A repair that loses more than it mends (half a text, an apology) is none.
  if (worth(second) < worth(first)) return verified(first, 0);
  return verified(second, Math.max(0, problems.length - problemsOf(judgedAgain, evidence, checks).length));
}

/** Statements that rest on something, less those that rest on nothing. */
const worth = ({ sound, unverified }: SettledDraft) => sound - unverified;

const verified = (
  { text, citations, refused, unverified }: SettledDraft,
  repaired: number,
): VerifiedDraft => ({
  text,
  citations,
  counts: { repaired, refused, unverified },
});

function citedItems(text: string, evidence: Evidence): EvidenceItem[] {
  const ids = new Set(markersOf(legible(text)).flatMap((marker) => marker.ids));
  return [...ids].flatMap((id) => evidence.get(id) ?? []);
}

function editedItems(problems: readonly DraftProblem[], evidence: Evidence): EvidenceItem[] {
  const ids = new Set(problems.filter(({ kind }) => kind === "stale_revision").map(({ what }) => what));
  return [...ids].flatMap((id) => evidence.get(id) ?? []);
}
