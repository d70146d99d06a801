import type { WorkplaceClock } from "../world/clock.ts";
import type { Author, Channel, Member, Message, SlackJson } from "./message.ts";
import { type TruthMessage, truthOf } from "./truth.ts";
import { microsOfTs, type Ts, tsOfMicros } from "./ts.ts";

/** Text and extras of a message to post. */
export interface Posting {
  /** Channel name (without `#`) or id. */
  channel: string;
  /** Key or user id of a person or bot. */
  by: string;
  text: string;
  /** When it was said; the workplace's present if left out. May lie in the past: a late delivery. */
  at?: Date;
  blocks?: readonly SlackJson[];
  attachments?: readonly SlackJson[];
  metadata?: SlackJson;
  subtype?: string;
  /** Posts as a classic webhook does: `bot_message` with this name and no user. Only for bots. */
  username?: string;
}

export interface Replying extends Posting {
  threadTs: Ts;
  /** Also shows the reply in the channel (`thread_broadcast`). */
  broadcast?: boolean;
}

/** Names one message. */
export interface MessageRef {
  channel: string;
  ts: Ts;
}

/** What happened in a chat, as it happened; `before` is how the message was until then. */
export type ChatChange =
  | { readonly kind: "posted"; readonly message: Message }
  | { readonly kind: "edited"; readonly message: Message; readonly before: Message }
  /** `tombstone` when replies keep its place. */
  | { readonly kind: "deleted"; readonly before: Message; readonly tombstone?: Message }
  | { readonly kind: "left"; readonly channel: Channel; readonly userId: string }
  | { readonly kind: "archived"; readonly channel: Channel; readonly userId: string };

/**
 * How messages of one team come and change. Wrong names and ids throw: they are mistakes of the test that
 * calls.
 */
export class Chat {
  readonly channels: Channel[] = [];
  readonly members: Member[] = [];
  /** Told of every change, at once. */
  readonly watchers: ((change: ChatChange) => void)[] = [];
  readonly #clock: WorkplaceClock;
  #posted = 0;

  constructor(clock: WorkplaceClock) {
    this.#clock = clock;
  }

  /** The channel with this name or id. */
  channel(nameOrId: string): Channel {
    const found = this.channels.find((channel) => channel.id === nameOrId || channel.name === nameOrId);
    if (found === undefined) throw new Error(`There is no channel '${nameOrId}' in this workplace`);
    return found;
  }

  /** The person or bot with this key or user id. */
  member(keyOrId: string): Member {
    const found = this.members.find((member) => member.userId === keyOrId || member.key === keyOrId);
    if (found === undefined) throw new Error(`There is nobody called '${keyOrId}' in this workplace`);
    return found;
  }

  /** The live message (or tombstone) that a reference names. */
  message({ channel, ts }: MessageRef): Message {
    const found = this.channel(channel).messages.get(ts);
    if (found === undefined) throw new Error(`There is no message ${ts} in '${channel}'`);
    return found;
  }

  /** Says something in a channel. */
  post(posting: Posting): Message {
    return this.#add(posting, {});
  }

