/** A draft with a decision about each of its citations and quotations. */
import type { CitedSource } from "./cited_source.ts";
import type { Block } from "./draft_blocks.ts";
import type { FindWords } from "./find_words.ts";
import type { Marker } from "./markers.ts";
import type { ProblemKind } from "./problem_kind.ts";
import type { Quotation } from "./quotations.ts";
import type { Span } from "./sentences.ts";

export interface Refusal {
  readonly kind: ProblemKind;
  /** The id, as it was written. */
  readonly what: string;
}

export interface JudgedMarker extends Marker {
  /** What it cites rightly. */
  sources: readonly CitedSource[];
  readonly refusals: Refusal[];
  /** It stands so within words that are truly quoted: a number in brackets that the source has. */
  partOfQuote: boolean;
}

export interface JudgedQuotation extends Quotation {
  readonly words: string;
  /** What a reader takes for its source: the citations nearest to it; empty when none is near. */
  markers: readonly JudgedMarker[];
  /** Where the words stand, in the source's own spelling. */
  held?: { readonly source: CitedSource; readonly words: string };
  refused: boolean;
  /** A markdown block quote rather than words in quotation marks; as a callout it only highlights. */
  readonly block?: "quotation" | "callout";
}

export interface Sentence extends Span {
  readonly markers: readonly JudgedMarker[];
  readonly quotations: readonly JudgedQuotation[];
}

export interface Part {
  readonly block: Block;
  /** It states something, so that it has to cite. */
  readonly claim: boolean;
  readonly markers: readonly JudgedMarker[];
  readonly quotations: readonly JudgedQuotation[];
  readonly sentences: readonly Sentence[];
}

export interface JudgedDraft {
  /** In one spelling; every place counts from its beginning. */
  readonly draft: string;
  readonly parts: readonly Part[];
  /** Every citation, those outside of any part too, in order. */
  readonly markers: readonly JudgedMarker[];
  readonly find: FindWords;
}

/** The text of a span without these citations. */
export function withoutMarkers(draft: string, span: Span, markers: readonly Span[]): string {
  let text = "";
  let at = span.start;
  for (const marker of markers) {
    if (marker.start < at || marker.end > span.end) continue;
    text += draft.slice(at, marker.start).trimEnd();
    at = marker.end;
  }
  return text + draft.slice(at, span.end);
}

/** What stands at the beginning of each line of a block quote. */
export const quoteMarks = /(^|\n)[ \t]*(?:>[ \t]?)+/g;
