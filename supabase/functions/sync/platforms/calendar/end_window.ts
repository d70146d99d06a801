/** The end of a listing of the window: what it lacks was missed, but for long events, which are asked for one by one. */
import { type Enumeration, type Page, type Pass, PlatformError } from "../connector.ts";
import type { CalendarCursor, LongEvent, Reading } from "./calendar_cursor.ts";
import { type CalendarTools, type EventFinding, readEvents } from "./calendar_events.ts";
import type { CalendarView } from "./calendar_item.ts";
import { readEvent, type ReadPage } from "./event_pages.ts";

const mostLongEvents = 100;

/** Both lists, each event once as it was told last. Those that end last are kept, as they can be missed the longest. */
export function mergedLong(before: readonly LongEvent[], after: readonly LongEvent[]): LongEvent[] {
  const ends = new Map([...before, ...after].map(({ id, end }) => [id, end]));
  return [...ends].map(([id, end]) => ({ id, end }))
    .sort((one, other) => Date.parse(other.end) - Date.parse(one.end)).slice(0, mostLongEvents);
}

/** The last page of a listing, and the cursor behind it. */
export async function endWindow(
  tools: CalendarTools,
  view: CalendarView,
  cursor: CalendarCursor,
  reading: Reading,
  answer: ReadPage,
  page: EventFinding,
  pass: Pass,
): Promise<{ readonly page: Omit<Page, "cursor">; readonly cursor: CalendarCursor }> {
  const { began, from, to, long, owed } = reading;
  // Calendars without sync tokens exist; one that had one a day ago is not one of them.
  const isWhole = answer.nextSyncToken !== undefined || cursor.token === null;
  const enumeration: Enumeration = {
    began,
    container_id: view.calendarId,
    source: view.calendarId,
    after: from,
    before: to,
  };
  const lost = isWhole ? await readLost(tools, view, cursor, reading, pass) : undefined;
  return {
    page: {
      ...page,
      items: [...page.items, ...lost?.items ?? []],
      gone: [...page.gone ?? [], ...lost?.gone ?? []],
      ...(isWhole && { enumerated: [enumeration] }),
    },
    cursor: {
      ...cursor,
      token: answer.nextSyncToken ?? null,
      synced: began,
      reach: to,
      listed: began,
      due: owed ? Math.max(answer.doubted ? 1 : 0, cursor.due - 1) : Math.max(cursor.due, 1),
      long,
      reading: null,
    },
  };
}

/**
 * Events of several days that had begun before the window: a listing that is bounded by beginnings cannot tell that one of
 * them is missing. There are few, and each is asked for by its id.
 */
async function readLost(
  tools: CalendarTools,
  view: CalendarView,
  { long }: CalendarCursor,
  reading: Reading,
  pass: Pass,
): Promise<Pick<Page, "items" | "gone">> {
  const listed = new Set(reading.long.map(({ id }) => id));
  const missing = long.filter(({ id, end }) => !listed.has(id) && Date.parse(end) > Date.parse(reading.from));
  const events = [];
  for (const { id } of missing) {
    try {
      events.push(await readEvent(tools, view.calendarId, id));
    } catch (thrown) {
      if (!(thrown instanceof PlatformError) || thrown.code !== "not_found") throw thrown;
      events.push({ id, status: "cancelled" });
    }
  }
  const asked = { items: events, doubted: false };
  const { page } = await readEvents(asked, view, { ...reading, rewrite: true }, pass);
  return { items: page.items, gone: page.gone ?? [] };
}
