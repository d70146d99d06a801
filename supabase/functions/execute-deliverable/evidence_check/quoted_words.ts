/** Whether quoted words stand in a text, as its reader saw it, and where. */
import { visible } from "@shared/agent/fence.ts";

/** A text made comparable once, for any number of quotes. */
export interface Passages {
  /**
   * The text's own words where these stand in it; undefined when they do not. Spaces, letter case, closing punctuation,
   * emphasis and the shapes of marks and dashes may differ; words may not, and none may be cut out of a longer one:
   * “approved” does not stand in "disapproved", “can” not in "can't", “200” not in "1,200".
   */
  find(words: string): string | undefined;
}

export function passagesOf(text: string): Passages {
  const within = comparable(text);
  return {
    find(words) {
      const sought = comparable(words).text.replace(/(?:[.,;:!?。、，！？]|\.{3})$/, "").trim();
      if (sought === "") return undefined;
      for (let at = within.text.indexOf(sought); at >= 0; at = within.text.indexOf(sought, at + 1)) {
        const end = at + sought.length;
        // A long dash stands between two words, a short one within one.
        const around = (from: number, until: number) =>
          within.text.slice(from, until).split("").map((character, nth) =>
            /[–—]/.test(text.charAt(within.places[from + nth] ?? 0)) ? " " : character
          ).join("");
        if (cutsIntoWord(around(Math.max(0, at - 3), at), sought, around(end, end + 3))) continue;
        return text.slice(within.places[at], within.ends[end - 1]);
      }
      return undefined;
    },
  };
}

export const stand = (words: string, text: string): boolean => passagesOf(text).find(words) !== undefined;

/** Quotation marks and brackets within a quote are often left out or changed, and no word changes with them. */
const unsaid = /["“”„‟«»‹›「」『』[\]\\]/;
const sameShape: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‛": "'",
  "´": "'",
  "–": "-",
  "—": "-",
  "‑": "-",
  "‐": "-",
  "−": "-",
  "…": "...",
  "ς": "σ",
};
/** Stars and strokes around words, not within one: 2*3 is not 23. */
const emphasis = /(?<![\p{L}\p{N}])[*_~`]+|[*_~`]+(?![\p{L}\p{N}])/gu;

/** The text as it is compared, and for each of its characters where it began and ended in the original. */
function comparable(original: string) {
  const skipped = new Set<number>();
  for (const { index, 0: run } of original.matchAll(emphasis)) {
    for (let at = index; at < index + run.length; at++) skipped.add(at);
  }
  let text = "";
  const places: number[] = [];
  const ends: number[] = [];
  // One letter with its accents at a time: decomposed, it is the same however it was composed.
  for (const { index, 0: cluster } of original.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    if (skipped.has(index) || unsaid.test(cluster)) continue;
    const shown = visible(cluster).normalize("NFD").toLowerCase();
    if (shown === "") continue;
    const written = /^\s/u.test(shown) ? " " : sameShape[shown] ?? shown;
    if (written === " " && (text === "" || text.endsWith(" "))) continue;
    text += written;
    for (let at = 0; at < written.length; at++) {
      places.push(index);
      ends.push(index + cluster.length);
    }
  }
  return { text, places, ends };
}

/** Only scripts that put spaces between their words have words to cut into. */
const spelled = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}\p{M}]/u;
const first = (text: string) => [...text][0] ?? "";
const last = (text: string) => [...text].at(-1) ?? "";

function cutsIntoWord(before: string, sought: string, after: string): boolean {
  const joined = (left: string, right: string) => spelled.test(last(left)) && spelled.test(first(right));
  return joined(before, sought) || joined(sought, after) ||
    // A digit group, a decimal, a sign or a percentage makes another number of it.
    /\d/.test(first(sought)) && /(?:\d[.,:'/]|(?:^|[\s(])[-+])$/.test(before) ||
    /\d$/.test(sought) && /^(?:[.,:'/]\d|\s?[%‰])/.test(after) ||
    // A prefix (non-binding) or a contracted "not" turns its word around.
    /\p{L}-$/u.test(before) && /^\p{L}/u.test(sought) || /\p{L}$/u.test(sought) && /^-\p{L}/u.test(after) ||
    /n$/.test(sought) && /^'t/.test(after);
}
