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
  /** True: Slack cut the page as it does for the slow cohort. False: it gave more than that. Undefined: nothing tells. */
  readonly isClipped: boolean | undefined;
  /** How many calls it took. */
  readonly calls: number;
}

/** The largest page that Slack recommends; an app of the slow cohort gets 15 whatever it asks for. */
export const fullPage = 200;
/** What Slack gives an app of the slow cohort at most. */
const clippedPage = 15;
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
    pageIn(stretch, await joined(client, channel, () => askHistory(client, channel, stretch, limit)), limit);
  const page = await read();
  if (page.hasMore) return page;
  const isInDoubt = page.messages.length === 0 ||
    (anchor !== null && isWithin(anchor, stretch) && !page.messages.some(({ ts }) => ts === anchor));
  if (!isInDoubt) return page;
  const again = await read();
  const fuller = again.hasMore || again.messages.length >= page.messages.length ? again : page;
  return { ...fuller, calls: page.calls + again.calls };
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

function pageIn(stretch: Stretch, answer: HistoryAnswer, limit: number): HistoryPage {
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
  return { messages, hasMore: answer.has_more, isClipped: isClipped(answer, limit), calls: 1 };
}

function isClipped({ messages, has_more }: HistoryAnswer, limit: number): boolean | undefined {
  if (messages.length > clippedPage) return false;
  return has_more && messages.length === clippedPage && limit > clippedPage ? true : undefined;
}

export interface ThreadPage {
  /** The thread's first message as this page shows it; undefined when it is not there (any more). */
  readonly parent: Message | undefined;
  /** Oldest first. */
  readonly replies: readonly Message[];
  readonly hasMore: boolean;
  readonly isClipped: boolean | undefined;
  readonly calls: number;
}

/**
 * The next page of a thread. One that is in doubt is read a second time.
 *
 * @param after the newest reply that was read already
 * @param isInDoubt whether a page lacks something
 * @returns undefined when Slack says, twice, that there is no such thread
 */
export async function readThread(
  client: SlackClient,
  channel: ChannelToRead,
  thread: string,
  after: string | null,
  isInDoubt: (page: ThreadPage) => boolean = () => false,
): Promise<ThreadPage | undefined> {
  const read = () => askThread(client, channel, thread, after);
  const page = await read();
  // Every page begins with the thread's first message: one without it was dropped on the way.
  if (page !== undefined && page.parent !== undefined && !isInDoubt(page)) return page;
  const again = await read();
  if (again === undefined && page !== undefined) return { ...page, calls: 2 };
  return again && { ...again, calls: 2 };
}

async function askThread(
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
      calls: 1,
    };
  } catch (thrown) {
    // The thread was deleted to its last message.
    if (slackCodeOf(thrown) === "thread_not_found") return undefined;
    throw thrown;
  }
}
