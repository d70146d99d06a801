/** The quotations of a text, in whatever marks they are written. */
import type { Span } from "./sentences.ts";

export interface Quotation extends Span {
  /** The opening mark's length at `start`, and the closing one's at `end`: none when the quote is never closed. */
  readonly opening: number;
  readonly closing: number;
}

/** What may close a quotation that began with this mark. Writers mix the curly, the low and the straight ones. */
const closers: Readonly<Record<string, string>> = {
  "“": '”"“',
  "„": '“”"',
  "‟": '”"',
  '"': '"”',
  "”": "”",
  "«": "»",
  "»": "«",
  "‹": "›",
  "›": "‹",
  "「": "」",
  "『": "』",
  "〝": "〞〟",
  "＂": "＂",
  "″": "″",
  "❝": "❞",
  "‘": "’'",
  "‚": "‘’'",
  "‛": "’",
  "'": "'’",
  "❛": "❜",
};
const single = /[‘‚‛'❛]/;
/** Marks that look the same at both ends, or close for others: only in front of a word do they open. */
const twoFaced = /["”»›＂″'‘‚‛]/;
const inWord = /[\p{L}\p{N}]/u;
/** '90s, 'em, 'tis: an apostrophe in front of its word. */
const clipped = /^['‘’](?:\d0s|em|til|tis|twas|cause|n)\b/i;
/** Longer ones are passages, which `end` of their block ends. */
const longest = 2_000;

/** @param from where the text begins in the draft; quotations count from the draft's beginning */
export function quotationsOf(text: string, from: number): Quotation[] {
  const found: Quotation[] = [];
  for (let at = 0; at < text.length; at++) {
    const mark = text.charAt(at);
    const closing = closers[mark];
    if (closing === undefined || !opens(text, at)) continue;
    const end = single.test(mark) ? endOfSingle(text, at, closing) : endOf(text, at, closing);
    if (end === undefined) {
      if (single.test(mark) || mark === "″") continue;
      // Never closed: the reader takes what follows for quoted, up to where another quotation begins.
      const next = nextOpening(text, at + 1);
      found.push({ start: from + at, end: from + next, opening: 1, closing: 0 });
      at = next - 1;
      continue;
    }
    found.push({ start: from + at, end: from + end + 1, opening: 1, closing: 1 });
    at = end;
  }
  return found;
}

function nextOpening(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const mark = text.charAt(at);
    if (Object.hasOwn(closers, mark) && !single.test(mark) && opens(text, at)) return at;
  }
  return text.length;
}

function opens(text: string, at: number): boolean {
  const mark = text.charAt(at);
  if (!twoFaced.test(mark)) return true;
  const before = at === 0 ? " " : text.charAt(at - 1);
  const after = text.charAt(at + 1);
  if (after === "" || /\s/.test(after)) return false;
  // An inch behind a number, an apostrophe within a word.
  if (inWord.test(before)) return false;
  return !(single.test(mark) &&
    (clipped.test(text.slice(at, at + 6)) || /[.,;:!?)\]}'’]/.test(after)));
}

/** The first mark that closes. Of two equal ones within, such as “She said "never" to it”, the pair is skipped. */
function endOf(text: string, at: number, closing: string): number | undefined {
  const own = text.charAt(at);
  for (let end = at + 1; end < Math.min(text.length, at + longest); end++) {
    const mark = text.charAt(end);
    if (!closing.includes(mark)) continue;
    if (mark === '"' && own !== '"' && opens(text, end)) {
      const inner = text.indexOf('"', end + 1);
      const outer = [...closing].filter((one) => one !== '"').map((one) => text.indexOf(one, end + 1)).filter(
        (one) => one >= 0,
      );
      if (inner > 0 && outer.some((one) => one > inner)) end = inner;
      else return end;
      continue;
    }
    // An inch mark within: 24" screens.
    if (mark === '"' && own === '"' && /\d/.test(text.charAt(end - 1)) && inWord.test(text.charAt(end + 2))) {
      if (text.indexOf('"', end + 1) >= 0 && /^ \p{Ll}/u.test(text.slice(end + 1, end + 3))) {
        const more = text.slice(end + 1).split('"').length - 1;
        if (more % 2 === 1) continue;
      }
    }
    return end;
  }
  return undefined;
}

/** Single marks close behind a word; "the users' plan" only when no other mark does. */
function endOfSingle(text: string, at: number, closing: string): number | undefined {
  let possessive: number | undefined;
  for (let end = at + 2; end < Math.min(text.length, at + longest); end++) {
    const mark = text.charAt(end);
    if (end > at + 2 && single.test(mark) && opens(text, end)) break;
    if (!closing.includes(mark) || /\s/.test(text.charAt(end - 1)) || inWord.test(text.charAt(end + 1))) {
      continue;
    }
    if (/[sxz]/i.test(text.charAt(end - 1)) && /^ \p{Ll}/u.test(text.slice(end + 1, end + 3))) {
      possessive ??= end;
    } else return end;
  }
  return possessive;
}
