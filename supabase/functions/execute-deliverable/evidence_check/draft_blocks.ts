/** The parts of a draft that say something by themselves: headings, list items, paragraphs, rows. */

export type BlockKind =
  | "heading"
  /** One line that ends in a colon and introduces what follows. */
  | "lead_in"
  | "item"
  | "paragraph"
  /** A markdown block quote: the words of somebody else. */
  | "quote"
  | "row";

export interface Block {
  readonly kind: BlockKind;
  /** Where its text stands in the draft, without the mark of its list or quote. */
  readonly start: number;
  readonly end: number;
  /** Where its first line begins, with everything before its text. */
  readonly from: number;
  /** Columns that it is set in by. */
  readonly indent: number;
}

interface OpenBlock extends Block {
  kind: BlockKind;
  end: number;
  lines: number;
}

const fence = /^(?:`{3,}|~{3,})/;
const heading = /^#{1,6}(?:[ \t]|$)/;
const rule = /^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const underline = /^(?:=+|-{2,})[ \t]*$/;
const rowRule = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$/;
const bullet = /^(?:[-*+•‣▪–]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const quoteMark = /^(?:[ \t]*>)+[ \t]?/;

/** The blocks of a draft in their order. Rules, blank lines, the heads of tables and the fences of code belong to none. */
export function blocksOf(draft: string): Block[] {
  const blocks: OpenBlock[] = [];
  let open: OpenBlock | undefined;
  let fenced = false;
  let inTable = false;
  let from = 0;
  for (const line of draft.split("\n")) {
    const end = from + line.length;
    const quoted = quoteMark.exec(line)?.[0] ?? "";
    const indent = quoted.length + (/^[ \t]*/.exec(line.slice(quoted.length))?.[0] ?? "").length;
    const text = line.slice(indent).trimEnd();
    const begin = (kind: BlockKind, mark = "") => {
      open = {
        kind,
        from,
        start: from + indent + mark.length,
        end: from + line.trimEnd().length,
        indent,
        lines: 1,
      };
      blocks.push(open);
    };
    if (fence.test(text)) {
      fenced = !fenced;
      open = undefined;
    } else if (text === "") {
      open = undefined;
      inTable = false;
    } else if (fenced) {
      if (open === undefined) begin("paragraph");
      else extend(open, end);
    } else if (text.includes("|") && rowRule.test(text)) {
      // The line above it is the table's head.
      if (open !== undefined && open.lines === 1) blocks.pop();
      open = undefined;
      inTable = true;
    } else if (open?.kind === "paragraph" && underline.test(text)) {
      if (open.lines === 1) open.kind = "heading";
      open = undefined;
    } else if (rule.test(text)) open = undefined;
    else if (heading.test(text)) {
      begin("heading", /^#+[ \t]*/.exec(text)?.[0]);
      open = undefined;
    } else if (inTable || /^\|.*\|$/.test(text)) {
      begin("row");
      open = undefined;
      // The head of a table is a row until the rule below it is seen.
      if (!inTable) open = blocks.at(-1);
    } else if (bullet.test(text)) begin("item", bullet.exec(text)?.[0]);
    else if (open === undefined || (quoted !== "" && open.kind !== "quote" && open.kind !== "item")) {
      begin(quoted === "" ? "paragraph" : "quote");
    } else if (open.kind === "paragraph" && open.lines === 1 && isLabel(draft.slice(open.start, open.end))) {
      // A bold line above a paragraph is its heading, blank line or not.
      open.kind = "heading";
      begin("paragraph");
    } else extend(open, end);
    from = end + 1;
  }
  return blocks.map((block, at) => ({
    kind: kindOf(block, draft, blocks[at + 1]),
    start: block.start,
    end: block.end,
    from: block.from,
    indent: block.indent,
  }));
}

function extend(block: OpenBlock, end: number): void {
  block.end = end;
  block.lines += 1;
}

/** A longer line before a colon states something. */
const longestLeadIn = 160;
const longestLabel = 60;

function kindOf(block: OpenBlock, draft: string, next: OpenBlock | undefined): BlockKind {
  if (block.lines > 1 || (block.kind !== "item" && block.kind !== "paragraph")) return block.kind;
  const text = draft.slice(block.start, block.end).trim();
  const bare = text.replace(/^[*_]+|[*_]+$/g, "").trim();
  if (next !== undefined && text.length <= longestLeadIn && /[:：]$/.test(bare)) return "lead_in";
  // A bold line alone is a heading in all but its mark; above a list of its own it is that list's name.
  if (isLabel(text)) {
    return block.kind === "paragraph"
      ? "heading"
      : next?.kind === "item" && next.indent > block.indent
      ? "lead_in"
      : "item";
  }
  return block.kind;
}

function isLabel(text: string): boolean {
  return text.length <= longestLabel && /^(\*\*|__)[^*_\n]+\1:?$/.test(text.trim()) &&
    !/[.!?。][*_]*$/.test(text.trim());
}

/** "Nothing new this week.": an honest line that has nothing to cite. It names nobody and states nothing else. */
export function saysNothingFound(text: string): boolean {
  const sentences = text.replace(/[*_>#]/g, "").split(/(?<=[.!?。！？])\s+|\n/).map((one) => one.trim())
    .filter((one) => one !== "");
  return sentences.length > 0 &&
    sentences.every((one) =>
      one.length <= longestNothing && !/[;,–—\d]/.test(one) && nothingFound.some((form) => form.test(one))
    );
}
const longestNothing = 140;
const nothingFound = [
  /^(?:none|nothing|n\/a)(?:\s+(?:new|urgent|open|further|else|more|to|was|were|has|is|in|this|today|yet|notable|relevant|found|from|for|at|here|needs?|requires?|happened|stands?|came)\b.*)?[.!]?$/i,
  /^there (?:is|are|was|were|has been|have been) (?:no|nothing)\b.*$/i,
  /^no (?!one\b|body\b)(?:[\p{L}-]+,? (?:and |or )?){1,6}(?:was|were|is|are|has been|have been|found|stands?|in|on|this|today|since|so far)\b.*$/iu,
  /^no (?!one\b|body\b)(?:[\p{L}-]+ ?){1,4}[.!]?$/iu,
  /^(?:keine?[rns]?\s|nichts\b|rien\b|aucune?\s|nada\b|ning[uú]n[ao]?\s|nessun[ao]?\s|niente\b|geen\s|niets\b|nenhuma?\s).*$/iu,
  /(?:なし|ありません(?:でした)?|没有[^，,]{0,12}|無し|无)[。.]?$/u,
];
