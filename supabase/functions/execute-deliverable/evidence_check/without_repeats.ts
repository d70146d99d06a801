/** What an earlier version told in the same words of its sources is not told again. */
import type { Evidence } from "@shared/agent/evidence.ts";
import type { Citation } from "./cited_source.ts";
import { type Block, blocksOf } from "./draft_blocks.ts";

export interface ToldItem {
  readonly content_id: string;
  /** Of the text that the item had then. */
  readonly content_hash: string | null;
}

export interface DraftOfNews {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Statements that were taken out. */
  readonly repeats: number;
  /** Nothing that cites is left: the draft is as it came, and there is no news to deliver. */
  readonly nothingNew: boolean;
}

/**
 * Takes out the list items, paragraphs and rows whose every citation was told before and has not changed since, and the
 * headings and lead-ins that nothing is left under. What also cites something new, or cites nothing, stays.
 *
 * @param evidence knows the hashes; an item whose hash nobody knows counts as new
 */
export function withoutRepeats(
  { text, citations }: { readonly text: string; readonly citations: readonly Citation[] },
  told: readonly ToldItem[],
  evidence: Pick<Evidence, "items">,
): DraftOfNews {
  const known = new Set(told.map(({ content_id, content_hash }) => `${content_id} ${content_hash}`));
  const hashes = new Map(
    evidence.items().map(({ id, revision, content_hash }) => [`${id}@${revision}`, content_hash]),
  );
  const old = new Set(
    citations.filter(({ content_id, revision }) => {
      const hash = hashes.get(`${content_id}@${revision}`);
      return hash && known.has(`${content_id} ${hash}`);
    }).map(({ number }) => number),
  );
  const blocks = blocksOf(text);
  const numbers = blocks.map((block) => numbersIn(text.slice(block.start, block.end)));
  const repeats = new Set(
    blocks.flatMap((block, at) => {
      const own = numbers[at] ?? [];
      return block.kind !== "heading" && own.length > 0 && own.every((number) => old.has(number)) ? [at] : [];
    }),
  );
  const gone = withEmptied(blocks, keepingParents(blocks, repeats), text);
  const count = [...gone].filter((at) => repeats.has(at)).length;
  if (count === 0) return { text, citations, repeats: 0, nothingNew: false };
  if (!blocks.some((_, at) => !gone.has(at) && (numbers[at]?.length ?? 0) > 0)) {
    return { text, citations, repeats: count, nothingNew: true };
  }
  return { ...renumbered(withoutBlocks(text, blocks, gone), citations), repeats: count, nothingNew: false };
}

const citation = /\[(\d+(?:, \d+)*)\]/g;
const numbersIn = (text: string): number[] =>
  [...text.matchAll(citation)].flatMap(([, list = ""]) => list.split(", ").map(Number));

/** The blocks that stand under one: further in, or in the list that it introduces. */
function below(blocks: readonly Block[], at: number): number[] {
  const block = blocks[at];
  const found: number[] = [];
  for (let next = at + 1; next < blocks.length; next++) {
    const other = blocks[next];
    if (block === undefined || other === undefined || other.kind === "heading") break;
    const listed = block.kind === "lead_in" && other.kind !== "paragraph" && other.kind !== "lead_in" &&
      other.indent >= block.indent && !(isListed(block) && other.indent === block.indent);
    if (other.indent <= block.indent && !listed) break;
    found.push(next);
  }
  return found;
}
/** A lead-in that is a list item itself has its list further in. */
const isListed = ({ start, from, indent }: Block) => start - from > indent;

/** An item stays as long as something new stands under it: else that would hang in the air. */
function keepingParents(blocks: readonly Block[], repeats: ReadonlySet<number>): Set<number> {
  const gone = new Set(repeats);
  for (let at = blocks.length - 1; at >= 0; at--) {
    if (gone.has(at) && below(blocks, at).some((child) => !gone.has(child))) gone.delete(at);
  }
  return gone;
}

/** Headings and lead-ins that lost all that stood under them go too; those that never had anything stay. */
function withEmptied(blocks: readonly Block[], repeats: ReadonlySet<number>, text: string): Set<number> {
  const gone = new Set(repeats);
  const levelOf = ({ from, start }: Block) => text.slice(from, start).match(/#/g)?.length ?? 7;
  for (let at = blocks.length - 1; at >= 0; at--) {
    const block = blocks[at];
    if (block === undefined || (block.kind !== "heading" && block.kind !== "lead_in")) continue;
    let section = below(blocks, at);
    if (block.kind === "heading") {
      const end = blocks.findIndex((other, next) =>
        next > at && other.kind === "heading" && levelOf(other) <= levelOf(block)
      );
      section = blocks.map((_, index) => index).slice(at + 1, end < 0 ? undefined : end);
    }
    if (section.length > 0 && section.every((index) => gone.has(index))) gone.add(at);
  }
  return gone;
}

function withoutBlocks(text: string, blocks: readonly Block[], gone: ReadonlySet<number>): string {
  let left = "";
  let at = 0;
  blocks.forEach(({ from, end }, index) => {
    if (!gone.has(index)) return;
    left += text.slice(at, from);
    const lineEnd = text.indexOf("\n", end);
    at = lineEnd < 0 ? text.length : lineEnd + 1;
  });
  return (left + text.slice(at))
    // The head of a table that lost all its rows.
    .replace(/^\|.*\|[ \t]*\n\|?[ :|-]*-[ :|-]*(?:\n(?!\|)|(?![^]))/gm, "")
    .replace(/\n{3,}/g, "\n\n").trim();
}

function renumbered(text: string, citations: readonly Citation[]): Pick<DraftOfNews, "text" | "citations"> {
  const order = [...new Set(numbersIn(text))];
  const places = new Map(order.map((number, at) => [number, at + 1]));
  return {
    text: text.replace(
      citation,
      (_, list: string) =>
        `[${list.split(", ").map((number) => places.get(Number(number)) ?? number).join(", ")}]`,
    ),
    citations: order.flatMap((number) => {
      const one = citations.find((each) => each.number === number);
      return one === undefined ? [] : [{ ...one, number: places.get(number) ?? number }];
    }),
  };
}
