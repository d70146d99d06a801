import type { Chat } from "./chat.ts";
import type { Channel, SlackJson } from "./message.ts";
import type { Ts } from "./ts.ts";

/** A live message as a perfect sync would hold it. */
export interface TruthMessage {
  channelId: string;
  channelName: string;
  ts: Ts;
  /** The parent's `ts`: on replies, and on a parent that has replies (its own). */
  threadTs?: Ts;
  isReply: boolean;
  replyCount: number;
  /** `name` is the display name, else the real name; a webhook's is the name it posts under. */
  author: { id: string; name: string; isBot: boolean };
  /** Slack's markup, as the API gives it. */
  text: string;
  /** What a bot put into attachments. */
  attachments: readonly SlackJson[];
  edited: boolean;
  /** Absent on what people simply say; `channel_join`, `bot_message`, `thread_broadcast`, … otherwise. */
  subtype?: string;
  reactions: Readonly<Record<string, number>>;
}

/** Every message of a channel that is not deleted, replies included, oldest first. */
export function truthOf(chat: Chat, channel: Channel): TruthMessage[] {
  const live = [...channel.messages.values()].filter((message) => !message.tombstone);
  live.sort((left, right) => (left.ts < right.ts ? -1 : 1));
  return live.map((message) => {
    const { userId, bot, username } = message.author;
    const member = chat.members.find((one) => one.userId === userId);
    const replyCount = message.threadTs === undefined ? chat.repliesTo(channel.id, message.ts).length : 0;
    const threadTs = message.threadTs ?? (replyCount > 0 ? message.ts : undefined);
    return {
      channelId: channel.id,
      channelName: channel.name,
      ts: message.ts,
      ...(threadTs !== undefined && { threadTs }),
      isReply: message.threadTs !== undefined,
      replyCount,
      author: {
        id: userId ?? bot?.id ?? "",
        name: username ?? (member?.displayName || member?.name || bot?.name || ""),
        isBot: bot !== undefined,
      },
      text: message.text,
      attachments: message.attachments ?? [],
      edited: message.edited !== undefined,
      ...(message.subtype !== undefined && { subtype: message.subtype }),
      reactions: Object.fromEntries([...message.reactions].map(([name, users]) => [name, users.length])),
    };
  });
}
