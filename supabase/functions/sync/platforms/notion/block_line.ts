/** One block of a page as a line of plain text. */
import { type NotionBlock, plainOf } from "./notion_answers.ts";

/** Blocks that only hold others: what is in them stands where they stand. */
const frames: readonly string[] = ["table", "column_list", "column", "synced_block", "tab", "template"];

/** Whether what the block holds is indented below it. */
export const indents = (block: NotionBlock): boolean => !frames.includes(block.type);

/**
 * The block's own words behind a sign of what they are; empty for one that has none (a frame, a table of contents, a
 * link to a page whose title the block does not tell).
 *
 * @param ordinal counts the numbered items of a list from 1
 */
export function lineOf(block: NotionBlock, ordinal: number): string {
  const { type } = block;
  if (type === "divider") return "---";
  const words = wordsOf(block);
  return words === "" && type !== "to_do" ? "" : `${signOf(block, ordinal)}${words}`;
}

function wordsOf({ content }: NotionBlock): string {
  const { title = "", rich_text = [], cells, expression = "", name = "", url, external, caption = [] } =
    content;
  return [
    typeof title === "string" ? title : plainOf(title),
    plainOf(rich_text),
    cells?.map(plainOf).join(" | ") ?? "",
    expression,
    name,
    url ?? external?.url ?? "",
    plainOf(caption),
  ].filter((part) => part !== "").join(" ");
}

function signOf({ type, content }: NotionBlock, ordinal: number): string {
  switch (type) {
    case "heading_1":
      return "# ";
    case "heading_2":
      return "## ";
    case "heading_3":
      return "### ";
    case "heading_4":
      return "#### ";
    case "bulleted_list_item":
      return "- ";
    case "numbered_list_item":
      return `${ordinal}. `;
    case "to_do":
      return content.checked ? "[x] " : "[ ] ";
    case "quote":
      return "> ";
    case "child_page":
      return "Page: ";
    case "child_database":
      return "Database: ";
    default:
      return "";
  }
}

/** Whether the block shows what stands elsewhere, and so changes without an edit of its page. */
export function borrows({ type, content }: NotionBlock): boolean {
  const mentions = [...content.rich_text ?? [], ...content.caption ?? [], ...(content.cells ?? []).flat()];
  return type === "child_page" || type === "child_database" ||
    (type === "synced_block" && (content.synced_from ?? null) !== null) ||
    mentions.some(({ mention }) => mention?.type === "page" || mention?.type === "database");
}
