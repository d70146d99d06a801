/** Reads a draft in markdown into the one sanitised tree that every channel's rendering is written from. */
import { createLinkJudge, unlinkAddresses } from "./allowed_links.ts";
import { withBoundedBlocks } from "./block_bounds.ts";
import { type CitationLinks, linkMarkers } from "./citation_markers.ts";
import { type DraftNode, type DraftTree, draftTree } from "./draft_tree.ts";
import { printableText } from "./printable_text.ts";

export interface ReadOptions {
  /** The permalinks of the draft's sources. Only these become links, by exact match; other addresses become text. */
  readonly allowedLinks: Iterable<string>;
  /** Where the draft's marks lead: `[1]` to the permalink under 1, if that is one of the allowed links. */
  readonly citations?: CitationLinks;
  /** Longer drafts are cut at a paragraph; default 24,000, some 4,000 words. An isolate has 2 s of CPU in all. */
  readonly maxCharacters?: number;
}

export interface ReadDraft extends DraftTree {
  /** Whether the end of the draft was left out. The last node says so to the reader. */
  readonly shortened: boolean;
}

const shortenedNotice = "(The rest is left out here, because this text is longer than a message should be.)";

export function readDraft(markdown: string, options: ReadOptions): ReadDraft {
  const { allowedLinks, citations, maxCharacters = 24_000 } = options;
  const shortened = markdown.length > maxCharacters;
  const draft = shortened ? cutAtParagraph(markdown, maxCharacters) : markdown;
  const allowed = [...allowedLinks];
  const { nodes, refusedLinks } = treeOf(withBoundedBlocks(draft), allowed);
  const marked = citations === undefined ? nodes : linkMarkers(nodes, citations, createLinkJudge(allowed));
  const notice: DraftNode = { tag: "p", children: [shortenedNotice] };
  return { nodes: shortened ? [...marked, notice] : marked, refusedLinks, shortened };
}

/**
 * A draft nested thousands of levels deep exhausts the stack of the markdown parser. Its text is still somebody's
 * delivery, so it is shown as plain paragraphs.
 */
function treeOf(draft: string, allowedLinks: readonly string[]): DraftTree {
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
