/**
 * A draft in one spelling. Markdown and HTML have several ways to show the same bracket or quotation mark to a reader;
 * whoever checks what a reader sees must know only one.
 */
import { visible } from "@shared/agent/fence.ts";

/** The marks that matter to the check, as entities. */
const entities: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  ldquo: "“",
  rdquo: "”",
  bdquo: "„",
  lsquo: "‘",
  rsquo: "’",
  sbquo: "‚",
  laquo: "«",
  raquo: "»",
  lsaquo: "‹",
  rsaquo: "›",
  lsqb: "[",
  lbrack: "[",
  rsqb: "]",
  rbrack: "]",
  nbsp: " ",
};

export function legible(draft: string): string {
  return visible(draft.replace(/\r\n?/g, "\n").replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{3,8});/gi, entity))
    // Quotations as HTML has them; other markup is taken out where the draft is rendered.
    .replace(/<\/?q\b[^<>]{0,200}>/gi, (tag) => tag.startsWith("</") ? "”" : "“")
    .replace(/<\/?blockquote\b[^<>]{0,200}>/gi, "")
    // A link to a citation is the citation; where it leads is ours to say.
    .replace(
      /\[([^[\]\n]{0,200})\]\(\s*<?#?\^?([ew]\d{1,6})>?\s*\)/gi,
      (_, words: string, id: string) => /^[\s\d^ew,]*$/i.test(words) ? `[${id}]` : `${words} [${id}]`,
    )
    // Markdown's own list of link targets is never shown, and would turn our numbers into links.
    .replace(/^[ \t]*\\?\[[^[\]\n]{1,40}\\?\]:[ \t]*<?https?:\/\/\S+.*$/gim, "")
    .trim();
}

/** Letters and digits may come as entities too: they would spell an id. What shows as markup stays as it is. */
function entity(written: string, name: string): string {
  if (!name.startsWith("#")) return entities[name.toLowerCase()] ?? written;
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  if (!Number.isInteger(code) || code < 0x20 || code > 0x10ffff) return written;
  const character = String.fromCodePoint(code);
  return /[<>&|`*_#\\]|[\ud800-\udfff]/.test(character) && character.length === 1 ? written : character;
}
