/** What leaves: forged citations and quotation marks are taken out, what then rests on nothing says so, ids become numbers. */
import type { Evidence } from "@shared/agent/evidence.ts";
import { losesItsLook } from "./block_quotes.ts";
import type { Citation, CitedSource } from "./cited_source.ts";
import type { CurrentItem } from "./current_evidence.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { type JudgedDraft, type JudgedMarker, type Part, quoteMarks, type Sentence } from "./judged_draft.ts";
import { everyCheck, judgeDraft } from "./judge_draft.ts";
import { type ProblemKind, problemKinds } from "./problem_kind.ts";

export interface SettledDraft {
  /** With [1], [2] … by first appearance. */
  readonly text: string;
  readonly citations: readonly Citation[];
  /** What was taken out or marked, per kind. */
  readonly refused: Readonly<Record<ProblemKind, number>>;
  /** Statements that are marked "(unverified)". */
  readonly unverified: number;
  /** Statements that rest on something. */
  readonly sound: number;
}

/** Single ones only where no apostrophe can stand. */
const anyQuotationMark =
  /\\?["“”„‟«»‹›「」『』〝〞〟＂″❝❞❛❜‚]|(?<![\p{L}\p{N}])\\?['‘’‛]|['‘’‛](?![\p{L}\p{N}])/gu;

export const unverifiedMark = "(unverified)";

export function settleDraft(
  draft: string,
  evidence: Evidence,
  current?: readonly CurrentItem[],
  checks: ReadonlySet<ProblemKind> = everyCheck,
): SettledDraft {
  return settle(judgeDraft(draft, evidence, current, checks), checks);
}

export function settle(judged: JudgedDraft, checks: ReadonlySet<ProblemKind> = everyCheck): SettledDraft {
  const { draft, parts, markers } = judged;
  const cited: CitedSource[] = [];
  const edits: Edit[] = [];
  const marked = new Set<JudgedMarker>();
  let unverified = 0;
  const refused = countsOf(judged);
  for (const part of parts) {
    const places = marksOf(part, draft, checks);
    unverified += places.length;
    if (part.claim && part.markers.length === 0 && places.length > 0) refused.uncited += 1;
    for (const place of places) {
      if (typeof place === "number") edits.push({ start: place, end: place, text: ` ${unverifiedMark}` });
      else marked.add(place);
    }
    for (const { refused: isRefused, start, end } of part.quotations) {
      if (!isRefused) continue;
      // Marks within it would show a part of it as quoted still.
      for (const { index, 0: mark } of draft.slice(start, end).matchAll(anyQuotationMark)) {
        edits.push({ start: start + index, end: start + index + mark.length, text: "" });
      }
    }
    if (losesItsLook(part, draft)) {
      for (
        const { index, 0: mark, 1: lineBreak = "" } of draft.slice(part.block.from, part.block.end).matchAll(
          quoteMarks,
        )
      ) {
        const at = part.block.from + index;
        edits.push({ start: at + lineBreak.length, end: at + mark.length, text: "" });
      }
    }
  }
  for (const marker of markers) edits.push(editOf(marker, cited, marked.has(marker), checks));
  return {
    text: applyEdits(draft, edits),
    citations: cited.map(({ citation, shortId }, at) => ({
      number: at + 1,
      ...citation,
      quote: longestQuote(parts, shortId) ?? citation.quote,
    })),
    refused,
    unverified,
    sound: parts.flatMap(({ sentences }) => sentences).filter(restsOnSomething).length,
  };
}

const restsOnSomething = ({ markers }: Sentence) => markers.some(({ sources }) => sources.length > 0);

function countsOf({ parts, markers }: JudgedDraft): Record<ProblemKind, number> {
  const counts = Object.fromEntries(problemKinds.map((kind) => [kind, 0])) as Record<ProblemKind, number>;
  for (const { kind } of markers.flatMap(({ refusals, partOfQuote }) => partOfQuote ? [] : refusals)) {
    if (kind !== "quote_not_in_source") counts[kind] += 1;
  }
  counts.quote_not_in_source =
    parts.flatMap(({ quotations }) => quotations).filter(({ refused }) => refused).length;
  return counts;
}

/** Where a part says that it is unverified: in the place of a citation that it lost, or behind its words. */
function marksOf(
  { block, claim, markers, sentences }: Part,
  draft: string,
  checks: ReadonlySet<ProblemKind>,
) {
  const places: (JudgedMarker | number)[] = [];
  if (block.kind === "heading") return places;
  const restsOnNothing = claim &&
    markers.every(({ sources, ids, foreign, refusals }) =>
      sources.length === 0 && (refusals.length > 0 || ids.length + foreign.length === 0)
    );
  let lastIsMarked = false;
  for (const sentence of sentences) {
    const lost = sentence.markers.filter(({ refusals, partOfQuote }) => refusals.length > 0 && !partOfQuote);
    lastIsMarked = lost.length > 0 && !restsOnSomething(sentence);
    if (lastIsMarked) {
      const last = lost.at(-1);
      const endsIt = last !== undefined && (block.kind === "row" ||
        /^[\s.,;:!?…。！？*_|)]*$/.test(draft.slice(last.end, sentence.end)));
      places.push(endsIt ? last : endOf(draft, sentence.start, sentence.end));
      continue;
    }
    if (restsOnNothing || !claim) continue;
    for (const { refused, end, closing } of sentence.quotations) if (refused) places.push(end - closing);
  }
  if (restsOnNothing && !lastIsMarked && (markers.length > 0 || checks.has("uncited"))) {
    places.push(endOf(draft, block.start, block.end));
  }
  return places;
}

/** Before the stop that closes a statement, and before a table's border. */
function endOf(draft: string, start: number, end: number): number {
  const text = draft.slice(start, end).replace(/[\s.!?…。！？,;:*_|]+$/, "");
  return text === "" ? end : start + text.length;
}

function editOf(
  marker: JudgedMarker,
  cited: CitedSource[],
  isMarked: boolean,
  checks: ReadonlySet<ProblemKind>,
): Edit {
  const { start, end, sources, refusals, written, partOfQuote } = marker;
  // The source's own brackets would read as one of our numbers.
  if (partOfQuote) return { start, end, text: `(${written.replace(/[\\[\]]/g, "")})` };
  const numbers = sources.map((source) => {
    const known = cited.findIndex(({ shortId }) => shortId === source.shortId);
    return known >= 0 ? known + 1 : cited.push(source);
  });
  const plainNumbers = marker.ids.length + marker.foreign.length === 0;
  if (plainNumbers) return { start, end, text: `(${written.replace(/^[\\[]+|[\\\]]+$/g, "").trim()})` };
  if (numbers.length > 0) return { start, end, text: `[${[...new Set(numbers)].join(", ")}]`, spaced: true };
  if (isMarked) return { start, end, text: unverifiedMark, spaced: true };
  // Only with a check switched off does something stand here that nobody judged.
  return refusals.length > 0 || checks.has("unknown_id")
    ? { start, end, text: "", spaced: true }
    : { start, end, text: written };
}

/** In its source's own words, so that they stand there letter by letter. */
function longestQuote(parts: readonly Part[], shortId: string): string | undefined {
  const quotes = parts.flatMap(({ quotations }) => quotations)
    .flatMap(({ held }) => held?.source.shortId === shortId ? [held.words] : []);
  return quotes.length === 0 ? undefined : quotes.reduce((a, b) => b.length > a.length ? b : a);
}
