import type { Ts } from "./ts.ts";

/**
 * What Slack keeps verbatim for its clients: blocks, attachments and metadata are opaque to the workplace.
 */
export type SlackJson = Readonly<Record<string, unknown>>;

/** Who a message is from. `user` is a person's or a bot's user id; a classic webhook has only its bot. */
export interface Author {
  userId?: string;
  bot?: { id: string; appId: string; name: string; userId?: string };
  /** Name a webhook posts under. */
  username?: string;
}

/** A message as the workplace keeps it; what the API shows of it is made in `message_json.ts`. */
export interface Message {
  channelId: string;
  ts: Ts;
  author: Author;
  /** In Slack's markup: `<@U…>` for people, `&amp;` `&lt;` `&gt;` escaped. */
  text: string;
  /** `bot_message`, `channel_join`, `thread_broadcast`, … */
  subtype?: string;
  /** The parent's `ts`, on replies only. */
  threadTs?: Ts;
  edited?: { userId: string; ts: Ts };
  /** Emoji name to the users who reacted, in order. */
  reactions: Map<string, string[]>;
  blocks?: readonly SlackJson[];
  attachments?: readonly SlackJson[];
  metadata?: SlackJson;
  /** A deleted parent stays as a tombstone while its thread has replies. */
  tombstone?: true;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  topic: string;
  purpose: string;
  /** Epoch milliseconds. */
  created: number;
  creator: string;
  archived: boolean;
  /** User ids, bots included. */
  members: Set<string>;
  /** Everything in it, replies too, by `ts`. */
  messages: Map<Ts, Message>;
}

/** A user of the team as its directory lists them. */
export interface Member {
  userId: string;
  /** The person's or bot's key; `post({ by })` takes it. */
  key: string;
  name: string;
  displayName: string;
  email?: string;
  title?: string;
  timezone: string;
  active: boolean;
  bot?: { id: string; appId: string };
}
