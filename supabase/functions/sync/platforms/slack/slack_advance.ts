/** The cursor after a page was read. Pure: the page and the cursor behind it are stored together. */
import type { Message } from "./slack_answers.ts";
import type { BandName, SlackCursor } from "./slack_cursor.ts";
import type { HistoryPage } from "./slack_history.ts";
import { packed, unpacked } from "./slack_known.ts";
import { anchorIn, isMonthJoined, type Step } from "./slack_plan.ts";
import { dayOf, dayStart, isWithin, type Stretch, without } from "./slack_time.ts";

/** So often what was missing is looked for again, in passes of their own: three witnesses prove any deletion. */
const witnesses = 2;
const most = { suspects: 20, doubted: 200, unstored: 50 };

type HistoryStep = Extract<Step, { read: "history" }>;

/** What was listed without a hole: from the oldest message of the page, or the end of its stretch, up to its beginning. */
export function coverOf({ stretch }: HistoryStep, { messages, hasMore }: HistoryPage): Stretch {
  return { from: hasMore ? messages.at(-1)?.ts ?? stretch.before : stretch.from, before: stretch.before };
}

export interface ThreadNews {
  /** Threads to be read: new, or in another state than when they were read. */
  readonly toRead: readonly string[];
  /** Those of them, or of the unchanged ones, that have lost replies. */
  readonly shrunk: readonly string[];
  /** Unchanged threads that this review reads again. */
  readonly checked: readonly string[];
  /** States of threads whose first message is not content. */
  readonly unstored: readonly (readonly [ts: string, state: string])[];
}

export function afterHistory(
  cursor: SlackCursor,
  step: HistoryStep,
  page: HistoryPage,
  news: ThreadNews,
): SlackCursor {
  const { pass } = cursor;
  if (pass === null) return cursor;
  const cover = coverOf(step, page);
  const listed = new Set(page.messages.map(({ ts }) => ts));
  const isNew = ({ ts }: Message) => cursor.gaps.some((gap) => isWithin(ts, gap));
  const found = page.messages.filter(isNew).length;
  // A thread whose first message is not where it was has vanished as a whole.
  const known = unpacked(cursor.known);
  // More of them than can be looked after stay known, and are noticed again by the next listing.
  const vanished = known.filter((ts) => isWithin(ts, cover) && !listed.has(ts))
    .slice(0, Math.max(0, most.doubted - cursor.doubted.length));
  const waiting = new Set(cursor.threads);
  const queued = [
    ...new Set([...news.toRead, ...news.checked, ...vanished, ...lostAnchor(cursor, step, page)]),
  ].filter((ts) => !waiting.has(ts));
  const { left } = pass;
  const isReview = found === 0 && step.of !== "gap";
  const next: SlackCursor = {
    ...cursor,
    newest: newestAfter(cursor, step, page),
    quiet: isTop(step) ? page.messages.length === 0 : cursor.quiet,
    oldest: oldestAfter(cursor, step, page),
    gaps: cursor.gaps.flatMap((gap) => without(gap, cover)),
    threads: [...cursor.threads, ...queued],
    doubted: doubts(cursor.doubted, [...news.shrunk, ...vanished], pass.at),
    known: packed([...known.filter((ts) => !vanished.includes(ts)), ...news.toRead, ...news.checked]),
    unstored: [
      ...cursor.unstored.filter(([ts]) => !news.unstored.some(([one]) => one === ts)),
      ...news.unstored,
    ]
      .map(([ts, state]): [string, string] => [ts, state]).toSorted((a, b) => a[0] < b[0] ? 1 : -1).slice(
        0,
        most.unstored,
      ),
    pass: {
      ...pass,
      calls: pass.calls + 1,
      found: pass.found + found,
      left: {
        ...left,
        messages: Math.max(0, left.messages - found),
        reviews: Math.max(
          0,
          left.reviews - Number(isReview && (cursor.slow ? step.stretch.before !== null : true)),
        ),
        checks: Math.max(0, left.checks - news.checked.length),
        ...(step.of !== "gap" && isReview && { [step.of]: Math.max(0, left[step.of] - 1) }),
      },
    },
  };
  return afterListing(next, step, page, cover);
}

/**
 * A message that should be in the page and is not: asked for by itself, so that Slack says in words whether it is gone.
 * That an empty channel is empty says the listing alone, which looks the same when it is broken.
 */
function lostAnchor(cursor: SlackCursor, step: HistoryStep, page: HistoryPage): string[] {
  const { messages } = page;
  const anchor = anchorIn(cursor, step);
  if (anchor === null || !isWithin(anchor, coverOf(step, page))) return [];
  if (messages.some(({ ts }) => ts === anchor)) return [];
  return cursor.quiet && messages.length === 0 ? [] : [anchor];
}

