/** Every problem of a draft, with its place and its words. Pure: what is current is an argument. */
import type { Evidence } from "@shared/agent/evidence.ts";
import { everySource } from "./cited_source.ts";
import type { CurrentItem } from "./current_evidence.ts";
import type { JudgedDraft, Part } from "./judged_draft.ts";
import { everyCheck, judgeDraft } from "./judge_draft.ts";
import type { ProblemKind } from "./problem_kind.ts";

export interface DraftProblem {
  readonly kind: ProblemKind;
  /** Where in the draft, counted in its lines from 1. */
  readonly line: number;
  /** The statement that it belongs to. */
  readonly statement: string;
  /** The citation as written, the quoted words, or nothing for a statement without either. */
  readonly what: string;
  /** The short ids that were cited for quoted words; where the words stand after all, if anywhere. */
  readonly cited: readonly string[];
  readonly standsIn?: string;
}

/** Of a statement, in characters: more is never told. */
const longestStatement = 1_000;
/** For so many misplaced quotes the right place is looked for: a repair is told no more of them. */
const mostLookedFor = 40;

export function checkDraft(
  draft: string,
  evidence: Evidence,
  current?: readonly CurrentItem[],
  checks: ReadonlySet<ProblemKind> = everyCheck,
): DraftProblem[] {
  return problemsOf(judgeDraft(draft, evidence, current, checks), evidence, checks);
}

export function problemsOf(
  { draft, parts, markers, find }: JudgedDraft,
  evidence: Evidence,
  checks: ReadonlySet<ProblemKind> = everyCheck,
): DraftProblem[] {
  let told = 0;
  const problems: (DraftProblem & { at: number })[] = [];
  const statementAt = (at: number, part: Part | undefined) => {
    const span = part?.sentences.find(({ start, end }) => start <= at && at < end) ?? part?.block ??
      { start: at, end: at };
    return draft.slice(span.start, Math.min(span.end, span.start + longestStatement)).replace(/\s+/g, " ")
      .trim();
  };
  const add = (kind: ProblemKind, at: number, part: Part | undefined, rest: Partial<DraftProblem> = {}) =>
    problems.push({ kind, at, line: 0, statement: statementAt(at, part), what: "", cited: [], ...rest });
  const partAt = (at: number) => parts.find(({ block }) => block.start <= at && at < block.end);
  for (const marker of markers) {
    if (marker.partOfQuote) continue;
    for (const { kind, what } of marker.refusals) {
      // Told once, with the words that it was cited for.
      if (kind !== "quote_not_in_source") add(kind, marker.start, partAt(marker.start), { what });
    }
  }
  for (const part of parts) {
    for (const { refused, words, markers: bound, start } of part.quotations) {
      const cited = bound.flatMap(({ ids }) => ids);
      // A citation that is wrong by itself was told above.
      const wrongAnyway = bound.some(({ refusals }) =>
        refusals.some(({ kind }) => kind !== "quote_not_in_source")
      );
      if (!refused || (bound.length > 0 && wrongAnyway)) continue;
      const standsIn = told++ < mostLookedFor
        ? everySource(evidence).find((source) => find(words, source) !== undefined)?.shortId
        : undefined;
      add("quote_not_in_source", start, part, {
        what: words,
        cited,
        ...(standsIn !== undefined && { standsIn }),
      });
    }
    if (part.claim && part.markers.length === 0 && checks.has("uncited")) {
      add("uncited", part.block.start, part, {
        statement: statementAt(part.block.start, { ...part, sentences: [] }),
      });
    }
  }
  problems.sort((a, b) => a.at - b.at);
  let line = 1;
  let counted = 0;
  return problems.map(({ at, ...problem }) => {
    line += draft.slice(counted, at).split("\n").length - 1;
    counted = at;
    return { ...problem, line };
  });
}
