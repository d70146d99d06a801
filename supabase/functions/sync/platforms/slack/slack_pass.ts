/** One pass over a channel: reads what the plan says, page by page. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Enumeration, Page, Pass, PlatformError as Refusal, SourceToRead } from "../connector.ts";
import { PlatformError } from "../connector.ts";
import type { Item } from "../../content/item.ts";
import { afterHistory, afterThread, coverOf, type ThreadNews } from "./slack_advance.ts";
import type { Message } from "./slack_answers.ts";
import type { SlackClient } from "./slack_client.ts";
import { readCursor, type SlackCursor } from "./slack_cursor.ts";
import { type ChannelToRead, readHistory, readThread } from "./slack_history.ts";
import { idsIn, isContent, isTombstone, itemOf, threadStateOf } from "./slack_item.ts";
import { unpacked } from "./slack_known.ts";
import { type SlackNames, slackNames } from "./slack_names.ts";
import {
  anchorIn,
  atPace,
  isMonthJoined,
  mostWaitingThreads,
  nextSteps,
  openPass,
  type PassBudget,
  type Step,
  withBandsOpened,
} from "./slack_plan.ts";
import { progressOf } from "./slack_progress.ts";
import { dayOf, instantOf, justAfter, type Stretch, timestamp, tsOf } from "./slack_time.ts";

export interface PassTools {
  readonly client: SlackClient;
  readonly teamUrl: string | undefined;
  readonly ownId: string | undefined;
  /** Our own bot, whose messages are not content. */
  readonly botId?: string | undefined;
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly budget: PassBudget;
}

const aDay = 86_400_000;
/** Threads that were spoken in so lately are read again for edits and deletions. */
const watched = 30 * aDay;

export async function* readPass(
  tools: PassTools,
  source: SourceToRead,
  stored: Json,
  pass: Pass,
  told: readonly string[] = [],
): AsyncGenerator<Page, void, void> {
  const read = withThreadsTold(readCursor(stored), told);
  const known = read.strangers !== null && pass.startedAt.getTime() - Date.parse(read.strangers.since) < aDay
    ? read.strangers
    : { since: pass.startedAt.toISOString(), ids: [] };
  const names = slackNames(tools.client, tools.peopleNamed, known.ids);
  const reader = new PassReader(tools, source, pass, names);
  const created = typeof source.metadata["created"] === "number" ? source.metadata["created"] : undefined;

  let cursor = withBandsOpened(openPass(read, pass, tools.budget));
  if (nextSteps(cursor).length === 0) {
    cursor = openPass({ ...read, pass: null, head: null }, pass, tools.budget);
  }
  for (;;) {
    const { cursor: behind, ...page } = await reader.step(cursor);
    cursor = withBandsOpened(behind);
    const isLast = nextSteps(cursor).length === 0;
    const { strangers: ids } = names;
    cursor = { ...cursor, strangers: ids.length === 0 ? null : { ...known, ids: [...ids] } };
    const progress = progressOf(cursor, created);
    if (isLast) cursor = { ...cursor, pass: null, head: null };
    yield { ...page, progress, cursor };
    if (isLast) return;
  }
}

/** Threads that have news by Slack's own word are read by a new pass; a turn that goes on with one has queued them. */
function withThreadsTold(cursor: SlackCursor, told: readonly string[]): SlackCursor {
  if (cursor.pass !== null || cursor.newest === null) return cursor;
  const news = told.filter((ts) => timestamp.safeParse(ts).success && !cursor.threads.includes(ts));
  return { ...cursor, threads: [...cursor.threads, ...news.slice(0, mostWaitingThreads)] };
}

type Read = Omit<Page, "cursor"> & { readonly cursor: SlackCursor };

class PassReader {
  readonly #channel: ChannelToRead;
  readonly #began: string;

  constructor(
    readonly tools: PassTools,
    source: SourceToRead,
    readonly pass: Pass,
    readonly names: SlackNames,
  ) {
    this.#channel = { id: source.externalId, isPrivate: source.metadata["is_private"] === true };
    this.#began = pass.startedAt.toISOString();
  }

