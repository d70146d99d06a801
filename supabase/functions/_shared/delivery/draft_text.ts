/** Writes a draft's tree as plain text that reads well: headings, lists and quotes by their usual marks, links with their address. */
import { type DraftElement, type DraftNode, plainText } from "./draft_tree.ts";

const blockTags: ReadonlySet<string> = new Set([
  "h2",
  "h3",
  "h4",
  "p",
  "ul",
  "ol",
  "li",
  "blockquote",
  "pre",
  "hr",
  "table",
]);

/** The text of the tree, without a line break at its end. */
export function draftText(nodes: readonly DraftNode[]): string {
  return blocks(nodes).join("\n\n");
}

/** The blocks among the nodes; what stands between blocks is a paragraph of its own. */
function blocks(nodes: readonly DraftNode[]): string[] {
  const written: string[] = [];
  let loose: DraftNode[] = [];
  const flush = () => {
    const text = inline(loose).trim();
    if (text !== "") written.push(text);
    loose = [];
  };
  for (const node of nodes) {
    if (typeof node === "string" || !blockTags.has(node.tag)) loose.push(node);
    else {
      flush();
      const text = block(node);
      if (text.trim() !== "") written.push(text);
    }
  }
  flush();
  return written;
}

function block(element: DraftElement): string {
  switch (element.tag) {
    case "h2":
    case "h3": {
      const title = inline(element.children).trim();
      const line = (element.tag === "h2" ? "=" : "-").repeat(Math.min([...title].length, 60));
      return title === "" ? "" : `${title}\n${line}`;
    }
    case "ul":
      return list(element, () => "-");
    case "ol":
      return list(element, (at) => `${(element.start ?? 1) + at}.`);
    case "blockquote":
      return indent(draftText(element.children), "> ", "> ");
    case "pre":
      return indent(plainText(element.children).trimEnd(), "    ", "    ");
    case "hr":
      return "-".repeat(20);
    case "table":
      return table(element);
    case "li":
      return item(element, "-");
    default:
      return inline(element.children).trim();
  }
}

function list(element: DraftElement, mark: (at: number) => string): string {
  const items = element.children.filter((child) => typeof child !== "string" && child.tag === "li");
  return items.map((child, at) => typeof child === "string" ? "" : item(child, mark(at))).join("\n");
}

function item(element: DraftElement, mark: string): string {
  const parts = blocks(element.children);
  const isList = (text: string) => /^(?:-|\d+\.) /.test(text);
  // A nested list follows its item at once; other blocks of an item keep their distance.
  const text = parts.reduce(
    (all, part) => all === "" ? part : `${all}${isList(part) ? "\n" : "\n\n"}${part}`,
    "",
  );
  return indent(text, `${mark} `, " ".repeat(mark.length + 1));
}

function table(element: DraftElement): string {
  const rows = rowsOf(element).map((row) =>
    row.children.flatMap((cell) => typeof cell === "string" ? [] : [inline(cell.children).trim()]).join(" | ")
  );
  const [head = "", ...rest] = rows;
  return rest.length === 0 ? head : [head, "-".repeat(Math.min([...head].length, 60)), ...rest].join("\n");
}

function rowsOf(element: DraftElement): DraftElement[] {
  return element.children.flatMap((child) =>
    typeof child === "string" ? [] : child.tag === "tr" ? [child] : rowsOf(child)
  );
}

function inline(nodes: readonly DraftNode[]): string {
  return nodes.map((node) => {
    if (typeof node === "string") return oneLine(node);
    if (node.tag === "br") return "\n";
    const text = inline(node.children);
    if (node.tag === "a") return node.marker ? text : linkText(text.trim(), node.href ?? "");
    return node.tag === "code" ? plainText(node.children) : text;
  }).join("");
}

/** Line breaks inside a paragraph are blanks. (A pattern would take quadratic time on a long run of blanks.) */
function oneLine(text: string): string {
  const lines = text.split("\n");
  return lines.map((line, at) => {
    const started = at === 0 ? line : line.trimStart();
    return at === lines.length - 1 ? started : started.trimEnd();
  }).join(" ");
}

function linkText(label: string, href: string): string {
  const same = label === href || `${label}/` === href;
  return same || label === "" ? href : `${label} (${href})`;
}

function indent(text: string, first: string, others: string): string {
  return text.split("\n").map((line, at) =>
    (at === 0 ? first : line === "" ? others.trimEnd() : others) + line
  )
    .join("\n");
}
