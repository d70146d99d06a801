/** Pages of a channel's history and of a thread, read so that a silent failure of Slack is noticed where it can be. */
import { z } from "zod";
import { PlatformError } from "../connector.ts";
import { history, type HistoryAnswer, type Message } from "./slack_answers.ts";
import { type SlackClient, slackCodeOf } from "./slack_client.ts";
import { isWithin, justBefore, type Stretch } from "./slack_time.ts";

export interface ChannelToRead {
  readonly id: string;
  readonly isPrivate: boolean;
}

export interface HistoryPage {
  /** Newest first. */
  readonly messages: readonly Message[];
  /** Whether older messages remain in the stretch. */
  readonly hasMore: boolean;
  /**
   * It claims to be the last and holds less than it should: Slack can drop a page without a word, so it is to be read a
   * second time before it is believed.
   */
  readonly isDoubtful: boolean;
  /** True: Slack cut the page as it does for the slow cohort. False: it gave more than that. Undefined: nothing tells. */
  readonly isClipped: boolean | undefined;
}

/** The largest page that Slack recommends; an app of the slow cohort gets 15 whatever it asks for. */
export const fullPage = 200;
/** What Slack gives an app of the slow cohort at most. */
const clippedPage = 15;
const anything = z.unknown();

/**
 * The newest page of a stretch.
 *
 * @param anchor a message that was there when it was last read: without it the last page is in doubt
 */
export async function readHistory(
  client: SlackClient,
  channel: ChannelToRead,
  stretch: Stretch,
  { limit = fullPage, anchor = null }: { limit?: number; anchor?: string | null } = {},
): Promise<HistoryPage> {
  const answer = await joined(client, channel, () => askHistory(client, channel, stretch, limit));
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
  const lacksAnchor = anchor !== null && isWithin(anchor, stretch) &&
    !messages.some(({ ts }) => ts === anchor);
  return {
    messages,
    hasMore: answer.has_more,
    isDoubtful: !answer.has_more && (messages.length === 0 || lacksAnchor),
    isClipped: isClipped(answer, limit),
  };
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

function isClipped({ messages, has_more }: HistoryAnswer, limit: number): boolean | undefined {
  if (messages.length > clippedPage) return false;
  return has_more && messages.length === clippedPage && limit > clippedPage ? true : undefined;
}

export interface ThreadPage {
  /** The thread's first message as this page shows it; undefined when Slack did not show it. */
  readonly parent: Message | undefined;
  /** Oldest first. */
  readonly replies: readonly Message[];
  readonly hasMore: boolean;
  readonly isClipped: boolean | undefined;
}

/**
 * The next page of a thread. Every page begins with the thread's first message: one without it was dropped on the way.
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
  try {
    const answer = await client.call("conversations.replies", {
      channel: channel.id,
      ts: thread,
      limit: fullPage,
      ...(after !== null && { oldest: after }),
    }, history);
    const replies = answer.messages.filter(({ ts }) => ts !== thread && (after === null || ts > after))
      .toSorted((a, b) => a.ts > b.ts ? 1 : -1);
    return {
      parent: answer.messages.find(({ ts }) => ts === thread),
      replies,
      // A page that promises more and brings nothing new would be asked for without end.
      hasMore: answer.has_more && replies.length > 0,
      isClipped: isClipped(answer, fullPage),
    };
  } catch (thrown) {
    // The thread was deleted to its last message.
    if (slackCodeOf(thrown) === "thread_not_found") return undefined;
    throw thrown;
  }
}