  /** Reads the best next thing; while its method has to wait, the next best of another one. */
  async step(cursor: SlackCursor): Promise<Read> {
    let waiting: Refusal | undefined;
    for (const step of nextSteps(cursor)) {
      try {
        return step.read === "history"
          ? await this.#history(cursor, step)
          : await this.#thread(cursor, step.thread);
      } catch (thrown) {
        if (!(thrown instanceof PlatformError) || thrown.code !== "rate_limited") throw thrown;
        if (waiting === undefined || (thrown.retryAfterSeconds ?? 60) < (waiting.retryAfterSeconds ?? 60)) {
          waiting = thrown;
        }
      }
    }
    if (waiting !== undefined) throw waiting;
    // A pass always has a first page to read: whoever waits for the sync sees at least that it was tried.
    throw new TypeError("Cannot go on as nothing is left to read");
  }

  async #history(cursor: SlackCursor, step: Extract<Step, { read: "history" }>): Promise<Read> {
    const page = await readHistory(this.tools.client, this.#channel, step.stretch, {
      anchor: anchorIn(cursor, step),
    });
    const paced = await this.#paced(cursor, page.isClipped);
    const doubt = `${step.of} ${step.stretch.before ?? ""}`;
    // Where nothing was, nothing is no surprise; what was dropped there is found by the next pass.
    const isExpected = cursor.quiet && step.of === "head" && !isMonthJoined(cursor) &&
      page.messages.length === 0;
    if (page.isDoubtful && !isExpected && cursor.doubt !== doubt) {
      return { items: [], cursor: { ...paced, doubt } };
    }
    const { news, states } = await this.#threadNews(paced, step, page.messages);
    return {
      ...await this.#content(page.messages, states),
      enumerated: [this.#enumeration(null, coverOf(step, page))],
      cursor: { ...afterHistory(paced, step, page, news), doubt: null },
    };
  }

  async #thread(cursor: SlackCursor, thread: string): Promise<Read> {
    const after = cursor.reading?.after ?? null;
    const page = await readThread(this.tools.client, this.#channel, thread, after);
    const paced = await this.#paced(cursor, page?.isClipped);
    const replies = page?.replies ?? [];
    const isDone = page === undefined || !page.hasMore;
    const read = (cursor.reading?.replies ?? 0) + replies.length;
    // What Slack counts and does not show is somewhere: nothing is taken for deleted by such a page.
    const isWhole = page?.parent !== undefined && (page.hasMore || read >= (page.parent.reply_count ?? 0));
    const doubt = `thread ${thread} ${after ?? ""}`;
    if (!isWhole && cursor.doubt !== doubt) {
      return { ...await this.#content(replies, new Map()), cursor: { ...paced, doubt } };
    }
    const cover = {
      from: page === undefined || after === null ? null : justAfter(after),
      before: isDone ? null : justAfter(replies.at(-1)?.ts ?? thread),
    };
    return {
      ...await this.#content(replies, new Map()),
      // Neither a thread nor the message that would be its first: gone, unless a listing has shown it.
      ...(page === undefined && !unpacked(cursor.known).includes(thread) && {
        gone: [{ container_id: this.#channel.id, item_id: thread }],
      }),
      // A thread that Slack does not know, twice, has no replies; of any other it says how many there are.
      ...((isWhole || page === undefined) &&
        { enumerated: [{ ...this.#enumeration(thread, cover), told: true as const }] }),
      cursor: {
        ...afterThread(paced, {
          last: replies.at(-1)?.ts,
          replies: replies.length,
          isDone,
          isDoubtful: !isWhole,
        }),
        doubt: null,
      },
    };
  }

  /** Slack clips the pages of an app of the slow cohort: its meters learn that, before the next call. */
  async #paced(cursor: SlackCursor, isClipped: boolean | undefined): Promise<SlackCursor> {
    if (isClipped === undefined || (!isClipped && !cursor.slow)) return cursor;
    const paced = atPace(cursor, isClipped, this.pass.tier);
    // Meters forget in time what they learnt.
    const { taught } = cursor.begun;
    const isNews = taught === null || this.pass.startedAt.getTime() - Date.parse(taught) > aDay;
    if (!isClipped || (cursor.slow && !isNews)) return paced;
    await this.tools.client.keepSlowPace();
    return { ...paced, begun: { ...paced.begun, taught: this.#began } };
  }

  /** Which threads of a page are to be read, by the state that is stored of each. */
  async #threadNews(
    cursor: SlackCursor,
    step: Extract<Step, { read: "history" }>,
    messages: readonly Message[],
  ): Promise<{ news: ThreadNews; states: ReadonlyMap<string, string> }> {
    const roots = messages.filter(({ ts, thread_ts }) => !thread_ts || thread_ts === ts);
    const isNew = ({ ts }: Message) =>
      cursor.gaps.some(({ from, before }) =>
        (from === null || ts >= from) && (before === null || ts < before)
      );
    const reviewed = roots.filter((message) => !isNew(message));
    const stored = reviewed.length === 0
      ? new Map<string, never>()
      : await this.pass.stored(this.#channel.id, reviewed.map(({ ts }) => ts));
    const unstored = new Map(cursor.unstored);
    const readState = (message: Message): string | undefined => {
      if (!isContent(message, this.tools.botId)) return unstored.get(message.ts);
      const state = stored.get(message.ts)?.metadata["thread_read"];
      return typeof state === "string" ? state : undefined;
    };
    const states = new Map(roots.flatMap((message) => {
      const state = threadStateOf(message);
      return state === undefined ? [] : [[message.ts, state]];
    }));
    const changed = roots.filter((message) =>
      isNew(message) ? states.has(message.ts) : states.get(message.ts) !== readState(message)
    );
    return {
      states,
      news: {
        toRead: changed.map(({ ts }) => ts),
        shrunk: changed.filter((message) =>
          !isNew(message) && countIn(states.get(message.ts)) < countIn(readState(message))
        ).map(({ ts }) => ts),
        checked: this.#checks(cursor, step, roots, new Set(changed)),
        unstored: roots.filter((message) => !isContent(message, this.tools.botId)).flatMap(({ ts }) => {
          const state = states.get(ts);
          return state === undefined ? [] : [[ts, state] as const];
        }),
      },
    };
  }

  /** Unchanged threads that were spoken in lately, in a review that reads them again: edits show in no other way. */
  #checks(
    cursor: SlackCursor,
    { of }: Extract<Step, { read: "history" }>,
    roots: readonly Message[],
    changed: ReadonlySet<Message>,
  ): string[] {
    const isJoined = of === "head" && isMonthJoined(cursor);
    if (!isJoined && of !== "month" && of !== "quarter" && of !== "deep") return [];
    const since = tsOf(new Date(this.pass.startedAt.getTime() - watched));
    const band = cursor.bands[of === "head" ? "month" : of];
    if (band?.checks !== true) return [];
    const due = roots.filter((message) =>
      !changed.has(message) && (!isJoined || dayOf(message.ts) <= band.day) &&
      threadStateOf(message) !== undefined && (message.latest_reply ?? "") >= since
    ).map(({ ts }) => ts);
    const room = Math.min(
      cursor.pass?.left.checks ?? 0,
      cursor.slow ? cursor.pass?.left.reviews ?? 0 : Infinity,
    );
    if (due.length <= room) return due;
    // Another choice every day, so that in time each has its turn.
    const today = dayOf(tsOf(this.pass.startedAt));
    const turn = (ts: string) => (Number(ts.slice(-6)) * 31 + today * 7919) % 104_729;
    return due.toSorted((a, b) => turn(a) - turn(b)).slice(0, room);
  }

  async #content(
    messages: readonly Message[],
    states: ReadonlyMap<string, string>,
  ): Promise<Pick<Page, "gone"> & { items: Item[] }> {
    const gone = messages.filter(isTombstone).map(({ ts }) => ({
      container_id: this.#channel.id,
      item_id: ts,
    }));
    return {
      items: await itemsIn(messages, this.#channel.id, this.tools, this.names, states),
      ...(gone.length > 0 && { gone }),
    };
  }

  #enumeration(thread: string | null, { from, before }: Stretch): Enumeration {
    return {
      began: this.#began,
      container_id: this.#channel.id,
      thread_id: thread,
      ...(from !== null && { after: instantOf(from) }),
      ...(before !== null && { before: instantOf(before) }),
    };
  }
}

/** The items of a page, everybody in them by name. */
export async function itemsIn(
  messages: readonly Message[],
  channelId: string,
  { teamUrl, ownId, botId }: Pick<PassTools, "teamUrl" | "ownId" | "botId">,
  names: SlackNames,
  states: ReadonlyMap<string, string> = new Map(),
): Promise<Item[]> {
  const content = messages.filter((message) => isContent(message, botId));
  const ids = idsIn(content);
  const known = ids.length === 0 ? new Map<string, string>() : await names.named(ids);
  const scene = { channelId, teamUrl, ownId, nameOf: (id: string) => known.get(id) };
  return content.map((message) => itemOf(message, scene, states.get(message.ts)));
}

/** Replies in a thread's state. */
const countIn = (state: string | undefined): number => Number(state?.split(":")[0] ?? 0);
