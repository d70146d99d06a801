/**
 * A draft as a tree in which nothing but text, structure and allowed links exists. The HTML and the text of a delivery
 * are both written from this one tree, so what is safe in one is in the other, and they say the same.
 *
 * marked turns the draft's markdown into HTML, sanitize-html removes what is not on the list below, and the tree is read
 * from the result by the same list again. Nothing of the original markup is ever copied to the output.
 */
import { parseDocument } from "htmlparser2";
import { Marked } from "marked";
// @ts-types="@types/sanitize-html"
import sanitize from "sanitize-html";
import { type LinkJudge, unlinkAddresses, unlinked, webAddress } from "./allowed_links.ts";
import { printableText } from "./printable_text.ts";

export type BlockTag =
  | "h2"
  | "h3"
  | "h4"
  | "p"
  | "ul"
  | "ol"
  | "li"
  | "blockquote"
  | "pre"
  | "hr"
  | "table"
  | "thead"
  | "tbody"
  | "tr"
  | "th"
  | "td";
export type InlineTag = "strong" | "em" | "del" | "code" | "br" | "a";

export interface DraftElement {
  readonly tag: BlockTag | InlineTag;
  readonly children: readonly DraftNode[];
  /** On `a` only, and always one of the allowed links. */
  readonly href?: string;
  /** On `ol` only: its first number. */
  readonly start?: number;
  /** On `a` only: it is the mark of a citation (`[1]`), whose address stands in the list of sources too. */
  readonly marker?: true;
}
export type DraftNode = string | DraftElement;

export interface DraftTree {
  readonly nodes: readonly DraftNode[];
  /** How many links were written as text because they are not among the sources. */
  readonly refusedLinks: number;
}

/** What each tag of the markup becomes. A tag that is not here vanishes and leaves its text. */
const tags: Readonly<Record<string, BlockTag | InlineTag>> = {
  // The mail's title is its only h1.
  h1: "h2",
  h2: "h2",
  h3: "h3",
  h4: "h4",
  h5: "h4",
  h6: "h4",
  p: "p",
  ul: "ul",
  ol: "ol",
  li: "li",
  blockquote: "blockquote",
  pre: "pre",
  hr: "hr",
  table: "table",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
  strong: "strong",
  b: "strong",
  em: "em",
  i: "em",
  del: "del",
  s: "del",
  code: "code",
  br: "br",
  a: "a",
};

/** Deeper nesting is flattened: nobody reads it, and every level costs a stack frame in each writer. */
const deepest = 24;

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const markdown = new Marked({
  async: false,
  gfm: true,
  renderer: {
    image: ({ text }) => escapeHtml(text),
    checkbox: ({ checked }) => checked ? "[x] " : "[ ] ",
  },
});

/** Reads a draft into its tree; `judge` says which links stay. */
export function draftTree(draft: string, judge: LinkJudge): DraftTree {
  const html = markdown.parse(printableText(draft), { async: false });
  const clean = sanitize(html, {
    allowedTags: Object.keys(tags),
    allowedAttributes: { a: ["href"], ol: ["start"] },
    allowedSchemes: ["http", "https"],
    allowProtocolRelative: false,
    disallowedTagsMode: "discard",
    nestingLimit: deepest,
  });
  const reader = new TreeReader(judge);
  return {
    nodes: reader.nodes(parseDocument(clean).children, 0, undefined),
    refusedLinks: reader.refusedLinks,
  };
}

type MarkupNode = ReturnType<typeof parseDocument>["children"][number];

class TreeReader {
  refusedLinks = 0;
  constructor(private readonly judge: LinkJudge) {}

  nodes(markup: readonly MarkupNode[], depth: number, label: string | undefined): DraftNode[] {
    return markup.flatMap((node) => {
      if (node.type === "text") return [this.text(node.data, label)];
      if (node.type !== "tag") return [];
      const tag = Object.hasOwn(tags, node.name) ? tags[node.name] : undefined;
      if (tag === undefined || depth >= deepest) return this.nodes(node.children, depth, label);
      if (tag === "a") return this.link(node.attribs.href ?? "", node.children, depth);
      const children = this.nodes(node.children, depth + 1, label);
      const start = tag === "ol" ? startOf(node.attribs.start) : undefined;
      return [start === undefined ? { tag, children } : { tag, children, start }];
    });
  }

  /** A link's own text may repeat its address; any other address in it would pretend to lead somewhere else. */
  private text(data: string, label: string | undefined): string {
    const judge: LinkJudge = label === undefined
      ? this.judge
      : (href) => webAddress(href) === label ? label : undefined;
    return unlinkAddresses(printableText(data), judge);
  }

  private link(written: string, children: readonly MarkupNode[], depth: number): DraftNode[] {
    const href = this.judge(written);
    if (href !== undefined) {
      const label = this.nodes(children, depth + 1, href);
      return [{ tag: "a", href, children: plainText(label).trim() === "" ? [href] : label }];
    }
    this.refusedLinks += 1;
    const label = this.nodes(children, depth, undefined);
    const address = webAddress(written);
    if (address === undefined) return label;
    const shown = unlinked(printableText(address.length > 120 ? `${address.slice(0, 119)}…` : address));
    const repeated = plainText(label).replaceAll("[.]", ".").includes(address.replace(/\/$/, ""));
    return repeated ? label : [...label, ` (${shown})`];
  }
}

function startOf(attribute: string | undefined): number | undefined {
  const start = Number(attribute);
  return attribute !== undefined && Number.isInteger(start) && start >= 0 && start < 1e6 ? start : undefined;
}

/** All text of some nodes, without their structure. */
export function plainText(nodes: readonly DraftNode[]): string {
  return nodes.map((node) => typeof node === "string" ? node : plainText(node.children)).join("");
}
