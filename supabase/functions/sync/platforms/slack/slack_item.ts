/** A Slack message as an item of the content table. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type { Message } from "./slack_answers.ts";
import { mentionedIn, plainText } from "./slack_text.ts";

export interface SlackScene {
  readonly channelId: string;
  /** `https://acme.slack.com`, for permalinks. */
  readonly teamUrl: string | undefined;
  /** The member who connected Slack. */
  readonly ownId: string | undefined;
  readonly nameOf: (id: string) => string | undefined;
}

/** What Slack itself says about a channel's life. It tells nothing about the work, and is left out by rule. */
const housekeeping = new Set([
  "channel_join",
  "channel_leave",
  "channel_purpose",
  "channel_topic",
  "channel_name",
  "channel_archive",
  "channel_unarchive",
  "group_join",
  "group_leave",
  "group_purpose",
  "group_topic",
  "group_name",
  "group_archive",
  "group_unarchive",
  "tombstone",
]);

/** Whether a message is content. Messages of bots are: alerts and builds are what some channels are for. */
export function isContent(message: Message): boolean {
  return !housekeeping.has(message.subtype ?? "");
}

/** Everyone whose name is needed to show these messages. */
export function idsIn(messages: readonly Message[]): string[] {
  return [
    ...new Set(
      messages.flatMap((message) => [...(message.user ? [message.user] : []), ...mentionedIn(message.text)]),
    ),
  ];
}

export function itemOf(message: Message, scene: SlackScene): Item {
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
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
    is_user_authored: message.user !== undefined && message.user === scene.ownId,
    permalink: permalinkOf(message, scene, isReply),
    metadata: metadataOf(message),
    source_timestamp: instantOf(message.ts),
    edited_at: message.edited ? instantOf(message.edited.ts) : null,
  };
}

function textOf(message: Message, { nameOf }: SlackScene): string {
  const attachments = (message.attachments ?? []).map(({ title, text, fallback }) =>
    [title, text ?? fallback].filter(Boolean).join(": ")
  );
  const files = (message.files ?? []).map(({ title, name }) => `[file: ${title || name || "untitled"}]`);
  return [message.text, ...attachments, ...files].map((part) => plainText(part, nameOf)).filter((part) =>
    part !== ""
  ).join("\n");
}

function authorOf(message: Message, { nameOf }: SlackScene): string | null {
  if (message.user !== undefined) return nameOf(message.user) ?? message.username ?? message.user;
  return message.username ?? message.bot_profile?.name ?? message.bot_id ?? null;
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

/** Seconds and microseconds as ISO 8601, digit by digit: a float would round the last ones. */
export function instantOf(ts: string): string {
  const [seconds = "0", micros = "000000"] = ts.split(".");
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.000Z$/, `.${micros}Z`);
}
