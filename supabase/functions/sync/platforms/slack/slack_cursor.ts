/**
 * What is remembered of a channel between two readings of it. Slack shows history newest first, so a pass that stops in
 * the middle leaves a gap below what it read: the cursor keeps every gap until it is filled, and nothing is lost to a
 * cap, a crash or a rate limit. Beside them it keeps how far the reviews of what was read already are, because Slack
 * tells in no other way of edits, deletions and late replies. It stays below 60 kB however busy the channel is.
 */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import { timestamp } from "./slack_time.ts";

const stretch = z.object({ from: timestamp.nullable(), before: timestamp.nullable() });
const instant = z.iso.datetime();
const count = z.number().int().nonnegative();

/** A part of the past that is listed again from its newest message to its oldest. */
const band = z.object({
  from: timestamp.nullable(),
  /** Everything from here up was listed. */
  before: timestamp,
  /** All its threads are read again, not only those that changed. */
  checks: z.boolean(),
  /** The newest day that is not tallied yet, and the digest of what was listed of days that a page cut. */
  day: z.number().int(),
  partial: z.record(z.string(), count),
});
export type Band = z.output<typeof band>;

export const bandNames = ["month", "quarter", "deep"] as const;
export type BandName = (typeof bandNames)[number];

const left = z.object({
  messages: count,
  head: count,
  suspects: count,
  month: count,
  quarter: count,
  deep: count,
  /** Pages of any review. */
  reviews: count,
  /** Unchanged threads that are read again. */
  checks: count,
});

const slackCursor = z.object({
  version: z.literal(2),
  /** Whether Slack gives this app one call a minute and 15 messages a page. */
  slow: z.boolean(),
  /** The newest message that is there (as far as the last pass saw), and the oldest one. */
  newest: timestamp.nullable(),
  oldest: timestamp.nullable(),
  /** Stretches never read, newest first. */
  gaps: z.array(stretch).max(60),
  /** The pass that is under way: what it may still read. */
  pass: z.object({
    at: instant,
    left,
    calls: count,
    /** Messages that were new to it. */
    found: count,
    bandsOpened: z.boolean(),
  }).nullable(),
  /** The newest part of the channel, which every pass reads, as far as this one has. */
  head: stretch.nullable(),
  bands: z.object({ month: band.nullable(), quarter: band.nullable(), deep: band.nullable() }),
  /** When each was last begun. */
  begun: z.object({
    month: instant.nullable(),
    quarter: instant.nullable(),
    deep: instant.nullable(),
    checks: instant.nullable(),
    slow: instant.nullable(),
    /** When the meters were last told of the slow pace. */
    taught: instant.nullable(),
  }),
  /** A digest of the messages of each day of the last month: a day that differs has lost some. */
  days: z.record(z.string(), count),
  /** Where something was missing: the page below `before` is listed again in the next passes, as a second witness. */
  suspects: z.array(z.object({ before: timestamp, left: count, pass: instant })).max(30),
  /** Threads to be read, and how far the first of them was. */
  threads: z.array(timestamp).max(1500),
  reading: z.object({ after: timestamp, replies: count }).nullable(),
  /** Whether nothing at all was in the newest part when it was last read, twice. */
  quiet: z.boolean(),
  /** What was read and is read once more before it is believed: a page that lacks something. */
  doubt: z.string().max(100).nullable(),
  /** Threads in which something was missing, or which are missing themselves: read again in the next passes. */
  doubted: z.array(z.object({ ts: timestamp, left: count, pass: instant })).max(250),
  /** First messages of the threads that were read, so that a thread which vanished as a whole is noticed; packed. */
  known: z.string().regex(/^[0-9a-z.]{0,24000}$/),
  /** The state of threads below messages that are not content themselves. */
  unstored: z.array(z.tuple([timestamp, z.string()])).max(60),
  /** People that Slack does not know, since when. */
  strangers: z.object({ since: instant, ids: z.array(z.string()).max(100) }).nullable(),
});
export type SlackCursor = z.output<typeof slackCursor>;

const unread: SlackCursor = {
  version: 2,
  slow: false,
  newest: null,
  oldest: null,
  gaps: [],
  pass: null,
  head: null,
  bands: { month: null, quarter: null, deep: null },
  begun: { month: null, quarter: null, deep: null, checks: null, slow: null, taught: null },
  days: {},
  suspects: [],
  threads: [],
  reading: null,
  quiet: false,
  doubt: null,
  doubted: [],
  known: "",
  unstored: [],
  strangers: null,
};

/** The cursor as stored, or that of a channel never read. One of another shape means: read again from the start. */
export function readCursor(stored: Json): SlackCursor {
  const parsed = slackCursor.safeParse(stored);
  return parsed.success ? parsed.data : unread;
}
