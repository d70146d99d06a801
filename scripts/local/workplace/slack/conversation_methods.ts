import { z } from "zod";
import type { Channel, SlackJson } from "./message.ts";
import { cursorAt, placeOfCursor, SlackRefusal } from "./slack_answer.ts";
import {
  cursorArgument,
  flag,
  pageSize,
  requireScope,
  scopeFor,
  type SlackCall,
  type SlackMethod,
  slackMethod,
  visibleChannel,
} from "./slack_method.ts";
import type { SlackTeam } from "./team.ts";

const LIST_DEFAULT = 100;
const LIST_MOST = 1000;
const KINDS: Readonly<Record<string, Channel["kind"]>> = {
  public_channel: "public",
  private_channel: "private",
  im: "im",
};

/** A conversation as the API shows it to our bot. */
export function channelJson(team: SlackTeam, channel: Channel): SlackJson {
  const botId = team.bot.userId;
  if (channel.kind === "im") {
    const user = [...channel.members].find((member) => member !== botId);
    return { id: channel.id, created: channel.created / 1000, is_im: true, is_archived: false, user };
  }
  const noted = { creator: channel.creator, last_set: channel.created / 1000 };
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === "private",
    is_archived: channel.archived,
    is_general: channel.name === "general",
    is_member: channel.members.has(botId),
    created: channel.created / 1000,
    updated: channel.created,
    creator: channel.creator,
    context_team_id: team.id,
    topic: { value: channel.topic, ...noted },
    purpose: { value: channel.purpose, ...noted },
    previous_names: [],
    num_members: channel.members.size,
  };
}

/** Opens the direct conversation between our bot and a user, or finds it. */
export function directChannel(
  { installation: { team }, clock }: SlackCall,
  userId: string,
): { channel: Channel; opened: boolean } {
  const bot = team.bot.userId;
  const standing = team.chat.channels.find(({ kind, members }) => kind === "im" && members.has(userId));
  if (standing !== undefined) return { channel: standing, opened: false };
  const channel: Channel = {
    // The id follows from the user's, so that it does not depend on the order in which conversations are
    // opened.
    id: `D0${userId.slice(2)}`,
    name: `im-${userId}`,
    kind: "im",
    topic: "",
    purpose: "",
    created: Math.floor(clock.now().getTime() / 1000) * 1000,
    creator: bot,
    archived: false,
    members: new Set([bot, userId]),
    messages: new Map(),
  };
  team.chat.channels.push(channel);
  return { channel, opened: true };
}

const list = slackMethod(
  z.object({
    types: z.string().default("public_channel"),
    exclude_archived: flag,
    cursor: cursorArgument,
    limit: pageSize,
  }),
  (call, { types, exclude_archived: excludeArchived, cursor, limit = LIST_DEFAULT }) => {
    const { team } = call.installation;
    const kinds = types.split(",").filter((type) => type !== "mpim").map((type) => {
      const kind = KINDS[type.trim()];
      if (kind === undefined) throw new SlackRefusal("invalid_types");
      requireScope(call, scopeFor(kind, "read"));
      return kind;
    });
    const botId = team.bot.userId;
    const visible = team.chat.channels
      .filter(({ kind, members }) => kinds.includes(kind) && (kind === "public" || members.has(botId)))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    const from = placeOfCursor("team", cursor) ?? "";
    const rest = visible.filter(({ id }) => id >= from);
    const size = Math.min(limit, LIST_MOST);
    // Archived channels leave the page after it was cut, as at Slack: a page may be short, even empty, and
    // not the last.
    const channels = rest.slice(0, size).filter(({ archived }) => !(excludeArchived && archived));
    const next = rest[size];
    return {
      ok: true,
      channels: channels.map((channel) => channelJson(team, channel)),
      response_metadata: { next_cursor: next === undefined ? "" : cursorAt("team", next.id) },
    };
  },
);

const info = slackMethod(z.object({ channel: z.string() }), (call, args) => {
  const channel = visibleChannel(call, args.channel);
  requireScope(call, scopeFor(channel.kind, "read"));
  return { ok: true, channel: channelJson(call.installation.team, channel) };
});

const join = slackMethod(z.object({ channel: z.string() }), (call, args) => {
  const { team } = call.installation;
  requireScope(call, "channels:join");
  const channel = visibleChannel(call, args.channel);
  if (channel.kind !== "public") throw new SlackRefusal("method_not_supported_for_channel_type");
  if (channel.archived) throw new SlackRefusal("is_archived");
  const warning = "already_in_channel";
  const already = channel.members.has(team.bot.userId);
  team.chat.join({ channel: channel.id, by: team.botKey });
  return {
    ok: true,
    channel: channelJson(team, channel),
    ...(already && { warning, response_metadata: { warnings: [warning] } }),
  };
});

const open = slackMethod(
  z.object({ users: z.string().optional(), channel: z.string().optional(), return_im: flag }),
  (call, { users, channel: channelId, return_im: whole }) => {
    requireScope(call, "im:write");
    const { team } = call.installation;
    if (users === undefined && channelId === undefined) throw new SlackRefusal("users_list_not_supplied");
    if (users?.includes(",")) throw new SlackRefusal("method_not_supported_for_channel_type");
    const named = channelId === undefined ? undefined : visibleChannel(call, channelId);
    if (named === undefined && !team.chat.members.some(({ userId, active }) => userId === users && active)) {
      throw new SlackRefusal("user_not_found");
    }
    const { channel, opened } = named === undefined
      ? directChannel(call, users ?? "")
      : { channel: named, opened: false };
    return {
      ok: true,
      ...(!opened && { no_op: true, already_open: true }),
      channel: whole ? channelJson(team, channel) : { id: channel.id },
    };
  },
);

export const CONVERSATION_METHODS: Readonly<Record<string, SlackMethod>> = {
  "conversations.info": info,
  "conversations.join": join,
  "conversations.list": list,
  "conversations.open": open,
};
