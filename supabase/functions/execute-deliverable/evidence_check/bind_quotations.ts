/** Which citations a reader takes for the source of each quotation. */
import type { JudgedMarker, JudgedQuotation, Part, Sentence } from "./judged_draft.ts";

/** Nothing but closing marks stands between a quotation and the citation right behind it. */
const onlyClosers = /^[\s.,;:!?*_)…。、，”"’'»]*$/;
const onlyJoiners = /^[\s,;&]*$/;

export function bindQuotations(part: Part, draft: string): void {
  // A number in brackets within quoted words may be the source's own.
  const ownWords = ({ ids, start }: JudgedMarker) =>
    ids.length === 0 && part.quotations.some((quotation) => quotation.start < start && start < quotation.end);
  const groups = groupsOf(part.markers.filter((marker) => !ownWords(marker)), draft);
  for (const sentence of part.sentences) {
    const own = groups.filter(([first]) => first !== undefined && sentence.markers.includes(first));
    sentence.quotations.forEach((quotation) => {
      if (quotation.block === undefined) {
        quotation.markers = sourcesOf(quotation, sentence, own, groups, draft);
      }
    });
  }
}

/** Citations side by side count as one: [e1][e2]. */
function groupsOf(markers: readonly JudgedMarker[], draft: string): JudgedMarker[][] {
  const groups: JudgedMarker[][] = [];
  for (const marker of markers) {
    const before = groups.at(-1)?.at(-1);
    if (before !== undefined && onlyJoiners.test(draft.slice(before.end, marker.start))) {
      groups.at(-1)?.push(marker);
    } else groups.push([marker]);
  }
  return groups;
}

function sourcesOf(
  quotation: JudgedQuotation,
  sentence: Sentence,
  own: readonly JudgedMarker[][],
  all: readonly JudgedMarker[][],
  draft: string,
): JudgedMarker[] {
  const starts = (group: JudgedMarker[]) => group[0]?.start ?? 0;
  const within = own.find((group) => starts(group) > quotation.start && starts(group) < quotation.end);
  if (within !== undefined && quotation.closing > 0) return within;
  const behind = (groups: readonly JudgedMarker[][]) =>
    groups.find((group) => starts(group) >= quotation.start);
  const before = (groups: readonly JudgedMarker[][]) =>
    groups.findLast((group) => starts(group) < quotation.start);
  const next = behind(own);
  if (next !== undefined && onlyClosers.test(draft.slice(quotation.end, starts(next)))) return next;
  const previous = before(own);
  if (next === undefined) {
    // "The “launch” moved. Maya said so [e1].": its sentence names no source, so the nearest one of its paragraph does.
    return previous ?? behind(all) ?? before(all) ?? [];
  }
  if (previous === undefined) return next;
  // "Maya [e1] said “…”, and Bo [e2] said “…”." names the source first; a source behind the last quotation closes it.
  const lastQuotation = sentence.quotations.at(-1);
  const namesFirst = starts(own[0] ?? []) < (sentence.quotations[0]?.start ?? 0);
  if (!namesFirst) return next;
  return lastQuotation !== undefined && starts(own.at(-1) ?? []) < lastQuotation.start
    ? previous
    : [...next, ...previous];
}
