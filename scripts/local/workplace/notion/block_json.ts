import type { Block, BlockBody } from "./block.ts";
import { type Mentions, type NotionJson, type Rich, richTextJson } from "./rich_text.ts";

/** Notion's default colour, which every block of ours has. */
const COLOR = "default";

/** What stands under the name of the block's type in the API's JSON. */
export function blockContent(body: BlockBody, mentions: Mentions, width: number): NotionJson {
  const rich = (text: Rich | undefined) => richTextJson(text ?? "", mentions);
  const line = { rich_text: rich(body.text), color: COLOR };
  switch (body.type) {
    case "paragraph":
    case "bulleted_list_item":
    case "numbered_list_item":
    case "toggle":
    case "quote":
      return line;
    case "heading_1":
    case "heading_2":
    case "heading_3":
      return { ...line, is_toggleable: body.toggleable ?? false };
    case "to_do":
      return { ...line, checked: body.checked ?? false };
    case "callout":
      return { ...line, icon: { type: "emoji", emoji: body.icon ?? "💡" } };
    case "code":
      return {
        rich_text: rich(body.text),
        caption: rich(body.caption),
        language: body.language ?? "plain text",
      };
    case "bookmark":
    case "embed":
      return { url: body.url ?? "", caption: rich(body.caption) };
    case "link_preview":
      return { url: body.url ?? "" };
    case "image":
    case "video":
    case "pdf":
    case "audio":
      return { type: "external", external: { url: body.url ?? "" }, caption: rich(body.caption) };
    case "file":
      return {
        type: "external",
        external: { url: body.url ?? "" },
        name: body.name ?? "file",
        caption: rich(body.caption),
      };
    case "equation":
      return { expression: body.expression ?? "" };
    case "table":
      return { table_width: width, has_column_header: true, has_row_header: false };
    case "table_row":
      return { cells: (body.cells ?? []).map(rich) };
    case "synced_block":
      return {
        synced_from: body.syncedFrom === undefined ? null : { type: "block_id", block_id: body.syncedFrom },
      };
    case "link_to_page":
      return { type: "page_id", page_id: body.page ?? "" };
    case "table_of_contents":
      return { color: COLOR };
    case "meeting_notes":
      return { title: rich(body.text), status: "notes_ready" };
    case "unsupported":
      return { block_type: body.blockType ?? "form" };
    case "column_list":
    case "column":
    case "divider":
    case "breadcrumb":
      return {};
  }
}

/** A block's own words, as a perfect sync would keep them: text, cells, formula, link and caption. */
export function ownText({ body }: Pick<Block, "body">, mentions: Mentions): string {
  const plain = (rich: Rich) => richTextJson(rich, mentions).map((item) => String(item.plain_text)).join("");
  const parts = [
    plain(body.text ?? ""),
    (body.cells ?? []).map(plain).join(" | "),
    body.expression ?? "",
    body.url ?? "",
    plain(body.caption ?? ""),
  ];
  return parts.filter((part) => part !== "").join(" ");
}