  /** Answers in a thread, however old its parent is. */
  reply({ threadTs, broadcast = false, ...posting }: Replying): Message {
    const parent = this.message({ channel: posting.channel, ts: threadTs });
    return this.#add(
      { ...posting, ...(broadcast ? { subtype: "thread_broadcast" } : {}) },
      { threadTs: parent.threadTs ?? parent.ts },
    );
  }

  /**
   * Changes the text of a message; its `ts` stays and it is marked as edited by `by`, its author if left out.
   */
  edit({ channel, ts, text, by, at }: MessageRef & { text: string; by?: string; at?: Date }): Message {
    const message = this.message({ channel, ts });
    const editor = by === undefined ? message.author.userId : this.member(by).userId;
    if (message.tombstone) throw new Error(`Cannot edit message ${ts}: it is deleted`);
    const before = { ...message };
    message.text = text;
    message.edited = { userId: editor ?? "", ts: this.#stampOf(at) };
    this.#tell({ kind: "edited", message, before });
    return message;
  }

  /** Deletes a message. A parent with replies leaves a tombstone, which goes with its last reply. */
  remove({ channel, ts }: MessageRef): void {
    const { messages } = this.channel(channel);
    const message = this.message({ channel, ts });
    messages.delete(ts);
    if (message.threadTs === undefined && this.repliesTo(channel, ts).length > 0) {
      const tombstone: Message = {
        channelId: message.channelId,
        ts,
        author: { userId: "USLACKBOT" },
        text: "This message was deleted.",
        subtype: "tombstone",
        reactions: new Map(),
        tombstone: true,
      };
      messages.set(ts, tombstone);
      return this.#tell({ kind: "deleted", before: message, tombstone });
    }
    this.#tell({ kind: "deleted", before: message });
    if (message.threadTs === undefined) return;
    const parent = messages.get(message.threadTs);
    if (parent?.tombstone && this.repliesTo(channel, parent.ts).length === 0) {
      messages.delete(parent.ts);
      this.#tell({ kind: "deleted", before: parent });
    }
  }

  /** Adds a reaction; the second one of the same person and emoji changes nothing, as in Slack. */
  react({ channel, ts, by, emoji }: MessageRef & { by: string; emoji: string }): void {
    const { reactions } = this.message({ channel, ts });
    const users = reactions.get(emoji) ?? [];
    const { userId } = this.member(by);
    if (!users.includes(userId)) reactions.set(emoji, [...users, userId]);
  }

  /** Someone joins a channel, which says so unless `silent`. */
  join(joining: { channel: string; by: string; at?: Date; silent?: boolean }): void {
    const channel = this.channel(joining.channel);
    const { userId } = this.member(joining.by);
    if (channel.members.has(userId)) return;
    channel.members.add(userId);
    if (!joining.silent) this.#announce(joining, "join", `<@${userId}> has joined the channel`);
  }

  /** Someone leaves a channel, which says so unless `silent`. */
  leave(leaving: { channel: string; by: string; at?: Date; silent?: boolean }): void {
    const channel = this.channel(leaving.channel);
    const { userId } = this.member(leaving.by);
    if (!channel.members.delete(userId)) return;
    this.#tell({ kind: "left", channel, userId });
    if (!leaving.silent) this.#announce(leaving, "leave", `<@${userId}> has left the channel`);
  }

  /** Closes a channel for good; what was said stays readable. */
  archive({ channel, by, at }: { channel: string; by: string; at?: Date }): void {
    this.#announce(
      { channel, by, ...(at && { at }) },
      "archive",
      `<@${this.member(by).userId}> archived the channel`,
    );
    this.channel(channel).archived = true;
    this.#tell({ kind: "archived", channel: this.channel(channel), userId: this.member(by).userId });
  }

  /** The live replies to a parent, oldest first. */
  repliesTo(channel: string, parentTs: Ts): Message[] {
    const replies = [...this.channel(channel).messages.values()].filter((message) =>
      message.threadTs === parentTs
    );
    return replies.sort((left, right) => (left.ts < right.ts ? -1 : 1));
  }

  /** What a perfect sync of the channel holds now: every message that is not deleted, oldest first. */
  truth(channel: string): TruthMessage[] {
    return truthOf(this, this.channel(channel));
  }

  #tell(change: ChatChange): void {
    for (const watcher of this.watchers) watcher(change);
  }

  #announce(what: { channel: string; by: string; at?: Date }, verb: string, text: string): void {
    const kind = this.channel(what.channel).kind === "private" ? "group" : "channel";
    this.#add({ ...what, text, subtype: `${kind}_${verb}` }, {});
  }

  #add(posting: Posting, { threadTs }: { threadTs?: Ts }): Message {
    const channel = this.channel(posting.channel);
    const message: Message = {
      channelId: channel.id,
      ts: this.#freeTs(channel, posting.at),
      author: this.#authorOf(posting),
      text: posting.text,
      reactions: new Map(),
    };
    const subtype = posting.username === undefined ? posting.subtype : "bot_message";
    if (subtype !== undefined) message.subtype = subtype;
    if (threadTs !== undefined) message.threadTs = threadTs;
    if (posting.blocks !== undefined) message.blocks = posting.blocks;
    if (posting.attachments !== undefined) message.attachments = posting.attachments;
    if (posting.metadata !== undefined) message.metadata = posting.metadata;
    channel.messages.set(message.ts, message);
    this.#tell({ kind: "posted", message });
    return message;
  }

  #authorOf({ by, username }: Posting): Author {
    const member = this.member(by);
    if (member.bot === undefined) return { userId: member.userId };
    const bot = { ...member.bot, name: member.name };
    if (username !== undefined) return { bot, username };
    return { userId: member.userId, bot: { ...bot, userId: member.userId } };
  }

  #stampOf(at: Date | undefined): Ts {
    return tsOfMicros(BigInt((at ?? this.#clock.now()).getTime()) * 1000n);
  }

  /**
   * A `ts` that nothing in the channel has. What is posted now is the channel's newest even when the clock
   * stands still; microseconds differ from message to message, so a reader that treats `ts` as a number or a
   * date fails.
   */
  #freeTs(channel: Channel, at: Date | undefined): Ts {
    this.#posted += 1;
    let micros = BigInt((at ?? this.#clock.now()).getTime()) * 1000n +
      BigInt((this.#posted * 379 + 59) % 1000);
    if (at === undefined) {
      for (const ts of channel.messages.keys()) {
        const taken = microsOfTs(ts);
        if (taken >= micros && taken < micros + 1000n) micros = taken + 1n;
      }
    }
    while (channel.messages.has(tsOfMicros(micros))) micros += 1n;
    return tsOfMicros(micros);
  }
}
