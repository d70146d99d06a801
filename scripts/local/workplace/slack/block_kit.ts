import { z } from "zod";
import type { SlackJson } from "./message.ts";
import { SlackRefusal } from "./slack_answer.ts";

/** https://docs.slack.dev/reference/block-kit/blocks, and the pages of the single blocks. */
const BLOCKS_MOST = 50;
const HEADER_MOST = 150;
const TEXT_MOST = 3000;
const CONTEXT_MOST = 10;
const FIELDS_MOST = 10;
/** Undocumented; where apps met `msg_blocks_too_long`: https://github.com/slackapi/bolt-js/issues/2509. */
const JSON_MOST = 13_200;

const text = (most: number) => z.string().min(1).max(most);
const plain = (most: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: text(most), emoji: z.boolean().optional() });
const mrkdwn = z.strictObject({
  type: z.literal("mrkdwn"),
  text: text(TEXT_MOST),
  verbatim: z.boolean().optional(),
});
const words = z.union([plain(TEXT_MOST), mrkdwn]);
const own = { block_id: z.string().max(255).optional() };

const known = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text: plain(HEADER_MOST), ...own }),
  z.strictObject({ type: z.literal("divider"), ...own }),
  z.strictObject({
    type: z.literal("section"),
    text: words.optional(),
    fields: z.array(words).min(1).max(FIELDS_MOST).optional(),
    expand: z.boolean().optional(),
    accessory: z.looseObject({ type: z.string() }).optional(),
    ...own,
  }).refine(({ text, fields }) => text !== undefined || fields !== undefined),
  z.strictObject({
    type: z.literal("context"),
    elements: z.array(z.union([words, z.looseObject({ type: z.literal("image") })])).min(1).max(CONTEXT_MOST),
    ...own,
  }),
]);
/** Blocks that nothing of ours posts are taken as they come. */
const OTHERS = ["actions", "file", "image", "input", "markdown", "rich_text", "table", "video"];

/**
 * Refuses blocks as Slack does.
 *
 * @throws SlackRefusal `invalid_blocks`, `msg_blocks_too_long`
 */
export function checkBlocks(blocks: readonly SlackJson[]): void {
  if (blocks.length > BLOCKS_MOST) throw new SlackRefusal("invalid_blocks");
  for (const [at, block] of blocks.entries()) {
    if (typeof block.type === "string" && OTHERS.includes(block.type)) continue;
    const checked = known.safeParse(block);
    if (checked.success) continue;
    const [issue] = checked.error.issues;
    const messages = [
      `[ERROR] ${issue?.message} [json-pointer:/blocks/${[at, ...issue?.path ?? []].join("/")}]`,
    ];
    throw new SlackRefusal("invalid_blocks", { response_metadata: { messages } });
  }
  if (JSON.stringify(blocks).length > JSON_MOST) throw new SlackRefusal("msg_blocks_too_long");
}
