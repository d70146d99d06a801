/**
 * What a pass over a channel reads next. New messages and threads come first, then the reviews: the newest days in every
 * pass, the last month a few times a day, everything older in turn. A review lists what was read before; that is how
 * edits, deletions and replies to old threads are found, and what Slack dropped without a word the first time.
 */
import type { Pass } from "../connector.ts";
import { type Band, type BandName, bandNames, type SlackCursor } from "./slack_cursor.ts";
import { dayOf, dayStart, isEmpty, isWithin, justAfter, type Stretch, tsOf } from "./slack_time.ts";

export interface PassBudget {
  /** Messages that the first and every later pass over a channel read; the rest is the next pass's. */
  readonly first: number;
  readonly later: number;
}

const hour = 3_600_000;
const reviewedDays = { head: 2, month: 30, quarter: 90 } as const;
/** A little less than the time meant, since passes of a schedule are never a whole number of hours apart. */
const reviewedAgainAfter: Record<BandName | "checks" | "slow", number> = {
  month: 5 * hour,
  quarter: 40 * hour,
  deep: 160 * hour,
  checks: 18 * hour,
  slow: 5 * hour,
};
/** Pages of 200 and threads that one pass reviews. */
const usual = { head: 5, suspects: 10, month: 20, quarter: 4, deep: 2, checks: 150 };
/**
 * With one call a minute for all channels together (5, 15 or 50 of them by tier), reviews take their turn: about a
 * fifth of the calls. Live changes come as events.
 */
const slowReviews = { free: 10, starter: 4, pro: 2 } as const;
/** So long after its beginning a pass looks for new messages again before it goes on. */
const staleAfter = { fast: hour, slow: 3 * hour };
/** More threads than these wait for nothing: they are read before the next page. */
export const mostWaitingThreads = 300;
const mostGaps = 50;

/** The cursor at the beginning of a turn: a pass that was cut short goes on, unless it is stale. */
export function openPass(
  cursor: SlackCursor,
  { startedAt, tier }: Pick<Pass, "startedAt" | "tier">,
  budget: PassBudget,
): SlackCursor {
  const now = startedAt.getTime();
  const running = cursor.pass;
  const age = running === null ? Infinity : now - Date.parse(running.at);
  if (running !== null && age < (cursor.slow ? staleAfter.slow : staleAfter.fast)) return cursor;

  const at = startedAt.toISOString();
  const isFirst = cursor.newest === null;
  const reviews = cursor.slow && !isDue(cursor.begun.slow, now, reviewedAgainAfter.slow)
    ? 0
    : cursor.slow
    ? slowReviews[tier]
    : 1000;
  const left = running?.left ?? { ...usual, reviews, messages: isFirst ? budget.first : budget.later };
  // Those without a turn left stay to the end of their last pass, so that what it finds does not doubt them anew.
  const doubted = cursor.doubted.filter(({ left, pass }) => left > 0 || pass === at);
  const again = doubted.filter(({ ts, pass }) => pass !== at && !cursor.threads.includes(ts)).map(({ ts }) =>
    ts
  );
  return withMonthJoined({
    ...cursor,
    gaps: withGap(cursor.gaps, cursor.newest),
    // The first pass reads every thread anyway.
    begun: isFirst ? { ...cursor.begun, checks: at } : cursor.begun,
    head: isFirst ? null : {
      // With the newest message that is known: when it is missing in the answer, something else may be, too.
      from: earlier(cursor.newest, dayStart(dayOf(tsOf(startedAt)) - reviewedDays.head)),
      before: null,
    },
    pass: { at, left, calls: 0, found: 0, bandsOpened: false },
    threads: [...cursor.threads, ...again],
    doubted: doubted.map((one) => again.includes(one.ts) ? { ...one, left: one.left - 1, pass: at } : one),
  });
}

/**
 * When the month's review is due it is one listing with the newest part, which for most channels is one call instead of
 * two: fifty channels then fit into the minute of one meter.
 */