/** How far the listing is that the page belongs to. */
function afterListing(
  cursor: SlackCursor,
  { of, stretch }: HistoryStep,
  page: HistoryPage,
  cover: Stretch,
): SlackCursor {
  const low = cover.from;
  switch (of) {
    case "gap":
      return cursor;
    case "head": {
      const next = { ...cursor, head: cursor.head && { ...cursor.head, before: low } };
      return isMonthJoined(cursor) ? withDaysTallied(next, page, low) : next;
    }
    case "suspects": {
      const at = cursor.pass?.at ?? "";
      const suspects = cursor.suspects.map((one) =>
        one.before === stretch.before ? { ...one, left: one.left - 1, pass: at } : one
      );
      return { ...cursor, suspects: suspects.filter(({ left }) => left > 0) };
    }
    case "month":
      return withDaysTallied(cursor, page, low);
    default:
      return withBand(cursor, of, page.hasMore ? low : null);
  }
}

function withBand(cursor: SlackCursor, name: BandName, before: string | null): SlackCursor {
  const band = cursor.bands[name];
  return {
    ...cursor,
    bands: { ...cursor.bands, [name]: band && before !== null ? { ...band, before } : null },
  };
}

/** A day that was listed from end to end is compared with what it was: a difference makes it suspect. */
function withDaysTallied(cursor: SlackCursor, page: HistoryPage, low: string | null): SlackCursor {
  const band = cursor.bands.month;
  if (band === null || band.from === null) return cursor;
  const partial = { ...band.partial };
  for (const { ts } of page.messages) {
    const day = String(dayOf(ts));
    partial[day] = ((partial[day] ?? 0) + digestOf(ts)) % 2 ** 32;
  }
  const bottom = dayOf(band.from);
  const lowest = page.hasMore && low !== null ? dayOf(low) + 1 : bottom;
  const days = Object.fromEntries(Object.entries(cursor.days).filter(([day]) => Number(day) >= bottom));
  const suspect: string[] = [];
  for (let day = band.day; day >= lowest; day -= 1) {
    const digest = partial[day] ?? 0;
    const before = days[day];
    if (before !== undefined && before !== digest) suspect.push(dayStart(day + 1));
    days[day] = digest;
  }
  const rest = Object.fromEntries(Object.entries(partial).filter(([day]) => Number(day) < lowest));
  const at = cursor.pass?.at ?? "";
  return {
    ...cursor,
    days,
    suspects: [
      ...cursor.suspects.filter(({ before }) => !suspect.includes(before)),
      ...suspect.map((before) => ({ before, left: witnesses, pass: at })),
    ].slice(-most.suspects),
    bands: {
      ...cursor.bands,
      month: page.hasMore && low !== null
        ? { ...band, before: low, day: Math.min(band.day, lowest - 1), partial: rest }
        : null,
    },
  };
}

/** Of a timestamp; the sum over a day does not depend on the order (FNV-1a, 32 bits). */
function digestOf(ts: string): number {
  let hash = 0x811c9dc5;
  for (const sign of ts) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

/** Whether a page begins with the newest message there is. */
const isTop = ({ of, stretch }: HistoryStep): boolean => of === "head" && stretch.before === null;

function newestAfter(cursor: SlackCursor, step: HistoryStep, { messages }: HistoryPage): string | null {
  const highest = messages[0]?.ts;
  // The newest one that was known may have been deleted.
  if (isTop(step) && highest !== undefined) return highest;
  return highest === undefined || (cursor.newest !== null && cursor.newest > highest)
    ? cursor.newest
    : highest;
}

function oldestAfter(
  cursor: SlackCursor,
  { of }: HistoryStep,
  { messages, hasMore }: HistoryPage,
): string | null {
  const lowest = messages.at(-1)?.ts;
  // The end of the deepest listing is the beginning of the channel, also when its first message was deleted.
  if (of === "deep" && !hasMore && lowest !== undefined) return lowest;
  return lowest === undefined || (cursor.oldest !== null && cursor.oldest <= lowest) ? cursor.oldest : lowest;
}

export interface ThreadReading {
  /** The newest reply that was read now. */
  readonly last: string | undefined;
  readonly replies: number;
  readonly isDone: boolean;
  /** Whether something is missing that Slack says there is, or the thread itself. */
  readonly isDoubtful: boolean;
}

/** The cursor after a page of the first thread was read. */
export function afterThread(cursor: SlackCursor, reading: ThreadReading): SlackCursor {
  const [thread = "", ...others] = cursor.threads;
  const pass = cursor.pass && { ...cursor.pass, calls: cursor.pass.calls + 1 };
  if (!reading.isDone && reading.last !== undefined) {
    return {
      ...cursor,
      pass,
      reading: { after: reading.last, replies: (cursor.reading?.replies ?? 0) + reading.replies },
    };
  }
  return {
    ...cursor,
    pass,
    threads: others,
    reading: null,
    doubted: reading.isDoubtful ? doubts(cursor.doubted, [thread], pass?.at ?? "") : cursor.doubted,
  };
}

/** Threads to look at again in the next passes; those that wait for that already keep their count. */
function doubts(
  standing: SlackCursor["doubted"],
  more: readonly string[],
  pass: string,
): SlackCursor["doubted"] {
  const known = new Set(standing.map(({ ts }) => ts));
  const added = [...new Set(more)].filter((ts) => !known.has(ts)).map((ts) => ({
    ts,
    left: witnesses,
    pass,
  }));
  return [...standing, ...added].slice(0, most.doubted);
}
