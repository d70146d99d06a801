/**
 * Reads a draft and decides about each of its citations and quotations. What is wrong is told to the model once
 * (check_draft.ts), and taken out by code after that (settle_draft.ts): both go by this one judgement.
 */
import type { Evidence } from "@shared/agent/evidence.ts";
import { bindQuotations } from "./bind_quotations.ts";
import { blockQuotation } from "./block_quotes.ts";
import { type CitedSource, everySource, sourceOf } from "./cited_source.ts";
import type { CurrentItem } from "./current_evidence.ts";
import { blocksOf, saysNothingFound } from "./draft_blocks.ts";
import { createFindWords, type FindWords } from "./find_words.ts";
import {
  type JudgedDraft,
  type JudgedMarker,
  type JudgedQuotation,
  type Part,
  type Sentence,
  withoutMarkers,
} from "./judged_draft.ts";
import { legible } from "./legible_draft.ts";
import { markersOf } from "./markers.ts";
import { type ProblemKind, problemKinds } from "./problem_kind.ts";
import { type Quotation, quotationsOf } from "./quotations.ts";
import { sentencesOf } from "./sentences.ts";

/** All but a test of the checks themselves makes all of them. */
export const everyCheck: ReadonlySet<ProblemKind> = new Set(problemKinds);

/** @param current how the cited items stand now; undefined where the past is played, and every item counts as shown */
export function judgeDraft(
  written: string,
  evidence: Evidence,
  current: readonly CurrentItem[] | undefined,
  checks: ReadonlySet<ProblemKind> = everyCheck,
): JudgedDraft {
  const draft = legible(written);
  const markers = judgeMarkers(draft, evidence, current, checks);
  const parts = partsOf(draft, markers);
  const find = createFindWords();
  if (checks.has("quote_not_in_source")) {
    for (const part of parts) judgeQuotations(part, draft, evidence, find);
  }
  return { draft, parts, markers, find };
}

function judgeMarkers(
  draft: string,
  evidence: Evidence,
  current: readonly CurrentItem[] | undefined,
  checks: ReadonlySet<ProblemKind>,
): JudgedMarker[] {
  const rows = current && new Map(current.map((row) => [`${row.id}@${row.revision}`, row]));
  const problemOf = ({ item }: CitedSource): ProblemKind | undefined => {
    if (rows === undefined || item === undefined) return undefined;
    const row = rows.get(`${item.id}@${item.revision}`);
    // What the database does not answer for is not there for this person.
    if (row === undefined || row.current_revision === null) return "not_readable";
    if (row.current_revision !== row.revision) return "stale_revision";
    return row.readable ? undefined : "not_readable";
  };
  return markersOf(draft).map((marker) => {
    const judged = { ...marker, sources: [] as CitedSource[], refusals: [] as JudgedMarker["refusals"] };
    const refuse = (kind: ProblemKind, what: string) => judged.refusals.push({ kind, what });
    for (const id of marker.ids) {
      const source = sourceOf(evidence, id);
      const kind = source === undefined ? "unknown_id" : problemOf(source);
      if (kind !== undefined && checks.has(kind)) refuse(kind, id);
      else if (source !== undefined) judged.sources.push(source);
    }
    if (checks.has("unknown_id")) marker.foreign.forEach((what) => refuse("unknown_id", what));
    return { ...judged, partOfQuote: false };
  });
}