function withMonthJoined(cursor: SlackCursor): SlackCursor {
  const { pass, head, slow, bands, begun, gaps, oldest } = cursor;
  // Slow, a pass has no call to spare for a review; and what was never read comes before what was.
  if (
    pass === null || head === null || head.from === null || slow || gaps.some((gap) => gap.before !== null)
  ) {
    return cursor;
  }
  const now = Date.parse(pass.at);
  const from = monthBottom(now);
  const isInOrder = from < head.from && oldest !== null && oldest < head.from;
  if (bands.month !== null || !isInOrder || !isDue(begun.month, now, reviewedAgainAfter.month)) return cursor;
  const checks = isDue(begun.checks, now, reviewedAgainAfter.checks);
  return {
    ...cursor,
    head: { ...head, from },
    bands: { ...bands, month: { from, before: head.from, checks, day: dayOf(head.from) - 1, partial: {} } },
    begun: { ...begun, month: pass.at, ...(checks && { checks: pass.at }) },
  };
}

/** Whether the newest part is read as one listing with the month. */
export const isMonthJoined = ({ head, bands }: SlackCursor): boolean =>
  head !== null && bands.month !== null && head.from === bands.month.from;

const monthBottom = (now: number): string => dayStart(dayOf(tsOf(new Date(now))) - reviewedDays.month);

/** The gap between what is stored and now. Too many gaps become one: what lies between them is read once more. */
function withGap(gaps: SlackCursor["gaps"], newest: string | null): Stretch[] {
  const [first] = gaps;
  const from = newest === null ? null : justAfter(newest);
  // A pass that was cut short before its first page left this very gap.
  const all = first?.before === null && first.from === from ? [...gaps] : [{ from, before: null }, ...gaps];
  while (all.length > mostGaps) {
    const [upper, lower] = all.splice(-2);
    if (upper !== undefined && lower !== undefined) all.push({ from: lower.from, before: upper.before });
  }
  return all;
}

export type Step =
  | {
    readonly read: "history";
    readonly of: "gap" | "head" | "suspects" | BandName;
    readonly stretch: Stretch;
  }
  | { readonly read: "thread"; readonly thread: string };

/**
 * What is to be done next, best first: a second step, of another method, is for when the first one has to wait for its
 * rate limit. Empty: the pass has read what it should.
 */
export function nextSteps(cursor: SlackCursor): Step[] {
  const [thread] = cursor.threads;
  const replies: Step[] = thread === undefined ? [] : [{ read: "thread", thread }];
  const fresh = freshStep(cursor);
  const history = fresh ?? reviewStep(cursor);
  const pages = history === undefined ? [] : [history];
  return fresh !== undefined && cursor.threads.length <= mostWaitingThreads
    ? [...pages, ...replies]
    : [...replies, ...(cursor.threads.length <= mostWaitingThreads ? pages : [])];
}

/** The next page of what was never read. */
function freshStep({ pass, head, gaps }: SlackCursor): Step | undefined {
  if (pass === null || pass.left.messages <= 0) return undefined;
  // The newest gap is read together with what lies around it, in one listing.
  if (head !== null && gaps.some((gap) => reaches(gap, head))) {
    return { read: "history", of: "head", stretch: head };
  }
  const [gap] = gaps;
  return gap && { read: "history", of: "gap", stretch: gap };
}

/** Whether the next page of a listing may hold something of a gap. */
function reaches(gap: Stretch, listing: Stretch): boolean {
  const isBelowTop = listing.before === null || (gap.before === null || gap.before >= listing.before);
  return isBelowTop && !isEmpty(listing) &&
    (gap.from === null || listing.before === null || gap.from < listing.before);
}

