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

const link = /!?\[([^[\]\n]{0,300})\]\(((?:[^()\n]|\([^()\n]{0,200}\)){0,1000})\)/g;

export function legible(draft: string): string {
  return visible(draft.replace(/\r\n?/g, "\n").replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{3,8});/gi, entity))
    // Quotations as HTML has them; other markup is taken out where the draft is rendered.
    .replace(/<\/?q\b[^<>]{0,200}>/gi, (tag) => tag.startsWith("</") ? "”" : "“")
    // Other markup says nothing to a reader, and could hide a citation from them.
    .replace(/(?<![ \t])[ \t]*<!--[^]*?(?:-->|$)/g, "")
    .replace(/<br\s*\/?>/gi, " ")
    .replace(/<\/?(?![ew]\d{1,6}>)[a-z][a-z\d-]{0,20}(?:\s[^<>]{0,500})?\/?>/gi, "")
    // A link to a citation is the citation, and every other link its words: where things lead is ours to say.
    .replace(link, (_, words: string, target: string) => {
      const id = /^\s*<?#?\^?([ew]\d{1,6})>?\s*$/i.exec(target)?.[1];
      if (id !== undefined) return /^[\s\d^ew,]*$/i.test(words) ? `[${id}]` : `${words} [${id}]`;
      return /^[\s^]*[ew]?\d/i.test(words) ? `[${words}]` : words;
    })
    // Around brackets of its own a link is none yet, and would become one when these are taken out.
    .replace(/\]\(\s*<?#?\^?([ew]\d{1,6})>?\s*\)/gi, "] [$1]")
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
