/** The words in Slack's blocks (https://docs.slack.dev/reference/block-kit), for messages that have no other text. */
import { z } from "zod";
import { emojiNamed } from "./slack_emoji.ts";
import { literalText, type NameOf, plainText } from "./slack_text.ts";

/** Blocks nest a few levels; what is deeper or longer than any real message is not read. */
const deepest = 8;
const mostElements = 500;

const text = z.string().catch("");
const shape = z.object({
  type: text,
  text: z.unknown().optional(),
  title: z.unknown().optional(),
  fields: z.array(z.unknown()).catch([]),
  elements: z.array(z.unknown()).catch([]),
  rows: z.array(z.array(z.unknown()).catch([])).catch([]),
  alt_text: text,
  url: text,
  user_id: text,
  channel_id: text,
  range: text,
  name: text,
  fallback: text,
});
type Block = z.output<typeof shape>;

/** The blocks as a person reads them, a line for each. */
export function blocksText(blocks: readonly unknown[], nameOf: NameOf): string {
  const reader = new BlockReader(nameOf);
  return blocks.map((block) => reader.read(block, 0)).filter((line) => line !== "").join("\n");
}

/** Ids of the people that blocks mention. */
export function mentionedInBlocks(blocks: readonly unknown[]): string[] {
  const found = new Set<string>();
  const reader = new BlockReader((id) => (found.add(id), undefined));
  for (const block of blocks) reader.read(block, 0);
  return [...found];
}

class BlockReader {
  #left = mostElements;
  readonly #nameOf: NameOf;

  constructor(nameOf: NameOf) {
    this.#nameOf = nameOf;
  }

  read(raw: unknown, depth: number): string {
    const parsed = shape.safeParse(raw);
    if (!parsed.success || depth > deepest || this.#left-- <= 0) return "";
    const block = parsed.data;
    const inner = (elements: readonly unknown[], between: string) =>
      elements.map((element) => this.read(element, depth + 1)).filter((line) => line !== "").join(between);
    switch (block.type) {
      case "mrkdwn":
      case "markdown":
        return typeof block.text === "string" ? plainText(block.text, this.#nameOf) : "";
      case "plain_text":
        return typeof block.text === "string" ? literalText(block.text) : "";
      case "section":
        return [this.read(block.text, depth + 1), inner(block.fields, "\n")].filter(Boolean).join("\n");
      case "header":
        return this.read(block.text, depth + 1);
      case "context":
        return inner(block.elements, " ");
      case "image":
      case "video":
        return this.read(block.title, depth + 1) || literalText(block.alt_text);
      case "table":
        return block.rows.map((row) => inner(row, " | ")).filter(Boolean).join("\n");
      case "raw_text":
        return typeof block.text === "string" ? block.text : "";
      case "rich_text":
        return inner(block.elements, "\n");
      case "rich_text_list":
        return block.elements.map((item) => this.read(item, depth + 1)).filter(Boolean).map((item) =>
          `• ${item}`
        )
          .join("\n");
      case "rich_text_quote":
        return `> ${this.#run(block.elements)}`;
      case "rich_text_section":
      case "rich_text_preformatted":
        return this.#run(block.elements);
      // Buttons, pickers and dividers say nothing that was said.
      default:
        return "";
    }
  }

  /** The pieces of one line. */
  #run(elements: readonly unknown[]): string {
    return elements.slice(0, mostElements).map((raw) => {
      const parsed = shape.safeParse(raw);
      return parsed.success ? this.#piece(parsed.data) : "";
    }).join("").trim();
  }

  #piece(piece: Block): string {
    const said = typeof piece.text === "string" ? piece.text : "";
    switch (piece.type) {
      case "text":
        return said;
      case "link":
        return said && said !== piece.url ? `${said} (${piece.url})` : piece.url;
      case "user":
        return `@${this.#nameOf(piece.user_id) ?? piece.user_id}`;
      case "channel":
        return `#${piece.channel_id}`;
      case "usergroup":
        return "@group";
      case "broadcast":
        return `@${piece.range}`;
      case "emoji":
        return emojiNamed(piece.name) ?? `:${piece.name}:`;
      case "date":
        return piece.fallback;
      default:
        return said;
    }
  }
}
