/**
 * How a person changed what was written for them, as a number and as examples: what the next runs and the person's
 * memory learn from. Pure: the same two texts always give the same metrics.
 */
import { cutText } from "@shared/agent/cut_text.ts";
import { type Block, compareTexts, wordsOf } from "./text_comparison.ts";

export interface EditCategories {
  /** Lines that had no counterpart in the draft. */
  readonly additions: readonly string[];
  /** Lines of the draft that are gone. */
  readonly deletions: readonly string[];
  /** Lines that say something similar in other words. */
  readonly rewrites: readonly { readonly before: string; readonly after: string }[];
  /** Lines that kept their words and changed their place, or became a heading, a list item or plain text. */
  readonly restructures: readonly string[];
}

export interface EditMetrics {
  /**
   * 0: not a word changed; 1: not a word kept. One minus the share of characters that both texts have in the same
   * order (`2·common / (draft + final)`, without white space), to three decimals.
   */
  readonly distance: number;
  readonly categories: EditCategories;
}

const mostExamples = 5;
const longestExample = 200;
/** Two lines that share more than this of their words are one line that was rewritten. */
const rewritten = 0.5;
/** A line looks for its rewriting in its own place and in those around it, among so many lines: long texts stay cheap. */
const nearestBlocks = [0, 1, -1, 2, -2, 3, -3];
const furthestRewrite = 30;
/** Only so many changed lines of a side become examples. */
const mostLines = 2_000;

/** Measures an edit. The examples of a category are its largest, at most five, in the order of the texts. */
export function measureEdit(draft: string, final: string): EditMetrics {
  const { blocks } = compareTexts(draft, final);
  return { distance: distanceOf(draft, final, blocks), categories: categoriesOf(blocks) };
}

function distanceOf(draft: string, final: string, blocks: readonly Block[]): number {
  const total = sizeOf(draft) + sizeOf(final);
  const kept = blocks.reduce((sum, block) => sum + keptIn(block), 0);
  const distance = total === 0 ? 0 : Math.round((1 - 2 * kept / total) * 1_000) / 1_000;
  // The smallest edit of a long text is still one.
  return distance === 0 && 2 * kept < total ? 0.001 : Math.max(0, distance);
}

/** Characters of a text that are no white space. */
function sizeOf(text: string): number {
  return text.replace(/\s+/g, "").length;
}

function keptIn(block: Block): number {
  if (block.kind === "same") return sizeOf(block.lines.join(""));
  if (block.words === undefined) return sharedBy(block.removed.join("\n"), block.added.join("\n"));
  return block.words.reduce((sum, { kind, text }) => kind === "same" ? sum + sizeOf(text) : sum, 0);
}

/** Characters of the words that two texts share, in whatever order: what is known of texts too long to align. */
function sharedBy(one: string, other: string): number {
  return sharedWords(countWords(one), countWords(other));
}

type WordCounts = ReadonlyMap<string, number>;

function countWords(text: string): WordCounts {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sharedWords(one: WordCounts, other: WordCounts): number {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  return [...few].reduce((sum, [word, count]) => sum + word.length * Math.min(count, many.get(word) ?? 0), 0);
}

/** A line of a changed place. */
interface Line {
  readonly text: string;
  /** Its words without what makes it a heading, a list item or a quote. */
  readonly plain: string;
  /** What makes it one. */
  readonly marker: string;
  readonly words: WordCounts;
  /** Where it stood, counted in changed blocks. */
  readonly block: number;
}

function lineOf(text: string, block: number): Line {
  const [marker = ""] = /^(?:\s|#{1,6}\s|>|[-*+]\s|\d{1,3}[.)]\s|\[[ xX]\]\s)+/.exec(text) ?? [];
  const plain = text.slice(marker.length).replace(/[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}/g, "")
    .replace(/\s+/g, " ").trim();
  return { text: text.trim(), plain, marker, words: countWords(plain), block };
}

/** 0 to 1: the share of characters that two lines have in common. */
function similarity(one: Line, other: Line): number {
  return 2 * sharedWords(one.words, other.words) / (sizeOf(one.plain) + sizeOf(other.plain));
}

function categoriesOf(blocks: readonly Block[]): EditCategories {
  const changed = blocks.flatMap((block) => block.kind === "changed" ? [block] : []);
  const linesOf = (side: "removed" | "added"): Line[] =>
    changed.flatMap((block, at) => block[side].map((text) => ({ text, at }))).slice(0, mostLines)
      .map(({ text, at }) => lineOf(text, at)).filter(({ plain }) => plain !== "");
  const { moved, removed, added } = withoutMoved(linesOf("removed"), linesOf("added"));
  const { rewrites, deletions, additions } = withoutRewritten(removed, added);
  const texts = (lines: readonly Line[]) => examples(lines, ({ plain }) => plain.length).map(shortened);
  return {
    additions: texts(additions),
    deletions: texts(deletions),
    rewrites: examples(rewrites, ({ after }) => after.plain.length)
      .map(({ before, after }) => ({ before: shortened(before), after: shortened(after) })),
    restructures: texts(moved),
  };
}

function withoutMoved(removed: readonly Line[], added: readonly Line[]) {
  const waiting = new Map<string, Line[]>();
  for (const line of added.toReversed()) {
    const same = waiting.get(line.plain);
    if (same === undefined) waiting.set(line.plain, [line]);
    else same.push(line);
  }
  const found = new Set<Line>();
  const moved: Line[] = [];
  const left = removed.filter((line) => {
    const same = waiting.get(line.plain)?.pop();
    if (same === undefined) return true;
    found.add(same);
    // In one place with other emphasis, it is the same line.
    const stayed = same.block === line.block && same.marker === line.marker && same.text !== line.text;
    if (!stayed) moved.push(line);
    return false;
  });
  return { moved, removed: left, added: added.filter((line) => !found.has(line)) };
}

function withoutRewritten(removed: readonly Line[], added: readonly Line[]) {
  const rewrites: { before: Line; after: Line }[] = [];
  const open = new Set(added);
  const byBlock = Map.groupBy(added, ({ block }) => block);
  const deletions = removed.filter((line) => {
    const near = nearestBlocks.flatMap((offset) =>
      (byBlock.get(line.block + offset) ?? []).filter((one) => open.has(one)).slice(0, furthestRewrite)
    ).slice(0, furthestRewrite);
    const scores = near.map((candidate) => similarity(line, candidate));
    const best = Math.max(0, ...scores);
    const after = near[scores.indexOf(best)];
    if (after === undefined || best <= rewritten) return true;
    open.delete(after);
    rewrites.push({ before: line, after });
    return false;
  });
  return { rewrites, deletions, additions: [...open] };
}

/** The largest, in their order. */
function examples<T>(all: readonly T[], size: (one: T) => number): T[] {
  const largest = new Set(
    all.map((one, at) => ({ at, size: size(one) })).toSorted((a, b) => b.size - a.size || a.at - b.at)
      .slice(0, mostExamples).map(({ at }) => at),
  );
  return all.filter((_, at) => largest.has(at));
}

function shortened({ plain }: Line): string {
  return cutText(plain, longestExample - 1, "…");
}
