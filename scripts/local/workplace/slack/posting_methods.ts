import { z } from "zod";
import { checkBlocks } from "./block_kit.ts";
import { directChannel } from "./conversation_methods.ts";
import type { Post } from "./journal.ts";
import { messageJson } from "./message_json.ts";
import { type SlackAnswer, SlackRefusal } from "./slack_answer.ts";
import {
  flag,
  objectArgument,
  objectList,
  requireScope,
  type SlackMethod,
  slackMethod,
  visibleChannel,
} from "./slack_method.ts";

/** https://docs.slack.dev/reference/methods/chat.postMessage; of metadata, https://docs.slack.dev/messaging/message-metadata. */
const TEXT_MOST = 40_000;
const METADATA_MOST = 8_000;

const metadataShape = z.object({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.json()),
});

const postMessage = slackMethod(
  z.object({
    channel: z.string(),
    text: z.string().optional(),
    thread_ts: z.string().optional(),
    reply_broadcast: flag,
    blocks: objectList,
    attachments: objectList,
    metadata: objectArgument,
    unfurl_links: flag,
    unfurl_media: flag,
    link_names: flag,
    mrkdwn: flag,
    parse: z.enum(["none", "full"]).optional(),
  }),
  (call, args) => {
    const { channel: channelId, text = "", thread_ts: threadTs, blocks, attachments, metadata } = args;
    const { team } = call.installation;
    requireScope(call, "chat:write");
    // A user's id stands for the direct conversation with them.
    const isUser = team.chat.members.some(({ userId, active }) => userId === channelId && active);
    const channel = isUser ? directChannel(call, channelId).channel : visibleChannel(call, channelId);
    if (channel.archived) throw new SlackRefusal("is_archived");
    if (!channel.members.has(team.bot.userId)) throw new SlackRefusal("not_in_channel");
    if (text === "" && !blocks?.length && !attachments?.length) throw new SlackRefusal("no_text");
    if (text.length > TEXT_MOST) throw new SlackRefusal("msg_too_long");
    checkBlocks(blocks ?? []);
    if (metadata !== undefined && !metadataShape.safeParse(metadata).success) {
      throw new SlackRefusal("invalid_metadata_format");
    }
    if (JSON.stringify(metadata ?? {}).length > METADATA_MOST) throw new SlackRefusal("metadata_too_large");
    const posting = {
      channel: channel.id,
      by: team.botKey,
      text,
      ...(blocks && { blocks }),
      ...(attachments && { attachments }),
      ...(metadata && { metadata }),
    };
    const parent = threadTs === undefined ? undefined : channel.messages.get(threadTs);
    if (threadTs !== undefined && parent === undefined) throw new SlackRefusal("thread_not_found");
    const message = parent === undefined
      ? team.chat.post(posting)
      : team.chat.reply({ ...posting, threadTs: parent.ts, broadcast: args.reply_broadcast ?? false });
    const shown = messageJson(team, message, { includeMetadata: true });
    return { ok: true, channel: channel.id, ts: message.ts, message: shown };
  },
);

const answered = z.object({
  channel: z.string(),
  ts: z.string(),
  message: z.object({
    text: z.string(),
    thread_ts: z.string().optional(),
    blocks: z.array(z.unknown()).default([]),
    metadata: z.unknown().optional(),
  }),
});

/** What a post's answer says was posted, for the journal; undefined when nothing was. */
export function postOf(answer: SlackAnswer): Post | undefined {
  const read = answered.safeParse(answer);
  if (!read.success) return undefined;
  const { channel, ts, message: { text, thread_ts: threadTs, blocks, metadata } } = read.data;
  return {
    channel,
    ts,
    ...(threadTs !== undefined && { threadTs }),
    text,
    blocks,
    ...(metadata !== undefined && { metadata }),
  };
}

export const POSTING_METHODS: Readonly<Record<string, SlackMethod>> = { "chat.postMessage": postMessage };
