/** Writes a draft's tree as HTML for mail clients: inline styles, because many of them ignore style sheets. */
import type { BlockTag, DraftElement, DraftNode, InlineTag } from "./draft_tree.ts";

const styles: Readonly<Partial<Record<BlockTag | InlineTag, string>>> = {
  h2: "margin:28px 0 8px;font-size:19px;line-height:1.3;font-weight:600",
  h3: "margin:22px 0 6px;font-size:16px;line-height:1.4;font-weight:600",
  h4: "margin:18px 0 4px;font-size:15px;line-height:1.4;font-weight:600",
  p: "margin:0 0 14px",
  ul: "margin:0 0 14px;padding-left:22px",
  ol: "margin:0 0 14px;padding-left:22px",
  li: "margin:0 0 6px",
  blockquote: "margin:0 0 14px;padding:2px 0 2px 14px;border-left:3px solid #d0d7de",
  pre:
    "margin:0 0 14px;padding:12px;border-radius:6px;white-space:pre-wrap;word-break:break-word;font-size:13px",
  hr: "margin:24px 0;border:0;border-top:1px solid #d0d7de",
  table: "margin:0 0 14px;border-collapse:collapse;width:100%",
  th: "padding:6px 10px;border:1px solid #d0d7de;text-align:left;font-weight:600",
  td: "padding:6px 10px;border:1px solid #d0d7de;vertical-align:top",
  code: "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px",
  a: "color:#0b57d0;text-decoration:underline",
};

/** Parts whose colours the layout's dark scheme changes, by class. */
const classes: Readonly<Partial<Record<BlockTag | InlineTag, string>>> = {
  a: "link",
  blockquote: "quiet edge",
  hr: "edge",
  pre: "code",
  th: "edge",
  td: "edge",
};

const voidTags: ReadonlySet<string> = new Set(["br", "hr"]);

/** HTML of the tree, a fragment for a mail's body. */
export function draftHtml(nodes: readonly DraftNode[]): string {
  return nodes.map((node) => typeof node === "string" ? escapeHtml(node) : element(node)).join("");
}

function element({ tag, href, start, children }: DraftElement): string {
  const attributes = [
    href === undefined ? "" : ` href="${escapeHtml(href)}" rel="noopener noreferrer"`,
    start === undefined || start === 1 ? "" : ` start="${start}"`,
    classes[tag] === undefined ? "" : ` class="${classes[tag]}"`,
    styles[tag] === undefined ? "" : ` style="${styles[tag]}"`,
  ].join("");
  return voidTags.has(tag) ? `<${tag}${attributes}>` : `<${tag}${attributes}>${draftHtml(children)}</${tag}>`;
}

/** Text that is safe between tags and inside double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
