/** Where the sentences of a block begin and end. A citation behind the full stop belongs to the sentence before it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const stop = /(?:[.!?…]+[”"’'»)*_\]]*(?=\s|$)|[。！？]+[”」』）]*)/gu;
/** "e.g. this", "Dr. No", "J. Smith": a stop that ends no sentence. */
const abbreviation =
  /(?:^|[\s(])(?:\p{Lu}|e\.g|i\.e|z\.B|d\.h|u\.a|etc|vs|approx|ca|no|Nr|Dr|Mr|Mrs|Ms|Prof|St|bzw)\.$/u;

/**
 * @param from where the text begins in the draft; spans count from the draft's beginning
 * @param quotations of this text, in order: no sentence ends within one
 * @param citations of this text, in order
 */
export function sentencesOf(
  text: string,
  from: number,
  quotations: readonly Span[],
  citations: readonly Span[],
): Span[] {
  const sentences: Span[] = [];
  let start = from;
  let nextQuotation = 0;
  let nextCitation = 0;
  for (const match of text.matchAll(stop)) {
    const mark = from + match.index;
    let end = mark + match[0].length;
    if (mark < start) continue;
    while ((quotations[nextQuotation]?.end ?? Infinity) <= mark) nextQuotation += 1;
    while ((citations[nextCitation]?.end ?? Infinity) <= mark) nextCitation += 1;
    const quotation = quotations[nextQuotation];
    if (quotation !== undefined && quotation.start < mark && end < quotation.end) continue;
    const citation = citations[nextCitation];
    if (citation !== undefined && citation.start < mark && mark < citation.end) continue;
    if (match[0] === "." && abbreviation.test(text.slice(Math.max(0, match.index - 8), match.index + 1))) {
      continue;
    }
    for (; nextCitation < citations.length; nextCitation++) {
      const behind = citations[nextCitation];
      if (behind === undefined || text.slice(end - from, Math.max(end, behind.start) - from).trim() !== "") {
        break;
      }
      end = Math.max(end, behind.end);
    }
    sentences.push({ start, end });
    start = end;
  }
  if (text.slice(start - from).trim() !== "") sentences.push({ start, end: from + text.length });
  return sentences;
}
