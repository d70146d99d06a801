/** How far a calendar was read: what the next turn or the next pass must know. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const instant = z.iso.datetime();

/** Events of several days that are held, by when they end: nothing but their own id finds them once they run. */
const longEvent = z.object({ id: z.string(), end: instant });
export type LongEvent = z.output<typeof longEvent>;

const reading = z.object({
  /**
   * `window`: all of it is listed. `changes`: what the sync token tells. `slice`: what the window gained. `since`: what
   * changed since a time, when there is no token that tells.
   */
  phase: z.enum(["window", "changes", "slice", "since"]),
  /** The changes are followed by a listing of all of the window, and not by what it gained alone. */
  lists: z.boolean(),
  /** The pass's time when it began. */
  began: instant,
  /** The window of that moment. */
  from: instant,
  to: instant,
  /** The page to read next; null: the first. */
  page: z.string().nullable(),
  pages: z.number().int(),
  /** How often Google refused to go on and the phase began anew. */
  restarts: z.number().int(),
  /** Events are stored although they show no newer edit, as they are seen in another way now. */
  rewrite: z.boolean(),
  /** This listing is one that an earlier pass asked for. */
  owed: z.boolean(),
  /** Long events that were listed so far. */
  long: z.array(longEvent),
});
export type Reading = z.output<typeof reading>;

const calendarCursor = z.object({
  version: z.literal(1),
  /** Google's word for where its changes go on; null: there is none, so that the window is listed. */
  token: z.string().nullable(),
  /** The calendar's own version as of the last answer that was believed. */
  etag: z.string().nullable(),
  /** How the calendar was seen: its zone and our role in it. */
  zone: z.string().nullable(),
  role: z.string().nullable(),
  /** Changes before this instant are known. */
  synced: instant.nullable(),
  /** Up to here the window was read. */
  reach: instant.nullable(),
  /** When the last full listing that ended began. */
  listed: instant.nullable(),
  /** Full listings that the next passes owe, one each. */
  due: z.number().int(),
  long: z.array(longEvent),
  /** What is being read; null between two passes. */
  reading: reading.nullable(),
});
export type CalendarCursor = z.output<typeof calendarCursor>;

/** The cursor as stored, or that of a calendar never read. One of another shape means: read everything again. */
export function readCursor(stored: Json): CalendarCursor {
  const parsed = calendarCursor.safeParse(stored);
  if (parsed.success) return parsed.data;
  return {
    version: 1,
    token: null,
    etag: null,
    zone: null,
    role: null,
    synced: null,
    reach: null,
    listed: null,
    due: 0,
    long: [],
    reading: null,
  };
}

/** What a person's sync keeps of a calendar: the seed's F1. */
const windowBefore = 7 * DAY;
const windowAfter = 14 * DAY;
/** How old a full listing may be. An hour less than a day, so that the slot of the next day is not missed by minutes. */
const listingAge = 23 * HOUR;
/** Google does not say how long page tokens live; after this long, what was begun begins anew. */
const readingAge = 6 * HOUR;

const iso = (at: number) => new Date(at).toISOString();

/** What is to be read in a pass. */
export function openReading(cursor: CalendarCursor, startedAt: Date): Reading {
  const now = startedAt.getTime();
  const isOwed = cursor.due > 0;
  const lists = cursor.token === null || cursor.listed === null || isOwed ||
    now - Date.parse(cursor.listed) >= listingAge;
  return {
    // The changes come first in any case: a deletion that they tell is one that a listing can only guess.
    phase: cursor.token === null ? "window" : "changes",
    lists,
    began: startedAt.toISOString(),
    from: iso(now - windowBefore),
    to: iso(now + windowAfter),
    page: null,
    pages: 0,
    restarts: 0,
    rewrite: cursor.listed === null,
    owed: isOwed,
    long: [],
  };
}

/** What an earlier turn left, unless it is too old to go on with. */
export function keptReading({ reading }: CalendarCursor, startedAt: Date): Reading | null {
  if (reading === null) return null;
  const age = startedAt.getTime() - Date.parse(reading.began);
  return age >= 0 && age < readingAge ? reading : null;
}

/** The next phase of a reading, from its first page on. */
export function nextPhase(reading: Reading, phase: Reading["phase"]): Reading {
  return { ...reading, phase, page: null, pages: 0, restarts: 0, long: [] };
}

/** Google lists by the time of change for some four weeks (undocumented; measured by others: 29 days). */
const changesAge = 27 * DAY;

/**
 * After the sync token died: what changed and was deleted since is listed by time, then the window by itself. What was
 * deleted longer ago can only be told by what listings lack: three of them, as many things may have gone, which needs a
 * third witness.
 */
export function startOver(cursor: CalendarCursor, reading: Reading): CalendarCursor {
  const isRecent = cursor.synced !== null &&
    Date.parse(reading.began) - Date.parse(cursor.synced) < changesAge;
  const listing = { ...nextPhase(reading, isRecent ? "since" : "window"), owed: false };
  return { ...cursor, token: null, etag: null, due: Math.max(cursor.due, 2), reading: listing };
}
