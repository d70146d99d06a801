/**
 * What the model claims to rest on, checked by code: an id must be of an item that was shown, and quoted words must stand
 * in a cited item. What does not hold is taken out of the text before anyone reads it.
 */
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";

export interface Citation {
  /** As it stands in the text: [1], [2] … */
  readonly number: number;
  readonly content_id: string;
  readonly revision: number;
  /** The words quoted, or the item's beginning. */
  readonly quote: string;
  /** For the list of sources: where, who, when. */
  readonly label: string;
}

export interface CheckedDraft {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Ids that were never shown, and quotes that stand in no cited item. */
  readonly refused: { readonly citations: number; readonly quotes: number };
}

const marker = /\s*\[\s*e\d+(?:\s*[,;]\s*e\d+)*\s*\]/g;
/** Quoted words and the citation behind them, within the same sentence. */
const quoted = /[“"]([^“”"\n]{8,400})[”"]([^“”"\n[\]]{0,80}?)(\s*\[\s*e\d+(?:\s*[,;]\s*e\d+)*\s*\])/g;

export function checkCitations(draft: string, evidence: Evidence): CheckedDraft {
  const quotes = new Map<EvidenceItem, string>();
  let refusedQuotes = 0;
  const withTrueQuotes = draft.replace(quoted, (whole, words: string, between: string, cited: string) => {
    const source = idsIn(cited).map((id) => evidence.get(id)).find((item) =>
      item !== undefined && holds(item, words)
    );
    if (source !== undefined) {
      if (!quotes.has(source)) quotes.set(source, words);
      return whole;
    }
    refusedQuotes += 1;
    return `${words}${between}${cited}`;
  });

  const cited: EvidenceItem[] = [];
  let refusedCitations = 0;
  const text = withTrueQuotes.replace(marker, (written) => {
    const numbers = idsIn(written).flatMap((id) => {
      const item = evidence.get(id);
      if (item === undefined) {
        refusedCitations += 1;
        return [];
      }
      if (!cited.includes(item)) cited.push(item);
      return [cited.indexOf(item) + 1];
    });
    return numbers.length === 0 ? "" : ` [${[...new Set(numbers)].join(", ")}]`;
  });
  return {
    text: text.trim(),
    citations: cited.map((item, at) => ({
      number: at + 1,
      content_id: item.id,
      revision: item.revision,
      quote: quotes.get(item) ?? item.content.slice(0, 200),
      label: labelOf(item),
    })),
    refused: { citations: refusedCitations, quotes: refusedQuotes },
  };
}

const idsIn = (text: string) => text.match(/e\d+/g) ?? [];

/** Spaces and the shapes of quotation marks and dashes may differ; words may not. */
function holds(item: EvidenceItem, words: string): boolean {
  return alike(`${item.title ?? ""}\n${item.content}`).includes(alike(words.replace(/[.,;:]$/, "")));
}

const alike = (text: string) =>
  text.toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, "-").replace(/\s+/g, " ")
    .trim();

function labelOf(item: EvidenceItem): string {
  return [
    item.source_name ?? item.platform,
    item.author,
    item.source_timestamp.slice(0, 16).replace("T", " ") + " UTC",
  ]
    .filter(Boolean).join(", ");
}
