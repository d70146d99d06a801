/** Pages of a channel's history and of a thread, read so that a silent failure of Slack is noticed where it can be. */
import { z } from "zod";
import { PlatformError } from "../connector.ts";
import { history, type Message } from "./slack_answers.ts";
import { type SlackClient, slackCodeOf } from "./slack_client.ts";

export interface ChannelToRead {
  readonly id: string;
  readonly isPrivate: boolean;
}

/** What lies from `from` (inclusive; null: from the beginning) to `before` (exclusive; null: up to now). */
export interface Stretch {
  readonly from: string | null;
  readonly before: string | null;
}

export interface HistoryPage {
  /** Newest first. */
  readonly messages: readonly Message[];
  /** Whether older messages remain in the stretch. */
  readonly hasMore: boolean;
}

/** The largest page that Slack recommends; an app of the slow cohort gets 15 whatever it asks for. */
export const fullPage = 200;
const anything = z.unknown();

/**
 * The newest page of a stretch. A page that claims to be the last and holds less than it should is read a second time:
 * Slack can drop one without a word.
 *
 * @param anchor a message that was there when it was last read: without it the last page is in doubt
 */
export async function readHistory(
  client: SlackClient,
  channel: ChannelToRead,
  stretch: Stretch,
  { limit = fullPage, anchor = null }: { limit?: number; anchor?: string | null } = {},
): Promise<HistoryPage> {
  const read = async () =>
    pageIn(stretch, await joined(client, channel, () => askHistory(client, channel, stretch, limit)));
  const page = await read();
  if (page.hasMore) return page;
  const isInDoubt = page.messages.length === 0 ||
    (anchor !== null && isWithin(anchor, stretch) && !page.messages.some(({ ts }) => ts === anchor));
  if (!isInDoubt) return page;
  const again = await read();
  return again.hasMore || again.messages.length >= page.messages.length ? again : page;
}

function askHistory(client: SlackClient, channel: ChannelToRead, { from, before }: Stretch, limit: number) {
  return client.call("conversations.history", {
    channel: channel.id,
    limit,
    // Slack's own bounds are exclusive both.
    ...(from !== null && { oldest: justBefore(from) }),
    ...(before !== null && { latest: before }),
  }, history);
}

/** A public channel that was selected is joined; a private one must invite the app. */
async function joined<T>(client: SlackClient, channel: ChannelToRead, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (slackCodeOf(thrown) !== "not_in_channel" || channel.isPrivate) throw thrown;
    await client.call("conversations.join", { channel: channel.id }, anything);
    return await read();
  }
}

function pageIn(stretch: Stretch, answer: z.output<typeof history>): HistoryPage {
  const messages = answer.messages.filter(({ ts }) => isWithin(ts, stretch)).toSorted((a, b) =>
    a.ts < b.ts ? 1 : -1
  );
  // Without a message nothing says where the rest begins; taken for the end, the rest would be lost.
  if (answer.has_more && messages.length === 0) {
    throw new PlatformError(
      "provider_down",
      "Slack promised more messages and sent none. What was synced before is kept.",
    );
  }
  return { messages, hasMore: answer.has_more };
}

export interface ThreadPage {
  /** The thread's first message as this page shows it; undefined when it is not there (any more). */
  readonly parent: Message | undefined;
  /** Oldest first. */
  readonly replies: readonly Message[];
  readonly hasMore: boolean;
}

/**
 * The next page of a thread.
 *
 * @param after the newest reply that was read already
 * @returns undefined when Slack says that there is no such thread
 */
export async function readThread(
  client: SlackClient,
  channel: ChannelToRead,
  thread: string,
  after: string | null,
): Promise<ThreadPage | undefined> {
  const read = async (): Promise<ThreadPage | undefined> => {
    try {
      const page = await client.call("conversations.replies", {
        channel: channel.id,
        ts: thread,
        limit: fullPage,
        ...(after !== null && { oldest: after }),
      }, history);
      const replies = page.messages.filter(({ ts }) => ts !== thread && (after === null || ts > after))
        .toSorted((a, b) => a.ts > b.ts ? 1 : -1);
      return {
        parent: page.messages.find(({ ts }) => ts === thread),
        replies,
        // A page that promises more and brings nothing new would be asked for without end.
        hasMore: page.has_more && replies.length > 0,
      };
    } catch (thrown) {
      // The thread was deleted to its last message.
      if (slackCodeOf(thrown) === "thread_not_found") return undefined;
      throw thrown;
    }
  };
  const page = await read();
  // Every page begins with the thread's first message: one without it was dropped on the way.
  return page === undefined || page.parent === undefined ? await read() : page;
}

/** Timestamps have a fixed number of digits, so text order is time order; nothing is ever made a float. */
export function isWithin(ts: string, { from, before }: Stretch): boolean {
  return (from === null || ts >= from) && (before === null || ts < before);
}

/** The microsecond before a timestamp. */
export function justBefore(ts: string): string {
  return ofMicros(BigInt(ts.replace(".", "")) - 1n);
}

/** A timestamp of whole microseconds since the epoch. */
export function ofMicros(micros: bigint): string {
  const digits = String(micros < 0n ? 0n : micros).padStart(16, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** The timestamp that a message of this instant would have. */
export function tsOf(instant: Date): string {
  return ofMicros(BigInt(instant.getTime()) * 1000n);
}
