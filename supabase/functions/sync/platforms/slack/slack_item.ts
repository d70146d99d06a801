/** A Slack message as an item of the content table. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type { Attachment, Message } from "./slack_answers.ts";
import { blocksText, mentionedInBlocks } from "./slack_blocks.ts";
import { instantOf, timestamp } from "./slack_time.ts";
import { mentionedIn, type NameOf, plainText } from "./slack_text.ts";

export interface SlackScene {
  readonly channelId: string;
  /** `https://acme.slack.com`, for permalinks. */
  readonly teamUrl: string | undefined;
  /** The member who connected Slack. */
  readonly ownId: string | undefined;
  readonly nameOf: NameOf;
}

/**
 * What Slack itself says about a channel's life. It tells nothing about the work, and is left out by rule; every other
 * subtype is content, also one that Slack invents tomorrow (https://docs.slack.dev/reference/events/message lists them).
 */
const housekeeping = new Set([
  "channel_join",
  "channel_leave",
  "channel_purpose",
  "channel_topic",
  "channel_name",
  "channel_rename",
  "channel_posting_permissions",
  "channel_convert_to_private",
  "channel_convert_to_public",
  "channel_archive",
  "channel_unarchive",
  "group_join",
  "group_leave",
  "group_purpose",
  "group_topic",
  "group_name",
  "group_archive",
  "group_unarchive",
  "bot_add",
  "bot_remove",
  "pinned_item",
  "unpinned_item",
]);

/**
 * Whether a message is content. Messages of bots are: alerts and builds are what some channels are for. Those of our own
 * bot are not: a digest that was posted would come back as the next one's news.
 */
export function isContent(message: Message, botId: string | undefined): boolean {
  return !isTombstone(message) && !housekeeping.has(message.subtype ?? "") &&
    (botId === undefined || message.user !== botId);
}

/** What Slack shows in place of a deleted message that has replies: its word that the message was deleted. */
export function isTombstone({ subtype }: Message): boolean {
  return subtype === "tombstone";
}

/** Everyone whose name is needed to show these messages. */
export function idsIn(messages: readonly Message[]): string[] {
  return [...new Set(messages.flatMap(idsOf))];
}

function idsOf(message: Message): string[] {
  const { attachments, blocks } = wordsOf(message);
  const texts = attachments.flatMap(({ pretext, title, text, fields }) => [
    pretext,
    title,
    text,
    ...(fields ?? []).flatMap(({ title, value }) => [title, value]),
  ]);
  return [
    // An app brings its own name.
    ...(message.user && !message.username && !message.bot_profile?.name ? [message.user] : []),
    ...[message.text, ...texts].flatMap((text) => mentionedIn(text ?? "")),
    ...mentionedInBlocks(blocks),
    ...attachments.flatMap((attachment) => mentionedInBlocks(attachment.blocks ?? [])),
  ];
}

/**
 * The words of a message: blocks repeat the text that stands beside them, and count only where there is none. No real
 * message has as many parts as are read at most.
 */
function wordsOf({ text, attachments, blocks }: Message) {
  return {
    text,
    attachments: (attachments ?? []).slice(0, 100),
    blocks: text.trim() === "" ? (blocks ?? []).slice(0, 100) : [],
  };
}

/** How many replies a thread has and which is the newest: another state means that it has changed. */
export function threadStateOf({ reply_count, latest_reply }: Message): string | undefined {
  return reply_count ? `${reply_count}:${latest_reply ?? ""}` : undefined;
}

/**
 * @param readThread the state of its thread, when that is read or about to be read: a later state that differs from the
 *   stored one means that there is more to read
 */
export function itemOf(message: Message, scene: SlackScene, readThread?: string): Item {
  const isReply = isReplyIn(message);
  return {
    container_id: scene.channelId,
    item_id: message.ts,
    sources: [scene.channelId],
    content_type: isReply ? "thread_reply" : "message",
    thread_id: message.thread_ts ?? null,
    title: null,
    content: textOf(message, scene),
    author: authorOf(message, scene),
    author_id: message.user ?? message.bot_id ?? null,
    is_user_authored: !!message.user && message.user === scene.ownId,
    permalink: permalinkOf(message, scene, isReply),
    metadata: { ...metadataOf(message), ...(readThread !== undefined && { thread_read: readThread }) },
    source_timestamp: instantOf(message.ts),
    edited_at: message.edited && timestamp.safeParse(message.edited.ts).success
      ? instantOf(message.edited.ts)
      : null,
  };
}

const isReplyIn = ({ ts, thread_ts }: Message): boolean => !!thread_ts && thread_ts !== ts;

function textOf(message: Message, { nameOf }: SlackScene): string {
  const { text, attachments, blocks } = wordsOf(message);
  const files = (message.files ?? []).slice(0, 100).map(({ title, name }) =>
    `[file: ${title || name || "untitled"}]`
  );
  return [
    plainText(text, nameOf),
    blocksText(blocks, nameOf),
    ...attachments.map((attachment) => attachmentText(attachment, nameOf)),
    ...files.map((file) => plainText(file, nameOf)),
  ].filter((part) => part !== "").join("\n");
}

function attachmentText(
  { pretext, title, text, fields, blocks, fallback }: Attachment,
  nameOf: NameOf,
): string {
  const plain = (part: string | null | undefined) => plainText(part ?? "", nameOf);
  const lines = [
    plain(pretext),
    [plain(title), plain(text)].filter(Boolean).join(": "),
    ...(fields ?? []).slice(0, 100).map(({ title, value }) =>
      [plain(title), plain(value)].filter(Boolean).join(": ")
    ),
    blocksText((blocks ?? []).slice(0, 100), nameOf),
  ].filter(Boolean);
  return lines.length > 0 ? lines.join("\n") : plain(fallback);
}

function authorOf(message: Message, { nameOf }: SlackScene): string | null {
  const { user, username, bot_profile, bot_id } = message;
  return username || (user && nameOf(user)) || bot_profile?.name || user || bot_id || null;
}

/** https://docs.slack.dev/reference/methods/chat.getPermalink describes the form, which saves a call a message. */
function permalinkOf(message: Message, { teamUrl, channelId }: SlackScene, isReply: boolean): string | null {
  if (teamUrl === undefined) return null;
  const link = `${teamUrl.replace(/\/$/, "")}/archives/${channelId}/p${message.ts.replace(".", "")}`;
  return isReply ? `${link}?thread_ts=${message.thread_ts}&cid=${channelId}` : link;
}

function metadataOf(message: Message): { [key: string]: Json } {
  return {
    ts: message.ts,
    ...(message.reply_count && { reply_count: message.reply_count }),
    ...(message.latest_reply && { latest_reply: message.latest_reply }),
    ...(message.edited && { edited_ts: message.edited.ts }),
    ...(message.bot_id && { bot_id: message.bot_id }),
    ...(message.subtype && { subtype: message.subtype }),
    ...(message.reactions?.length &&
      { reactions: message.reactions.map(({ name, count }) => ({ name, count })) }),
  };
}
