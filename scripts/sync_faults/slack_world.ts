/** Slack: five channels, and in `general` something of every age to reply to, edit and delete. */
import type { Chat } from "../local/workplace/slack/chat.ts";
import type { Fault } from "../local/workplace/slack/faults.ts";
import type { Message } from "../local/workplace/slack/message.ts";
import type { TruthMessage } from "../local/workplace/slack/truth.ts";
import {
  AGES,
  type FaultKind,
  type Grant,
  openWorkplace,
  type PlatformWorld,
  type WorldOptions,
} from "./platform_world.ts";
import type { WantedItem } from "./verdict.ts";

const CHANNELS = ["general"] as const;

/** What of one age will change. */
interface Standing {
  readonly channel: string;
  readonly answered: Message;
  readonly lonely: Message;
  readonly edited: Message;
  readonly deleted: Message;
  readonly replyEdited: Message;
  readonly replyDeleted: Message;
  readonly parentDeleted: Message;
}

export async function openSlackWorld(options: WorldOptions): Promise<PlatformWorld> {
  const { time, ages = AGES } = options;
  const { workplace, close } = await openWorkplace(options);
  const { team, slack } = workplace;
  const { chat } = team;
  const [by = "", other = ""] = team.company.people.filter(({ active }) => active).map(({ key }) => key);
  const standing = CHANNELS.flatMap((channel) =>
    ages.map((age) => layOut(chat, channel, { by, other, at: time.now().getTime() - age }))
  );
  let installation = workplace.installation;
  const plan = (call: number, fault: Fault, before?: () => void) =>
    slack.faults.at({ call, fault, ...(before && { before }) });
  return {
    platform: "slack",
    workplace,
    journal: slack.journal,
    get grant(): Grant {
      return {
        provider: "slack",
        accountId: team.id,
        accountName: team.name,
        scopes: installation.scopes,
        metadata: { team_url: `https://${team.domain}.slack.example`, bot_user_id: team.bot.userId },
        accessToken: installation.token,
      };
    },
    regrant() {
      installation = slack.installations.issue(team);
    },
    change(age) {
      const changing = standing.filter((_, number) => age === undefined || number % ages.length === age);
      for (const one of changing) changeAll(chat, one, { by, other });
      if (age === undefined) chat.post({ channel: "general", by, text: "Said after the first sync" });
    },
    wanted: (selected) =>
      [...selected].flatMap((channel) => chat.truth(channel)).filter(isContent)
        .map((message) => wantedMessage(chat, message)),
    inject(kind: FaultKind, call: number, hangUp: () => void) {
      const dies = () => slack.installations.end(installation.token);
      switch (kind) {
        case "rate_limited":
          return plan(call, { kind: "rate_limited", retryAfter: 30 });
        case "server_error":
          return plan(call, { kind: "http_status", status: 500 });
        case "timeout":
          return plan(call, { kind: "timeout" }, hangUp);
        // A token without rotation cannot be renewed: both end in the same place, by another word.
        case "expired_token":
          return plan(call, { kind: "slack_error", error: "token_expired" }, dies);
        case "revoked_token":
          return slack.faults.at({ call, before: dies });
        case "repeated_page_token":
          return plan(call, { kind: "repeated_cursor" });
        case "truncated_json":
        case "dropped_page":
        case "empty_200":
          return plan(call, { kind });
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

function layOut(chat: Chat, channel: string, { by, other, at }: { by: string; other: string; at: number }) {
  const minute = (number: number) => new Date(at + number * 60_000);
  const post = (number: number, text: string) =>
    chat.post({ channel, by, at: minute(number), text: `${text} of ${minute(0).toISOString()}` });
  const reply = (parent: Message, number: number, text: string) =>
    chat.reply({ channel, by: other, at: minute(number), threadTs: parent.ts, text });
  const answered = post(0, "A question");
  reply(answered, 2, "A first answer");
  const changing = post(3, "A thread that changes");
  const parentDeleted = post(4, "A parent that goes");
  reply(parentDeleted, 5, "An answer that stays");
  return {
    channel,
    answered,
    lonely: post(6, "A question that nobody has answered"),
    edited: post(7, "An announcement with a mistake"),
    deleted: post(8, "A message to the wrong channel"),
    replyEdited: reply(changing, 9, "An answer with a mistake"),
    replyDeleted: reply(changing, 10, "An answer to the wrong thread"),
    parentDeleted,
  };
}

function changeAll(chat: Chat, one: Standing, { by, other }: { by: string; other: string }): void {
  const { channel } = one;
  chat.reply({ channel, by, threadTs: one.answered.ts, text: "A late answer" });
  chat.reply({
    channel,
    by: other,
    threadTs: one.lonely.ts,
    text: "The first answer, late",
    broadcast: true,
  });
  chat.edit({ channel, ts: one.edited.ts, text: "An announcement, put right" });
  chat.remove({ channel, ts: one.deleted.ts });
  chat.edit({ channel, ts: one.replyEdited.ts, text: "An answer, put right" });
  chat.remove({ channel, ts: one.replyDeleted.ts });
  chat.remove({ channel, ts: one.parentDeleted.ts });
}

/** What Slack itself says about who came and went is no content. */
const isContent = ({ subtype = "" }: TruthMessage) => !/^(channel|group)_/.test(subtype);

function wantedMessage(chat: Chat, message: TruthMessage): WantedItem {
  const text = readable(chat, message);
  return {
    key: `${message.channelId}/${message.ts}`,
    sources: [message.channelId],
    says: [text],
    whole: text,
  };
}

/** The text as a person of the workplace reads it, made without the connector's code. */
function readable({ members }: Chat, { text, attachments }: TruthMessage): string {
  const parts = [text, ...attachments.map(({ title, text }) => `${title}: ${text}`)];
  return parts.filter((part) => part !== "").join("\n")
    .replace(/<@(\w+)>/g, (_, id) => {
      const member = members.find(({ userId }) => userId === id);
      return `@${member?.displayName || member?.name}`;
    })
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replace(/<(https?:[^|>]+)>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
