import { z } from "zod";
import type { Channel, Message, SlackJson } from "./message.ts";
import { messageJson } from "./message_json.ts";
import { SLOWED_PAGE } from "./rate_limits.ts";
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
import { parseTs, type Ts } from "./ts.ts";

const HISTORY_DEFAULT = 100;
const HISTORY_MOST = 999;
const REPLIES_MOST = 1000;

const time = z.union([z.string(), z.number()]).transform(String).optional();
const reading = {
  channel: z.string(),
  cursor: cursorArgument,
  limit: pageSize,
  oldest: time,
  latest: time,
  inclusive: flag,
  include_all_metadata: flag,
};

/** The channel to read, once the bot may: it must be in it and hold the scope. */
function readableChannel(call: SlackCall, id: string): Channel {
  const channel = visibleChannel(call, id);
  requireScope(call, scopeFor(channel.kind, "history"));
  if (!channel.members.has(call.installation.team.bot.userId)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** Tells whether a `ts` lies in the asked window. */
function windowOf(
  asked: { oldest?: string | undefined; latest?: string | undefined; inclusive?: boolean | undefined },
) {
  const oldest = asked.oldest === undefined ? undefined : parseTs(asked.oldest);
  const latest = asked.latest === undefined ? undefined : parseTs(asked.latest);
  if (asked.oldest !== undefined && oldest === undefined) throw new SlackRefusal("invalid_ts_oldest");
  if (asked.latest !== undefined && latest === undefined) throw new SlackRefusal("invalid_ts_latest");
  return (ts: Ts): boolean => {
    if (asked.inclusive && (ts === oldest || ts === latest)) return true;
    return (oldest === undefined || ts > oldest) && (latest === undefined || ts < latest);
  };
}

function pageOf(call: SlackCall, limit: number | undefined, usual: number, most: number): number {
  if (call.cohort === "commercial") return Math.min(limit ?? SLOWED_PAGE, SLOWED_PAGE);
  return Math.min(limit ?? usual, most);
}

/** The first `size` of the messages, with the cursor that leads to the next. */
function cut(messages: readonly Message[], size: number): { page: readonly Message[]; more: SlackJson } {
  const next = messages[size];
  const more = next === undefined
    ? { has_more: false }
    : { has_more: true, response_metadata: { next_cursor: cursorAt("next_ts", next.ts.replace(".", "")) } };
  return { page: messages.slice(0, size), more };
}

/** The `ts` that a cursor goes on with. */
function cursorTs(cursor: string | undefined): Ts | undefined {
  const place = placeOfCursor("next_ts", cursor);
  if (place === undefined) return undefined;
  if (!/^\d{16}$/.test(place)) throw new SlackRefusal("invalid_cursor");
  return `${place.slice(0, 10)}.${place.slice(10)}`;
}

const history = slackMethod(z.object(reading), (call, args) => {
  const { team } = call.installation;
  const channel = readableChannel(call, args.channel);
  const inWindow = windowOf(args);
  const from = cursorTs(args.cursor);
  const messages = [...channel.messages.values()]
    .filter(({ threadTs, subtype }) => threadTs === undefined || subtype === "thread_broadcast")
    .filter(({ ts }) => inWindow(ts) && (from === undefined || ts <= from))
    .sort((left, right) => (left.ts > right.ts ? -1 : 1));
  const { page, more } = cut(messages, pageOf(call, args.limit, HISTORY_DEFAULT, HISTORY_MOST));
  const includeMetadata = args.include_all_metadata ?? false;
  return {
    ok: true,
    messages: page.map((message) => messageJson(team, message, { includeMetadata })),
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    ...more,
  };
});

const replies = slackMethod(z.object({ ...reading, ts: z.string() }), (call, args) => {
  const { team } = call.installation;
  const channel = readableChannel(call, args.channel);
  const named = channel.messages.get(parseTs(args.ts) ?? "");
  if (named === undefined) throw new SlackRefusal("thread_not_found");
  const inWindow = windowOf(args);
  const from = cursorTs(args.cursor);
  const answers = named.threadTs === undefined ? team.chat.repliesTo(channel.id, named.ts) : [];
  // The message asked for opens the first page even when it lies outside the window.
  const opening = from === undefined ? [named] : [];
  const rest = answers.filter(({ ts }) => inWindow(ts) && (from === undefined || ts >= from));
  const { page, more } = cut([...opening, ...rest], pageOf(call, args.limit, REPLIES_MOST, REPLIES_MOST));
  const includeMetadata = args.include_all_metadata ?? false;
  return {
    ok: true,
    messages: page.map((message) => messageJson(team, message, { includeMetadata })),
    ...more,
  };
});

const getPermalink = slackMethod(z.object({ channel: z.string(), message_ts: z.string() }), (call, args) => {
  const channel = visibleChannel(call, args.channel);
  const message = channel.messages.get(args.message_ts);
  if (message === undefined) throw new SlackRefusal("message_not_found");
  const { domain } = call.installation.team;
  const thread = message.threadTs === undefined ? "" : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const permalink = `https://${domain}.slack.example/archives/${channel.id}/p${
    message.ts.replace(".", "")
  }${thread}`;
  return { ok: true, channel: channel.id, permalink };
});

export const MESSAGE_METHODS: Readonly<Record<string, SlackMethod>> = {
  "chat.getPermalink": getPermalink,
  "conversations.history": history,
  "conversations.replies": replies,
};
