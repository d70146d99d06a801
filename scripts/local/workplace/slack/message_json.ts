import type { Message, SlackJson } from "./message.ts";
import type { SlackTeam } from "./team.ts";

/** At most so many repliers are listed on a parent. */
const REPLY_USERS_SHOWN = 5;

/** A message as `conversations.history` and `.replies` show it. */
export function messageJson(
  team: SlackTeam,
  message: Message,
  { includeMetadata = false }: { includeMetadata?: boolean } = {},
): SlackJson {
  const { author, threadTs } = message;
  const parent = threadTs === undefined
    ? undefined
    : team.chat.channel(message.channelId).messages.get(threadTs);
  return {
    type: "message",
    ...(message.subtype !== undefined && { subtype: message.subtype }),
    ...(author.userId !== undefined && { user: author.userId }),
    ...(author.username !== undefined && { username: author.username }),
    ...(author.bot !== undefined && { bot_id: author.bot.id, app_id: author.bot.appId }),
    ...(author.bot?.userId !== undefined && {
      bot_profile: {
        id: author.bot.id,
        app_id: author.bot.appId,
        name: author.bot.name,
        deleted: false,
        team_id: team.id,
      },
    }),
    text: message.text,
    ts: message.ts,
    team: team.id,
    ...(message.tombstone && { hidden: true }),
    ...(message.blocks !== undefined && { blocks: message.blocks }),
    ...(message.attachments !== undefined && { attachments: message.attachments }),
    ...(message.edited !== undefined && { edited: { user: message.edited.userId, ts: message.edited.ts } }),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([name, users]) => ({ name, users, count: users.length })),
    }),
    ...(includeMetadata && message.metadata !== undefined && { metadata: message.metadata }),
    ...(threadTs === undefined ? threadJson(team, message) : { thread_ts: threadTs }),
    ...(parent?.author.userId !== undefined && { parent_user_id: parent.author.userId }),
    ...(message.subtype === "thread_broadcast" && parent !== undefined &&
      { root: messageJson(team, parent) }),
  };
}

/** What a parent says about its thread; nothing when nobody has replied. */
function threadJson(team: SlackTeam, parent: Message): SlackJson {
  const replies = team.chat.repliesTo(parent.channelId, parent.ts);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const users = [...new Set(replies.map(({ author }) => author.userId ?? author.bot?.id ?? ""))];
  return {
    thread_ts: parent.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: latest.ts,
    reply_users: users.slice(0, REPLY_USERS_SHOWN),
    is_locked: false,
    subscribed: false,
  };
}
