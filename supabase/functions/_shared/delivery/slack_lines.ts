/** A draft's tree as lines of Slack's markup, and the cutting of lines that are too long for Slack. */
import { type DraftElement, type DraftNode, plainText } from "./draft_tree.ts";
import { longestLabel, longestOf, type Mark, type Run, slackLine, slackText } from "./slack_markup.ts";

export interface SlackLine {
  /** What stands before the words: a bullet, a number, the mark of a quote. Of the line's continuations: `rest`. */
  readonly lead: string;
  readonly rest: string;
  readonly runs: readonly Run[];
}

/** What belongs together, with distance to its neighbours. */
export type SlackParagraph =
  | { readonly kind: "lines"; readonly lines: readonly SlackLine[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "divider" };

const marks: Readonly<Record<string, Mark>> = { strong: "*", em: "_", del: "~", code: "`", th: "*" };
const blockTags: ReadonlySet<string> = new Set(
  ["h2", "h3", "h4", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "table"],
);

/** The paragraphs of a tree, in order; none is empty. */
export function slackParagraphs(nodes: readonly DraftNode[]): SlackParagraph[] {
  return grouped(nodes).flatMap((group): SlackParagraph[] => {
    const [only] = group;
    if (only !== undefined && typeof only !== "string") {
      if (only.tag === "hr") return [{ kind: "divider" }];
      if (only.tag === "pre") {
        const text = plainText(only.children).trimEnd();
        return text.trim() === "" ? [] : [{ kind: "code", text }];
      }
      if (only.tag === "blockquote") {
        const inner = slackParagraphs(only.children).flatMap((paragraph, at) => [
          ...at === 0 ? [] : [emptyLine],
          ...linesOf(paragraph),
        ]);
        return inner.length === 0 ? [] : [{ kind: "lines", lines: inner.map(quoted) }];
      }
    }
    const lines = blockLines(group);
    return lines.length === 0 ? [] : [{ kind: "lines", lines }];
  });
}

const emptyLine: SlackLine = { lead: "", rest: "", runs: [] };
const quoted = (line: SlackLine): SlackLine => ({ ...line, lead: `> ${line.lead}`, rest: `> ${line.rest}` });

function linesOf(paragraph: SlackParagraph): readonly SlackLine[] {
  if (paragraph.kind === "lines") return paragraph.lines;
  return paragraph.kind === "divider" ? [] : codeLines(paragraph.text);
}

const codeLines = (text: string): SlackLine[] =>
  text.split("\n").filter((line) => line.trim() !== "")
    .map((line) => ({ lead: "", rest: "", runs: [{ text: line, marks: ["`"] }] }));

/** Each block by itself; what stands between blocks in groups of its own. */
function grouped(nodes: readonly DraftNode[]): DraftNode[][] {
  const groups: DraftNode[][] = [];
  let loose: DraftNode[] | undefined;
  for (const node of nodes) {
    if (typeof node !== "string" && blockTags.has(node.tag)) {
      groups.push([node]);
      loose = undefined;
    } else if (loose === undefined) groups.push(loose = [node]);
    else loose.push(node);
  }
  return groups;
}

function blockLines(group: readonly DraftNode[]): SlackLine[] {
  const [block] = group;
  if (block === undefined || typeof block === "string" || !blockTags.has(block.tag)) {
    return plainLines(group, []);
  }
  switch (block.tag) {
    case "h2":
    case "h3":
    case "h4":
      return plainLines(block.children, ["*"]);
    case "ul":
      return listLines(block, () => "•");
    case "ol":
      return listLines(block, (at) => `${(block.start ?? 1) + at}.`);
    case "li":
      return itemLines(block, "•");
    case "table":
      return rowsOf(block).flatMap((row) => rowLine(row));
    case "blockquote":
    case "pre":
    case "hr":
      return slackParagraphs([block]).flatMap(linesOf);
    default:
      return plainLines(block.children, []);
  }
}

function listLines(list: DraftElement, bullet: (at: number) => string): SlackLine[] {
  const items = list.children.filter((child): child is DraftElement =>
    typeof child !== "string" && child.tag === "li"
  );
  return items.flatMap((item, at) => itemLines(item, bullet(at)));
}

function itemLines(item: DraftElement, bullet: string): SlackLine[] {
  return grouped(item.children).flatMap((group) => blockLines(group)).map((line, at) => ({
    ...line,
    lead: (at === 0 ? `${bullet} ` : "    ") + line.lead,
    rest: `    ${line.rest}`,
  }));
}

function rowLine(row: DraftElement): SlackLine[] {
  const cells = row.children.flatMap((cell) =>
    typeof cell === "string" ? [] : [runsOf(cell.children, cell.tag === "th" ? ["*"] : []).flat()]
  );
  const runs = cells.flatMap((cell, at): Run[] => at === 0 ? cell : [{ text: " | ", marks: [] }, ...cell]);
  return hasWords(runs) ? [{ lead: "", rest: "", runs }] : [];
}

function rowsOf(table: DraftElement): DraftElement[] {
  return table.children.flatMap((child) =>
    typeof child === "string" ? [] : child.tag === "tr" ? [child] : rowsOf(child)
  );
}

function plainLines(nodes: readonly DraftNode[], outer: readonly Mark[]): SlackLine[] {
  return runsOf(nodes, outer).map(trimmed).filter(hasWords).map((runs) => ({ lead: "", rest: "", runs }));
}

const hasWords = (runs: readonly Run[]) => runs.some(({ text }) => text.trim() !== "");

function trimmed(runs: readonly Run[]): Run[] {
  const last = runs.length - 1;
  return runs.map((run, at) => {
    const started = at === 0 ? run.text.trimStart() : run.text;
    return { ...run, text: at === last ? started.trimEnd() : started };
  });
}

/** The runs of inline nodes, a list for each line. */
function runsOf(nodes: readonly DraftNode[], outer: readonly Mark[], href?: string): Run[][] {
  const lines: Run[][] = [[]];
  for (const node of nodes) {
    const last = lines.at(-1);
    if (typeof node === "string") {
      const text = outer.includes("`") ? node : node.replace(/[ \t\r\n]+/g, " ");
      if (text !== "") last?.push({ text, marks: outer, ...(href !== undefined && { href }) });
    } else if (node.tag === "br") lines.push([]);
    else {
      const mark = marks[node.tag];
      const inner = mark === undefined || outer.includes(mark) ? outer : [...outer, mark];
      const [first = [], ...others] = node.tag === "a"
        ? [[{ text: plainText(node.children), marks: inner, ...(node.href && { href: node.href }) }]]
        : runsOf(node.children, inner, href);
      last?.push(...first);
      lines.push(...others);
    }
  }
  return lines;
}

/** The line as it is written. */
export const writtenLine = ({ lead, runs }: SlackLine) => lead + slackLine(runs);

/** The same words in lines that are written in at most `longest` characters each, cut at words where there are any. */
export function shortLines(line: SlackLine, longest: number): SlackLine[] {
  const cut: SlackLine[] = [];
  let runs: Run[] = [];
  let taken = line.lead.length;
  const flush = () => {
    if (hasWords(runs)) {
      cut.push({ lead: cut.length === 0 ? line.lead : line.rest, rest: line.rest, runs: trimmed(runs) });
    }
    runs = [];
    taken = line.rest.length;
  };
  for (const atom of line.runs.flatMap(atomsOf)) {
    if (taken + longestOf(atom) > longest) flush();
    const last = runs.at(-1);
    if (last !== undefined && last.href === undefined && atom.href === undefined && sameMarks(last, atom)) {
      runs[runs.length - 1] = { ...last, text: last.text + atom.text };
      taken += longestOf({ ...atom, marks: [] });
    } else {
      runs.push(atom);
      taken += longestOf(atom);
    }
  }
  flush();
  return cut.length === 0 ? [line] : cut;
}

const sameMarks = (one: Run, other: Run) => one.marks.join() === other.marks.join();

/** A run in pieces that may stand on different lines: its words; a link stays whole. */
function atomsOf(run: Run): Run[] {
  if (run.href === undefined) {
    return (run.text.match(/\S+\s*|\s+/g) ?? []).flatMap(pieces).map((text) => ({ ...run, text }));
  }
  if (run.text.length <= longestLabel) return [run];
  const { href: _href, ...words } = run;
  return [...atomsOf({ ...words, text: `${run.text} ` }), { ...run, text: "link" }];
}

/** A word without an end in pieces of whole characters. */
function pieces(word: string): string[] {
  const longestPiece = 300;
  if (word.length <= longestPiece) return [word];
  const characters = [...word];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += longestPiece) {
    cut.push(characters.slice(at, at + longestPiece).join(""));
  }
  return cut;
}

/** Code between its fences, in pieces of at most `longest` characters. */
export function writtenCode(text: string, longest: number): string[] {
  const fence = "```";
  const room = longest - 2 * fence.length - 2;
  const cut: string[] = [];
  let taken = "";
  for (
    const line of slackText(text).replaceAll("`", "'").split("\n").flatMap((whole) =>
      wholeEntities(whole, room)
    )
  ) {
    if (taken !== "" && taken.length + 1 + line.length > room) {
      cut.push(taken);
      taken = line;
    } else taken = taken === "" ? line : `${taken}\n${line}`;
  }
  return [...cut, taken].map((piece) => `${fence}\n${piece}\n${fence}`);
}

/** An escaped line in pieces; no escape and no character is cut. */
function wholeEntities(line: string, longest: number): string[] {
  if (line.length <= longest) return [line];
  const cut: string[] = [];
  let taken = "";
  for (const [piece] of line.matchAll(/&(?:amp|lt|gt);|[^]/gu)) {
    if (taken.length + piece.length > longest) {
      cut.push(taken);
      taken = "";
    }
    taken += piece;
  }
  return [...cut, taken];
}
