/** What is asked of Google in each phase of a reading. */
import type { CalendarCursor, Reading } from "./calendar_cursor.ts";
import { type CalendarReader, readEventPage, type ReadPage } from "./event_pages.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Listings reach over the window on both sides: what a whole day is in which zone, and what lies on the very edge, is
 * then decided here and not there.
 */
const margin = { before: DAY, after: 2 * DAY };
/** So much of what an earlier pass read is read with what the window gained: an answer that was lost is made up for. */
const overlap = DAY;
/** The page that a reading is at. */
export function readPhase(
  reader: CalendarReader,
  calendarId: string,
  { token, etag, synced, reach }: CalendarCursor,
  { phase, from, to, page }: Reading,
): Promise<ReadPage> {
  const later = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();
  if (phase === "changes" && token !== null) {
    return readEventPage(reader, calendarId, { syncToken: token }, page, { etag });
  }
  if (phase === "since" && synced !== null) {
    // Clocks differ: an hour is read twice.
    return readEventPage(reader, calendarId, { updatedMin: later(synced, -HOUR), showDeleted: true }, page);
  }
  const timeMax = later(to, margin.after);
  if (phase === "slice") {
    const timeMin = later(reach ?? from, -overlap);
    return readEventPage(reader, calendarId, { timeMin, timeMax }, page, { mayBeEmpty: true });
  }
  return readEventPage(reader, calendarId, { timeMin: later(from, -margin.before), timeMax }, page);
}
