/** A markdown block quote shows words as somebody else's without any quotation mark. */
import {
  type JudgedMarker,
  type JudgedQuotation,
  type Part,
  quoteMarks,
  withoutMarkers,
} from "./judged_draft.ts";

/** In a line of its own, or behind the words: "— Maya". */
const signature = /(?:^|\n)[ \t]*(?:[—–―]|--?(?= ))[^\n]{0,120}$|[ \t][—–―][ \t]?\p{Lu}[^\n.!?]{0,60}$/u;

/** "**Note:** …": a block quote for its looks. */
const callout = /^(?:\[!\p{L}+\]|(\*\*|__)[^*_\n]{1,40}\1|\p{Lu}\p{L}{1,20}:\s)/u;

/** What a block quote quotes as a whole; undefined when marks within it say what is quoted. */
export function blockQuotation(
  part: Pick<Part, "block" | "markers" | "quotations">,
  draft: string,
  below: Pick<Part, "block" | "markers"> | undefined,
): JudgedQuotation | undefined {
  const { block } = part;
  if (block.kind !== "quote" || part.quotations.length > 0) return undefined;
  const text = withoutMarkers(draft, block, part.markers).replace(quoteMarks, "$1").trim();
  const signed = signature.exec(text);
  const signer = below !== undefined && /^[—–―]/.test(draft.slice(below.block.start, below.block.end))
    ? below
    : undefined;
  const markers: readonly JudgedMarker[] = part.markers.length > 0 ? part.markers : signer?.markers ?? [];
  return {
    start: block.start,
    end: block.end,
    opening: 0,
    closing: 0,
    words: (signed === null ? text : text.slice(0, signed.index)).trim(),
    markers,
    refused: false,
    block: signed === null && signer === undefined && callout.test(text) ? "callout" : "quotation",
  };
}

/** Whether the look of a block quote has to go: it shows words as quoted that are not, or more than its marks do. */
export function losesItsLook({ block, quotations, markers }: Part, draft: string): boolean {
  if (block.kind !== "quote") return false;
  if (quotations.some(({ refused, block }) => refused || block === "callout")) return true;
  if (quotations.some((quotation) => quotation.block !== undefined)) return false;
  const spans = [...quotations, ...markers].toSorted((a, b) => a.start - b.start);
  const rest = withoutMarkers(draft, block, spans).replace(quoteMarks, "$1").replace(signature, "");
  return (rest.match(/[\p{L}\p{N}]+/gu) ?? []).length > 6;
}
