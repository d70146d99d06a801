/**
 * What the model claims to rest on, checked by code: an id must be of an item that was shown, and quoted words must stand
 * in a cited item. What does not hold is taken out of the text before anyone reads it.
 */
import { cutText } from "@shared/agent/cut_text.ts";
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import type { Citation } from "./cited_source.ts";
import { stand } from "./quoted_words.ts";

export type { Citation };

export interface CheckedDraft {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Ids that were never shown, and quotes that stand in no cited item. */
  readonly refused: { readonly citations: number; readonly quotes: number };
}

/** Ids in square brackets with the blanks before them, however the model separates them: [e1, e2], [e1; e3], [e1 and e2]. */
const marker = String.raw`(?<![ \t])[ \t]*\\?\[\s*e\d+(?:[\s,;&–-]+(?:and\s+)?e\d+)*[\s,;]*\\?\]`;
/** Numbers in brackets that the model wrote itself; only ours lead to a source. */
const ownNumbers = String.raw`\\?\[(\s*\d[\d\s,;–-]*)\\?\]`;
/** Quoted words on one line. An inch mark behind a number opens no quote. */
const quotation = /“([^“”\n]+)”|(?<!\d)"([^"\n]+)"|(?:“|(?<!\d)")([^“”"\n]+)[”"]|„([^„“\n]+)“|«([^«»\n]+)»/g;

export function checkCitations(draft: string, evidence: Evidence): CheckedDraft {
  const quotes = checkQuotes(draft, evidence);
  const cited: EvidenceItem[] = [];
  let refusedCitations = 0;
  const text = quotes.text.replace(
    new RegExp(`${marker}|${ownNumbers}`, "gi"),
    (written: string, own: string | undefined, at: number) => {
      if (own !== undefined) return `(${own})`;
      const numbers = idsIn(written).flatMap((id) => {
        const item = evidence.get(id);
        if (item === undefined) {
          refusedCitations += 1;
          return [];
        }
        if (!cited.includes(item)) cited.push(item);
        return [cited.indexOf(item) + 1];
      });
      const startsLine = at === 0 || quotes.text[at - 1] === "\n";
      return numbers.length === 0 ? "" : `${startsLine ? "" : " "}[${[...new Set(numbers)].join(", ")}]`;
    },
  );
  return {
    text: text.trim(),
    citations: cited.map((item, at) => ({
      number: at + 1,
      content_id: item.id,
      revision: item.revision,
      url: null,
      quote: quotes.of.get(item) ?? cutText(item.content, 200),
      label: labelOf(item),
    })),
    refused: { citations: refusedCitations, quotes: quotes.refused },
  };
}

/** The draft without the marks of quotes that do not hold, and the first true quote of each item. */
function checkQuotes(draft: string, evidence: Evidence) {
  const of = new Map<EvidenceItem, string>();
  let refused = 0;
  const text = draft.replace(quotation, (whole: string, ...found: unknown[]) => {
    const words = String(found.slice(0, 5).find((group) => group !== undefined));
    const at = Number(found[5]);
    const ids = idsBehind(draft, at + whole.length);
    const cited = ids?.flatMap((id) => evidence.get(id) ?? []) ?? evidence.items();
    const source = cited.find((item) => stand(words, `${item.title ?? ""}\n${item.content}`));
    if (source === undefined) {
      refused += 1;
      return words.replace(/[“”„«»"]/g, "");
    }
    if (ids !== undefined && !of.has(source)) of.set(source, words);
    return whole;
  });
  return { text, of, refused };
}

/** The ids that a quote which ends at `end` is said to come from; undefined when its sentence cites nothing behind it. */
function idsBehind(draft: string, end: number): string[] | undefined {
  const newline = draft.indexOf("\n", end);
  const line = draft.slice(end, newline < 0 ? undefined : newline);
  const next = new RegExp(marker, "i").exec(line);
  if (next === null || /[.!?…]["”]?\s/.test(line.slice(0, next.index))) return undefined;
  return idsIn(next[0]);
}

const idsIn = (text: string) => text.toLowerCase().match(/e\d+/g) ?? [];

function labelOf(item: EvidenceItem): string {
  return [
    item.source_name ?? item.platform,
    item.author,
    item.source_timestamp.slice(0, 16).replace("T", " ") + " UTC",
  ]
    .filter(Boolean).join(", ");
}
