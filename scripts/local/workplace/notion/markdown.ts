import type { BlockBody } from "./block.ts";
import { ownText } from "./block_json.ts";
import type { NotionCall } from "./notion_call.ts";
import { visibleChildren } from "./object_json.ts";
import type { Page } from "./page.ts";
import { type NotionJson, pageUrl, plainText } from "./rich_text.ts";

const PREFIX: Readonly<Partial<Record<BlockBody["type"], string>>> = {
  heading_1: "# ",
  heading_2: "## ",
  heading_3: "### ",
  bulleted_list_item: "- ",
  numbered_list_item: "1. ",
  quote: "> ",
};

/**
 * `GET /v1/pages/{id}/markdown`: the whole page at once, children indented by tabs.
 *
 * Notion's dialect has tags for columns, toggles and the like; ours writes their words in plain Markdown. What it
 * cannot say is named in `unknown_block_ids`, as there.
 */
export function pageMarkdown(call: NotionCall, page: Page): NotionJson {
  const unknown: string[] = [];
  const lines = childLines(call, page.id, 0, unknown, new Set());
  return {
    ...{ object: "page_markdown", id: page.id, markdown: lines.join("\n") },
    ...{ truncated: false, unknown_block_ids: unknown },
  };
}

function childLines(
  call: NotionCall,
  parent: string,
  depth: number,
  unknown: string[],
  seen: ReadonlySet<string>,
): string[] {
  const { library } = call;
  return visibleChildren(call, parent).flatMap((id) => {
    // A synced copy can stand inside its own original.
    if (seen.has(id)) return [];
    const indent = "\t".repeat(depth);
    const block = library.blocks.get(id);
    if (block === undefined) {
      const tag = library.pages.has(id) ? "page" : "database";
      return [`${indent}<${tag} url="${pageUrl(id)}">${library.title(id)}</${tag}>`];
    }
    if (block.body.type === "unsupported") {
      unknown.push(id);
      return [`${indent}<unknown url="${pageUrl(id)}"/>`];
    }
    const own = markdownOf(block.body, call);
    const deeper = childLines(call, id, depth + (own === "" ? 0 : 1), unknown, new Set([...seen, id]));
    return [...(own === "" ? [] : own.split("\n").map((line) => indent + line)), ...deeper];
  });
}

function markdownOf(body: BlockBody, { library }: NotionCall): string {
  const text = plainText(body.text ?? "", library);
  switch (body.type) {
    case "to_do":
      return `- [${body.checked ? "x" : " "}] ${text}`;
    case "code":
      return `\`\`\`${body.language ?? ""}\n${text}\n\`\`\``;
    case "equation":
      return `$$\n${body.expression ?? ""}\n$$`;
    case "divider":
      return "---";
    case "table_row":
      return `| ${(body.cells ?? []).map((cell) => plainText(cell, library)).join(" | ")} |`;
    case "image":
      return `![${plainText(body.caption ?? "", library)}](${body.url ?? ""})`;
    default:
      return `${PREFIX[body.type] ?? ""}${ownText({ body }, library)}`.trim();
  }
}