function partsOf(draft: string, markers: readonly JudgedMarker[]): Part[] {
  const between = <T extends { start: number }>(all: readonly T[], start: number, end: number) =>
    all.filter((one) => one.start >= start && one.start < end);
  let next = 0;
  const blocks = blocksOf(draft).map((block) => {
    const text = draft.slice(block.start, block.end);
    while ((markers[next]?.start ?? Infinity) < block.start) next += 1;
    const first = next;
    while ((markers[next]?.start ?? Infinity) < block.end) next += 1;
    const own = markers.slice(first, next);
    const quotations = quotationsOf(text, block.start).map((quotation) => judged(quotation, draft, own));
    const states = /[\p{L}\p{N}]/u.test(withoutMarkers(draft, block, own));
    const claim = states && block.kind !== "heading" &&
      (own.length > 0 || block.kind !== "lead_in" && !saysNothingFound(text));
    return { block, text, claim, markers: own, quotations };
  });
  return blocks.map(({ text, ...part }, at) => {
    const whole = blockQuotation(part, draft, blocks[at + 1]);
    const quotations = whole === undefined ? part.quotations : [whole];
    const sentences = sentencesOf(text, part.block.start, part.quotations, part.markers).map((
      span,
    ): Sentence => ({
      start: span.start,
      end: span.end,
      markers: between(part.markers, span.start, span.end),
      quotations: between(quotations, span.start, span.end),
    }));
    // Its signer, in the paragraph below, cites for it.
    const citesBelow = part.markers.length === 0 && (whole?.markers.length ?? 0) > 0;
    return { ...part, claim: part.claim && !citesBelow, quotations, sentences };
  });
}

function judged(quotation: Quotation, draft: string, markers: readonly JudgedMarker[]): JudgedQuotation {
  const start = quotation.start + quotation.opening;
  // What is never closed is judged up to where it cites.
  const end = quotation.closing > 0
    ? quotation.end - quotation.closing
    : Math.min(quotation.end, markers.find((marker) => marker.start > start)?.start ?? Infinity);
  return { ...quotation, words: draft.slice(start, end), markers: [], refused: false };
}

function judgeQuotations(part: Part, draft: string, evidence: Evidence, find: FindWords): void {
  bindQuotations(part, draft);
  for (const quotation of part.quotations) {
    // It only highlights, and loses the look of a quotation where it is written out.
    if (quotation.block === "callout") continue;
    // Where nothing is cited at all (a heading, a lead-in), the words must stand in something that was shown.
    const candidates = quotation.markers.length > 0
      ? quotation.markers.flatMap(({ sources }) => sources)
      : quotation.words.trim() === ""
      ? []
      : everySource(evidence);
    const held = holding(quotation, part.markers, draft, candidates, find);
    if (held === undefined) quotation.refused = true;
    else quotation.held = held;
  }
  for (const sentence of part.sentences) dropUnheld(sentence);
}

function holding(
  quotation: JudgedQuotation,
  markers: readonly JudgedMarker[],
  draft: string,
  candidates: readonly CitedSource[],
  find: FindWords,
): JudgedQuotation["held"] {
  const within = quotation.block !== undefined
    ? []
    : markers.filter(({ start, end }) => start >= quotation.start && end <= quotation.end);
  const inside = { start: quotation.start + quotation.opening, end: quotation.end - quotation.closing };
  const bare = within.length === 0 ? quotation.words : withoutMarkers(draft, inside, within);
  for (const words of new Set([quotation.words, bare])) {
    for (const source of candidates) {
      const found = find(words, source);
      if (found === undefined) continue;
      if (words !== bare) { for (const marker of within) marker.partOfQuote = marker.ids.length === 0; }
      return { source, words: found };
    }
  }
  return undefined;
}

/** A citation that only carried words which its item does not hold would make them look sourced, so it goes with them. */
function dropUnheld(sentence: Sentence): void {
  for (const quotation of sentence.quotations) {
    if (!quotation.refused) continue;
    for (const marker of quotation.markers) {
      if (!sentence.markers.includes(marker) && quotation.block === undefined) continue;
      const kept = marker.sources.filter(({ shortId }) =>
        sentence.quotations.some(({ held, markers }) =>
          held?.source.shortId === shortId && markers.includes(marker)
        )
      );
      for (const source of marker.sources) {
        if (!kept.includes(source)) {
          marker.refusals.push({ kind: "quote_not_in_source", what: source.shortId });
        }
      }
      marker.sources = kept;
    }
  }
}
