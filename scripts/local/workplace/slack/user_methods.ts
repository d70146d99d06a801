import { z } from "zod";
import type { Member, SlackJson } from "./message.ts";
import { cursorAt, placeOfCursor, SlackRefusal } from "./slack_answer.ts";
import {
  cursorArgument,
  pageSize,
  requireScope,
  type SlackCall,
  type SlackMethod,
  slackMethod,
} from "./slack_method.ts";

const LIST_MOST = 1000;

/** Slack's own helper, in every team's directory and the author of tombstones. */
const SLACKBOT: Member = {
  userId: "USLACKBOT",
  key: "slackbot",
  name: "Slackbot",
  displayName: "Slackbot",
  timezone: "America/Los_Angeles",
  active: true,
};

function userJson({ installation: { team, scopes } }: SlackCall, member: Member): SlackJson {
  const seesMail = scopes.includes("users:read.email") && member.email !== undefined;
  return {
    id: member.userId,
    team_id: team.id,
    name: member.key,
    real_name: member.name,
    deleted: !member.active,
    is_bot: member.bot !== undefined,
    is_app_user: false,
    ...(member.active && { tz: member.timezone, is_admin: false, is_owner: false, is_restricted: false }),
    profile: {
      real_name: member.name,
      real_name_normalized: member.name,
      display_name: member.displayName,
      display_name_normalized: member.displayName,
      title: member.title ?? "",
      team: team.id,
      ...(seesMail && { email: member.email }),
      ...(member.bot !== undefined && { bot_id: member.bot.id, api_app_id: member.bot.appId }),
    },
  };
}

const directory = (call: SlackCall): Member[] => [SLACKBOT, ...call.installation.team.chat.members];

const list = slackMethod(
  z.object({ cursor: cursorArgument, limit: pageSize }),
  (call, { cursor, limit = LIST_MOST }) => {
    requireScope(call, "users:read");
    const members = directory(call).sort((left, right) => (left.userId < right.userId ? -1 : 1));
    const from = placeOfCursor("user", cursor) ?? "";
    const rest = members.filter(({ userId }) => userId >= from);
    const size = Math.min(limit, LIST_MOST);
    const next = rest[size];
    return {
      ok: true,
      members: rest.slice(0, size).map((member) => userJson(call, member)),
      cache_ts: Math.floor(call.clock.now().getTime() / 1000),
      response_metadata: { next_cursor: next === undefined ? "" : cursorAt("user", next.userId) },
    };
  },
);

const info = slackMethod(z.object({ user: z.string() }), (call, { user }) => {
  requireScope(call, "users:read");
  const member = directory(call).find(({ userId }) => userId === user);
  if (member === undefined) throw new SlackRefusal("user_not_found");
  return { ok: true, user: userJson(call, member) };
});

const lookupByEmail = slackMethod(z.object({ email: z.string() }), (call, { email }) => {
  requireScope(call, "users:read.email");
  const asked = email.trim().toLowerCase();
  const member = directory(call).find((one) => one.active && one.email?.toLowerCase() === asked);
  if (member === undefined) throw new SlackRefusal("users_not_found");
  return { ok: true, user: userJson(call, member) };
});

export const USER_METHODS: Readonly<Record<string, SlackMethod>> = {
  "users.info": info,
  "users.list": list,
  "users.lookupByEmail": lookupByEmail,
};