/** The next page of what was read before. */
function reviewStep(cursor: SlackCursor): Step | undefined {
  const { pass, head, suspects, bands } = cursor;
  if (pass === null || pass.left.reviews <= 0) return undefined;
  const { left } = pass;
  if (head !== null && !isHeadDone(cursor)) {
    return { read: "history", of: "head", stretch: head };
  }
  const suspect = suspects.find((one) => one.pass !== pass.at);
  if (suspect !== undefined && left.suspects > 0) {
    return { read: "history", of: "suspects", stretch: { from: null, before: suspect.before } };
  }
  const due = bandNames.find((name) => bands[name] !== null && left[name] > 0);
  const band = due && bands[due];
  return due && band
    ? { read: "history", of: due, stretch: { from: band.from, before: band.before } }
    : undefined;
}

/** Whether this pass has read as much of the newest part as it should. */
function isHeadDone({ slow, pass, head, gaps }: SlackCursor): boolean {
  if (head === null || pass === null || isEmpty(head)) return true;
  // What a gap keeps for a later pass is no review.
  return slow || pass.left.head <= 0 || gaps.some((gap) => reaches(gap, head));
}

/** Begins the reviews whose time has come, once the newest part was read. */
export function withBandsOpened(cursor: SlackCursor): SlackCursor {
  const { pass, head } = cursor;
  if (pass === null || pass.bandsOpened || head === null) return cursor;
  if (freshStep(cursor) !== undefined || !isHeadDone(cursor) || head.before === null) return cursor;

  const now = Date.parse(pass.at);
  const today = dayOf(tsOf(new Date(now)));
  // Below an open gap to the beginning lies nothing yet that could be reviewed.
  const floor = cursor.gaps.find(({ from }) => from === null)?.before ?? null;
  const bottoms = {
    month: monthBottom(now),
    quarter: dayStart(today - reviewedDays.quarter),
    deep: null,
  };
  const bands = { ...cursor.bands };
  const begun = { ...cursor.begun };
  let top = head.before;
  for (const name of bandNames) {
    const from = later(bottoms[name], floor);
    const stretch = { from, before: top };
    const hasMessages = cursor.oldest !== null && cursor.oldest < top;
    if (bands[name] === null && isDue(begun[name], now, reviewedAgainAfter[name])) {
      begun[name] = pass.at;
      const checks = name !== "month" || isDue(begun.checks, now, reviewedAgainAfter.checks);
      if (!isEmpty(stretch) && hasMessages) {
        bands[name] = { from, before: top, checks, day: dayOf(top) - 1, partial: {} } satisfies Band;
        if (name === "month" && checks) begun.checks = pass.at;
      }
    }
    top = earlier(top, bottoms[name] ?? top);
  }
  return {
    ...cursor,
    bands,
    begun: { ...begun, ...(cursor.slow && pass.left.reviews > 0 && { slow: pass.at }) },
    pass: { ...pass, bandsOpened: true },
  };
}

/** A message whose absence in the last page of a stretch says that the page is not to be trusted. */
export function anchorIn(
  { newest, oldest }: SlackCursor,
  { of, stretch }: Step & { read: "history" },
): string | null {
  const anchor = of === "head" ? newest : of === "deep" ? oldest : null;
  return anchor !== null && isWithin(anchor, stretch) ? anchor : null;
}

/** Learns from a page whether Slack keeps the app slow; what the pass may still review follows. */
export function atPace(cursor: SlackCursor, slow: boolean, tier: Pass["tier"]): SlackCursor {
  if (cursor.slow === slow || cursor.pass === null) return { ...cursor, slow };
  const { left } = cursor.pass;
  const reviews = slow ? Math.min(left.reviews, slowReviews[tier]) : 1000;
  return { ...cursor, slow, pass: { ...cursor.pass, left: { ...left, reviews } } };
}

const isDue = (last: string | null, now: number, after: number): boolean =>
  last === null || now - Date.parse(last) >= after;

const earlier = (a: string | null, b: string): string => a !== null && a < b ? a : b;
const later = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b > a) ? b : a;
