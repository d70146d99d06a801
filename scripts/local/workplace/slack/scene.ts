import type { Chat, Posting } from "./chat.ts";

/** A message of a scene that is not said yet; later acts of the scene refer to it. */
export interface Line {
  channel: string;
  /** Set when it is said. */
  ts?: string;
}

/** What is said at an instant (epoch milliseconds). */
export type Saying = Omit<Posting, "at"> & { at: number };

/**
 * One change of the chat at an instant. Acts of a scene may lie days apart: late replies, edits, deletions.
 */
export interface Act {
  at: number;
  perform(chat: Chat): void;
}

/** Writes down the acts of a scene before they happen, so that a clock can let them happen one by one. */
export class Scene {
  readonly acts: Act[] = [];

  /** Someone says something in a channel. */
  post(saying: Saying): Line {
    const line: Line = { channel: saying.channel };
    this.#act(saying.at, (chat) => {
      line.ts = chat.post({ ...saying, at: new Date(saying.at) }).ts;
    });
    return line;
  }

  /** Someone answers in the thread of a line. */
  reply(to: Line, { broadcast = false, ...saying }: Omit<Saying, "channel"> & { broadcast?: boolean }): Line {
    const line: Line = { channel: to.channel };
    this.#act(saying.at, (chat) => {
      // The parent is gone without a trace when it was deleted before anybody answered.
      if (to.ts === undefined || !chat.channel(to.channel).messages.has(to.ts)) return;
      const posting = { ...saying, channel: to.channel, at: new Date(saying.at) };
      line.ts = chat.reply({ ...posting, threadTs: to.ts, broadcast }).ts;
    });
    return line;
  }

  edit(line: Line, { at, text }: { at: number; text: string }): void {
    this.#actOn(line, at, (chat, ts) => chat.edit({ channel: line.channel, ts, text, at: new Date(at) }));
  }

  remove(line: Line, { at }: { at: number }): void {
    this.#actOn(line, at, (chat, ts) => chat.remove({ channel: line.channel, ts }));
  }

  react(line: Line, { at, by, emoji }: { at: number; by: string; emoji: string }): void {
    this.#actOn(line, at, (chat, ts) => chat.react({ channel: line.channel, ts, by, emoji }));
  }

  join(joining: { channel: string; by: string; at: number }): void {
    this.#act(joining.at, (chat) => chat.join({ ...joining, at: new Date(joining.at) }));
  }

  archive(archiving: { channel: string; by: string; at: number }): void {
    this.#act(archiving.at, (chat) => chat.archive({ ...archiving, at: new Date(archiving.at) }));
  }

  #actOn(line: Line, at: number, perform: (chat: Chat, ts: string) => void): void {
    this.#act(at, (chat) => {
      // A test may have deleted the message in the meantime: then nobody can change it any more.
      if (line.ts !== undefined && chat.channel(line.channel).messages.has(line.ts)) perform(chat, line.ts);
    });
  }

  #act(at: number, perform: (chat: Chat) => void): void {
    this.acts.push({ at, perform });
  }
}
