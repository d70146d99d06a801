/** A simulated workplace's channels and their truth, for tests of the Slack connector. No function imports it. */
import type { Connector, SourceToRead } from "../connector.ts";
import { createSlackConnector } from "../slack.ts";
import { ChannelStore } from "./channel_store.ts";
import { emojiNamed } from "./slack_emoji.ts";
import { type WorkplaceClient, workplaceClient } from "./workplace_client.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const OPENING = new Date("2026-11-05T10:00:00Z");

/** What of a simulated workplace these tests use; the workplace itself is no part of the functions. */
export interface Workplace {
  readonly url: string;
  readonly installation: { readonly token: string };
  readonly clock: { now(): Date; advance(milliseconds: number): void };
  readonly team: {
    readonly id: string;
    readonly domain: string;
    readonly company: { readonly people: readonly { readonly key: string; readonly active: boolean }[] };
    readonly chat: {
      readonly members: readonly {
        readonly userId: string;
        readonly displayName: string;
        readonly name: string;
      }[];
      member(key: string): { readonly userId: string };
      channel(name: string): { readonly id: string; readonly kind: string; readonly created: number };
      truth(channel: string): readonly TruthMessage[];
      post(posting: Posting): { readonly ts: string };
      reply(reply: Posting & { threadTs: string; broadcast?: boolean }): { readonly ts: string };
      edit(edit: { channel: string; ts: string; text: string }): unknown;
      remove(message: { channel: string; ts: string }): void;
    };
  };
}

interface Posting {
  channel: string;
  by: string;
  text: string;
  at?: Date;
}

interface TruthMessage {
  readonly ts: string;
  readonly threadTs?: string;
  readonly isReply: boolean;
  readonly author: { readonly name: string };
  readonly text: string;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
  readonly subtype?: string;
}

/** A workplace whose clock stands still and that meters no call; faults and the cohort are each test's own. */
export async function openWorkplace<
  W extends { readonly slack: { readonly rateLimits: { enforced: boolean } } },
>(
  start: (options: { seed: number; now: () => Date; days?: number; pace?: number }) => Promise<W>,
  options: { days?: number; pace?: number } = {},
): Promise<W> {
  const workplace = await start({ seed: 7, now: () => OPENING, ...options });
  workplace.slack.rateLimits.enforced = false;
  return workplace;
}

export interface ConnectorAtWork {
  readonly connector: Connector;
  readonly client: WorkplaceClient;
  /** The directory as `store_people` keeps it. */
  readonly directory: Map<string, string>;
}

export function connectorTo(
  workplace: Workplace,
  passBudget?: { first: number; later: number },
  client: WorkplaceClient = workplaceClient(workplace),
): ConnectorAtWork {
  const directory = new Map<string, string>();
  const connector = createSlackConnector({
    client,
    teamUrl: `https://${workplace.team.domain}.slack.example`,
    ownId: workplace.team.chat.member(workplace.team.company.people[0]?.key ?? "").userId,
    peopleNamed: (ids) => Promise.resolve(new Map([...directory].filter(([id]) => ids.includes(id)))),
    ...(passBudget && { passBudget }),
  });
  return { connector, client, directory };
}

export function sourceOf(workplace: Workplace, name: string): SourceToRead {
  const { id, kind, created } = workplace.team.chat.channel(name);
  return {
    externalId: id,
    kind: "channel",
    name: `#${name}`,
    metadata: { is_private: kind === "private", created: created / 1000 },
  };
}

/** An empty store on the workplace's clock. */
export const storeOf = (workplace: Workplace, tier?: "free" | "starter" | "pro"): ChannelStore =>
  new ChannelStore(() => workplace.clock.now(), tier);

/** The text as a person of the workplace reads it, made without our code. */
function readable(workplace: Workplace, { text, attachments }: TruthMessage): string {
  const parts = [text, ...attachments.map(({ title, text }) => `${title}: ${text}`)];
  const { members } = workplace.team.chat;
  return parts.filter((part) => part !== "").join("\n")
    .replace(/<@(\w+)>/g, (_, id) => {
      const member = members.find(({ userId }) => userId === id);
      return `@${member?.displayName || member?.name}`;
    })
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replace(/<(https?:[^|>]+)>/g, "$1")
    .replace(/^\*(Decision:)\*/, "$1")
    .replace(/:([a-z_]+):/g, (code, name) => emojiNamed(name) ?? code)
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What the content table must hold of a channel: all but what Slack itself says about its members and topic. */
export function expected(workplace: Workplace, name: string): Record<string, unknown> {
  return Object.fromEntries(
    workplace.team.chat.truth(name)
      .filter(({ subtype = "" }) => !/^(channel|group)_/.test(subtype))
      .map((message) => [message.ts, {
        content: readable(workplace, message),
        author: message.author.name,
        thread: message.threadTs ?? null,
        type: message.isReply ? "thread_reply" : "message",
      }]),
  );
}

/**
 * What is held, in the same form. A parent that has lost all its replies keeps no thread.
 */
export function held(store: ChannelStore): Record<string, unknown> {
  return Object.fromEntries(
    [...store.items.values()].toSorted((a, b) => a.item_id < b.item_id ? -1 : 1).map((
      { item_id, content, author, thread_id, content_type },
    ) => [item_id, { content, author, thread: thread_id, type: content_type }]),
  );
}

/** Messages that are held as deleted though they are there. */
export function falseDeletes(store: ChannelStore, workplace: Workplace, name: string): string[] {
  const live = new Set(Object.keys(expected(workplace, name)));
  return [...store.rows].filter(([ts, { deleted }]) => deleted && live.has(ts)).map(([ts]) => ts);
}

/** Something new for the next pass: messages, a thread, a reply that is shown in the channel too. */
export function talk(workplace: Workplace, channel: string, round: number): void {
  const { chat } = workplace.team;
  const [ana, bo] = workplace.team.company.people.filter(({ active }) => active);
  const [by, other] = [ana?.key ?? "", bo?.key ?? ""];
  workplace.clock.advance(HOUR);
  chat.post({ channel, by, text: `Round ${round}: R&amp;D asks <@${chat.member(other).userId}>` });
  const { ts } = chat.post({ channel, by: other, text: `A question of round ${round}` });
  for (let n = 1; n <= round; n += 1) {
    chat.reply({ channel, by, threadTs: ts, text: `Answer ${n}`, broadcast: n % 2 === 1 });
  }
}
