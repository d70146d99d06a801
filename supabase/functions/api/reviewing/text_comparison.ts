/**
 * What differs between two texts, by lines and, within lines that changed, by words. The work is bounded whatever the
 * texts are: an isolate has two seconds of CPU, and texts that have nothing in common cost the square of their length.
 */
import { diffArrays } from "diff";

export interface Piece {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

export type Block =
  | { readonly kind: "same"; readonly lines: readonly string[] }
  | {
    readonly kind: "changed";
    readonly removed: readonly string[];
    readonly added: readonly string[];
    /** Both sides word by word; undefined when one side is empty or the comparison would have cost too much. */
    readonly words?: readonly Piece[];
  };

export interface Comparison {
  /** In the order of the texts; two neighbours are never of one kind. */
  readonly blocks: readonly Block[];
  /** False: too long or too different for an exact comparison, so all between their common ends counts as changed. */
  readonly exact: boolean;
}

export interface ComparisonBounds {
  /** Texts of more lines or words than this are not compared one by one. */
  readonly mostTokens: number;
  /** Lines that may differ before the comparison stops. */
  readonly mostLineEdits: number;
  /** Words that may differ, in all places together. */
  readonly mostWordEdits: number;
}

/** Measured on Deno 2.1.4: the worst texts of 250 KB take half a second of CPU. */
const affordable: ComparisonBounds = { mostTokens: 10_000, mostLineEdits: 800, mostWordEdits: 1_500 };

/** Compares two texts. Line ends are all taken for `\n`. */
export function compareTexts(before: string, after: string, bounds = affordable): Comparison {
  const { mostTokens, mostLineEdits, mostWordEdits } = bounds;
  const found = changesBetween(linesOf(before), linesOf(after), mostTokens, mostLineEdits);
  const budget = { mostTokens, mostEdits: mostWordEdits };
  const blocks = blocksOf(found.changes).map((block) =>
    block.kind === "changed" ? withWords(block, budget) : block
  );
  return { blocks, exact: found.exact };
}

const alone = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}`;
const word = new RegExp(
  String.raw`[${alone}]|(?:(?![${alone}])[\p{L}\p{N}\p{M}_])+|[^\s\p{L}\p{N}\p{M}_]`,
  "gu",
);

/** The words of a text. Marks are words of one character, and so are those of scripts without spaces. */
export function wordsOf(text: string): string[] {
  return text.match(word) ?? [];
}

function linesOf(text: string): string[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  // The end of the last line is no line of its own.
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

interface Change {
  readonly kind: Piece["kind"];
  readonly tokens: readonly string[];
}

function changesBetween(
  before: readonly string[],
  after: readonly string[],
  mostTokens: number,
  mostEdits: number,
): { readonly changes: readonly Change[]; readonly exact: boolean } {
  const head = commonStart(before, after);
  const tail = commonStart(before.slice(head).reverse(), after.slice(head).reverse());
  const old = before.slice(head, before.length - tail);
  const current = after.slice(head, after.length - tail);
  const between = Math.max(old.length, current.length) > mostTokens
    ? undefined
    : diffArrays(old, current, { maxEditLength: mostEdits });
  const middle: Change[] = between?.map(({ added, removed, value }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    tokens: value,
  })) ?? [{ kind: "removed", tokens: old }, { kind: "added", tokens: current }];
  const changes: Change[] = [
    { kind: "same", tokens: before.slice(0, head) },
    ...middle,
    { kind: "same", tokens: before.slice(before.length - tail) },
  ];
  return { changes: changes.filter(({ tokens }) => tokens.length > 0), exact: between !== undefined };
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one[at] === other[at]) at++;
  return at;
}

type Changed = Extract<Block, { kind: "changed" }>;

function blocksOf(changes: readonly Change[]): Block[] {
  const blocks: Block[] = [];
  for (const { kind, tokens } of changes) {
    const last = blocks.at(-1);
    if (kind === "same") {
      if (last?.kind === "same") blocks[blocks.length - 1] = { kind, lines: [...last.lines, ...tokens] };
      else blocks.push({ kind, lines: tokens });
    } else {
      const open: Changed = last?.kind === "changed" ? last : { kind: "changed", removed: [], added: [] };
      const grown = { ...open, [kind]: [...open[kind], ...tokens] };
      if (last?.kind === "changed") blocks[blocks.length - 1] = grown;
      else blocks.push(grown);
    }
  }
  return blocks;
}

/** Spends the budget, which all blocks share: the cost grows with the product of length and difference. */
function withWords(block: Changed, budget: { mostTokens: number; mostEdits: number }): Changed {
  if (block.removed.length === 0 || block.added.length === 0) return block;
  const [old, current] = [spaced(block.removed.join("\n")), spaced(block.added.join("\n"))];
  const { changes, exact } = changesBetween(old.words, current.words, budget.mostTokens, budget.mostEdits);
  const edits = changes.reduce((sum, { kind, tokens }) => kind === "same" ? sum : sum + tokens.length, 0);
  budget.mostEdits = Math.max(0, budget.mostEdits - edits);
  budget.mostTokens = Math.max(0, budget.mostTokens - Math.max(old.words.length, current.words.length));
  return exact ? { ...block, words: piecesOf(changes, old.gaps, current.gaps) } : block;
}

/** A text as words and the space before each; the last gap is the space at the end. */
function spaced(text: string): { readonly words: readonly string[]; readonly gaps: readonly string[] } {
  const [words, gaps]: [string[], string[]] = [[], []];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(word)) {
    gaps.push(text.slice(end, index));
    words.push(found);
    end = index + found.length;
  }
  return { words, gaps: [...gaps, text.slice(end)] };
}

/** Puts the space back between the words. Where both texts have other space around a word they share, that changed. */
function piecesOf(changes: readonly Change[], oldGaps: readonly string[], gaps: readonly string[]): Piece[] {
  const pieces: { kind: Piece["kind"]; text: string }[] = [];
  const put = (kind: Piece["kind"], text: string) => {
    const last = pieces.at(-1);
    if (text === "") return;
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  let [oldAt, at] = [0, 0];
  /** Gaps before replaced words, which are put already. */
  let told: { removed: number; added: number } | undefined;
  const putSharedGap = () => {
    const [removed = "", added = ""] = [oldGaps[oldAt++], gaps[at++]];
    if (removed === added) return put("same", added);
    put("removed", removed);
    put("added", added);
  };
  for (const [nth, { kind, tokens }] of changes.entries()) {
    if (kind === "same") {
      for (const token of tokens) {
        putSharedGap();
        put(kind, token);
      }
      continue;
    }
    // A word that stands for another has the same space before it.
    const replaced = kind === "removed" && changes[nth + 1]?.kind === "added" && oldGaps[oldAt] === gaps[at];
    if (replaced) {
      put("same", gaps[at] ?? "");
      told = { removed: oldAt, added: at };
    }
    for (const token of tokens) {
      const gap = kind === "removed" ? oldAt++ : at++;
      if (told?.[kind] !== gap) put(kind, (kind === "removed" ? oldGaps : gaps)[gap] ?? "");
      put(kind, token);
    }
  }
  putSharedGap();
  return pieces;
}
