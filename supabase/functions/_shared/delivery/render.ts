import { withBoundedBlocks } from "./block_bounds.ts";
import { createLinkJudge, unlinkAddresses } from "./allowed_links.ts";
import { draftHtml } from "./draft_html.ts";
import { draftText } from "./draft_text.ts";
import { type DraftTree, draftTree } from "./draft_tree.ts";
import { printableText } from "./printable_text.ts";

export interface RenderOptions {
  /** The permalinks of the draft's sources. Only these become links, by exact match; other addresses become text. */
  readonly allowedLinks: Iterable<string>;
  /** Longer drafts are cut at a paragraph; default 24,000, some 4,000 words. An isolate has 2 s of CPU in all. */
  readonly maxCharacters?: number;
}

export interface RenderedDraft {
  /** A fragment for the body of a mail, with inline styles. */
  readonly html: string;
  readonly text: string;
  /** Links that were written as text because they are not among the sources. */
  readonly refusedLinks: number;
  /** Whether the end of the draft was left out. The rendering says so to the reader. */
  readonly shortened: boolean;
}

const shortenedNotice = "(The rest is left out here, because this text is longer than a mail should be.)";

/** Renders a draft in markdown for delivery: its HTML and its plain text, written from one sanitised tree. */
export function renderDraft(markdown: string, options: RenderOptions): RenderedDraft {
  const { allowedLinks, maxCharacters = 24_000 } = options;
  const shortened = markdown.length > maxCharacters;
  const draft = shortened ? cutAtParagraph(markdown, maxCharacters) : markdown;
  const { nodes, refusedLinks } = treeOf(withBoundedBlocks(draft), allowedLinks);
  const all = shortened ? [...nodes, { tag: "p", children: [shortenedNotice] } as const] : nodes;
  return { html: draftHtml(all), text: draftText(all), refusedLinks, shortened };
}

/**
 * A draft nested thousands of levels deep exhausts the stack of the markdown parser. Its text is still somebody's
 * delivery, so it is shown as plain paragraphs.
 */
function treeOf(draft: string, allowedLinks: Iterable<string>): DraftTree {
  const judge = createLinkJudge(allowedLinks);
  try {
    return draftTree(draft, judge);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const paragraphs = printableText(draft).split(/\n{2,}/).filter((text) => text.trim() !== "");
    const none = createLinkJudge([]);
    return {
      nodes: paragraphs.map((text) => ({ tag: "p", children: [unlinkAddresses(text, none)] })),
      refusedLinks: 0,
    };
  }
}

function cutAtParagraph(markdown: string, maxCharacters: number): string {
  const cut = markdown.slice(0, maxCharacters).toWellFormed();
  const end = [cut.lastIndexOf("\n\n"), cut.lastIndexOf("\n"), cut.lastIndexOf(" ")].find((at) =>
    at > maxCharacters / 2
  );
  return end === undefined ? cut : cut.slice(0, end);
}
