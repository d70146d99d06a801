/** A page's blocks, at any depth, as plain text. */
import { PlatformError } from "../connector.ts";
import { borrows, indents, lineOf } from "./block_line.ts";
import type { NotionBlock } from "./notion_answers.ts";
import { type NotionClient, NotionRefusal } from "./notion_client.ts";

export interface PageText {
  readonly text: string;
  /** Not a single block was listed. */
  readonly empty: boolean;
  /** It shows what stands on other pages: synced copies, titles, names. */
  readonly borrows: boolean;
  /** There was more than is read. */
  readonly cut: boolean;
  /** Notion refuses to list the page's blocks (it has one that its API cannot show). */
  readonly unreadable: boolean;
}

export interface PageTextOptions {
  /** Enough characters: the rest is not stored anyway. */
  readonly most: number;
  /** Listed twice when it looks empty at first. */
  readonly distrustEmpty: boolean;
  readonly signal: AbortSignal;
}

/** Bounds of a page that is all frames and dividers; the text of any other ends before. */
const mostBlocks = 5_000;
const mostLists = 300;
const deepest = 100;

/** A block whose children are being read. */
interface Opened {
  readonly id: string;
  /** What it shows; a synced copy shows its original's children. */
  readonly shows: string;
  readonly indent: string;
  blocks: readonly NotionBlock[];
  at: number;
  /** undefined: not listed yet; null: listed to its end. */
  next: string | null | undefined;
  readonly listed: Set<string>;
  ordinal: number;
  /** Notion said once that it is not there. */
  doubted: boolean;
}

/** The children of a page or block, in the order of reading; what they hold follows them, indented. */
export async function readPageText(
  client: NotionClient,
  pageId: string,
  { most, distrustEmpty, signal }: PageTextOptions,
): Promise<PageText> {
  const lines: string[] = [];
  let [characters, blocks, lists] = [0, 0, 0];
  let [cut, borrowed, unreadable] = [false, false, false];
  // A stack and no recursion, and nothing is opened inside of itself: a synced copy can stand in its own original.
  const opened: Opened[] = [open(pageId, pageId, "")];
  for (let top = opened.at(-1); top !== undefined; top = opened.at(-1)) {
    const block = top.blocks[top.at];
    if (block === undefined) {
      if (top.next === null) {
        opened.pop();
        continue;
      }
      if (lists >= mostLists) {
        cut = true;
        break;
      }
      signal.throwIfAborted();
      const isPage = opened.length === 1;
      lists += 1;
      const found = await nextChildren(client, top, { isPage, distrustEmpty });
      if (found === "unreadable" && isPage) unreadable = true;
      continue;
    }
    top.at += 1;
    blocks += 1;
    top.ordinal = block.type === "numbered_list_item" ? top.ordinal + 1 : 0;
    const line = lineOf(block, top.ordinal);
    if (line !== "") {
      lines.push(top.indent + line);
      characters += top.indent.length + lengthOf(line) + 1;
    }
    borrowed ||= borrows(block);
    if (characters > most || blocks >= mostBlocks) {
      cut = true;
      break;
    }
    const shows = block.content.synced_from?.block_id ?? block.id;
    if (opensInto(block) && opened.length < deepest && !opened.some((one) => one.shows === shows)) {
      opened.push(open(block.id, shows, indents(block) ? `${top.indent}  ` : top.indent));
    }
  }
  return { text: lines.join("\n"), empty: blocks === 0 && !unreadable, borrows: borrowed, cut, unreadable };
}

const open = (id: string, shows: string, indent: string): Opened => ({
  ...{ id, shows, indent, blocks: [], at: 0, next: undefined, ordinal: 0, doubted: false },
  listed: new Set(),
});

/** What stands on a page in a page is that page's own. */
const opensInto = ({ type, hasChildren }: NotionBlock): boolean =>
  hasChildren && !["child_page", "child_database", "unsupported"].includes(type);

const lengthOf = (text: string): number => [...text].length;

/** Lists what comes next under an opened block. */
async function nextChildren(
  client: NotionClient,
  top: Opened,
  { isPage, distrustEmpty }: { isPage: boolean; distrustEmpty: boolean },
): Promise<"read" | "unreadable"> {
  const cursor = top.next ?? null;
  let answer: Awaited<ReturnType<NotionClient["children"]>>;
  try {
    answer = await client.children(top.id, cursor);
    if (answer.results.length === 0 && cursor === null && (distrustEmpty || !isPage)) {
      // It said that it has children, or had some before: an empty list is believed when it comes twice.
      answer = await client.children(top.id, null);
    }
  } catch (thrown) {
    return unlisted(top, { isPage, cursor }, thrown);
  }
  const { results, next_cursor, has_more } = answer;
  if (results.length === 0 && cursor !== null) {
    throw new PlatformError("provider_down", "Notion promised more of a page and sent none.");
  }
  if (results.some(({ id }) => top.listed.has(id)) || (has_more && next_cursor === cursor)) {
    throw new PlatformError("provider_down", "Notion repeated a part of a page.");
  }
  if (has_more && next_cursor === null) {
    throw new PlatformError("provider_down", "Notion promised more of a page and did not say where.");
  }
  for (const { id } of results) top.listed.add(id);
  top.blocks = results;
  top.at = 0;
  top.next = has_more ? next_cursor : null;
  return "read";
}

function unlisted(
  top: Opened,
  { isPage, cursor }: { isPage: boolean; cursor: string | null },
  thrown: unknown,
): "read" | "unreadable" {
  const cause = thrown instanceof PlatformError ? thrown.cause : undefined;
  if (!(cause instanceof NotionRefusal)) throw thrown;
  if (cause.status === 400 && cursor !== null) {
    // The block at which the next part was to begin has been deleted since.
    throw new PlatformError("provider_down", "A page changed while it was read.", { cause });
  }
  // A page that is gone is the caller's business; a block that is gone, or whose original is kept apart, shows nothing.
  if (cause.status === 404 ? isPage : cause.status !== 400) throw thrown;
  if (cause.status === 404 && !top.doubted) {
    // Its words would be missing until the next edit: it is believed when it is said twice.
    top.doubted = true;
    return "read";
  }
  top.next = null;
  return cause.status === 400 ? "unreadable" : "read";
}
