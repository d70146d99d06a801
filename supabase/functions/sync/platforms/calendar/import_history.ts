/** Events of the past on demand: newest span first, back to where the asked scope ends. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { ImportScope, Page, Pass, ReadingProgress, SourceToRead } from "../connector.ts";
import { itemOf, placeEvent } from "./calendar_item.ts";
import { refusalOf } from "../google/google_refusal.ts";
import { circling, readEventPage, type ReadPage } from "./event_pages.ts";
import { type CalendarTools, viewOf } from "./calendar_events.ts";

const DAY = 86_400_000;
const instant = z.iso.datetime();

const importCursor = z.object({
  version: z.literal(1),
  /** The pass's time when the import began: what begins later is no history. */
  began: instant,
  /** Where the scope ends; null: where the calendar does. */
  from: instant.nullable(),
  /** What begins at this instant or later was read. */
  before: instant,
  /** Days that are asked for at once; they grow as calendars of long ago are empty. */
  days: z.number(),
  page: z.string().nullable(),
  pages: z.number().int(),
  items: z.number().int(),
  done: z.boolean(),
});
type ImportCursor = z.output<typeof importCursor>;

const firstSpan = 30;
/** Ten years in one span; what is older than that comes in a last one without a beginning. */
const longestSpan = 3650;
const mostPages = 2000;
/** Whoever asks for old events wants to work with them; by the window's rule they would be gone in two days. */
const keptDays = 30;

/** Pages of an import. Its cursor is its own; one that cannot be read means: from the start. */
export async function* importEvents(
  tools: CalendarTools,
  source: SourceToRead,
  scope: ImportScope,
  stored: Json,
  { startedAt }: Pick<Pass, "startedAt">,
): AsyncGenerator<Page, void, void> {
  let cursor = readImportCursor(stored, scope, startedAt);
  while (!cursor.done) {
    if (cursor.pages > mostPages) throw circling();
    const { since, isLast } = spanOf(cursor);
    const query = { ...(since !== null && { timeMin: since }), timeMax: cursor.before };
    let answer: ReadPage;
    try {
      answer = await readEventPage(tools, source.externalId, query, cursor.page, { mayBeEmpty: true });
    } catch (thrown) {
      // Page tokens die while an import waits: its present span is read again, and what is stored stays as it is.
      const { status } = refusalOf(thrown) ?? {};
      if (cursor.page === null || (status !== 400 && status !== 410)) throw thrown;
      cursor = { ...cursor, page: null, pages: cursor.pages + 1 };
      continue;
    }
    const view = viewOf(tools, source, answer);
    const placed = answer.items.map((event) => placeEvent(event, view.zone))
      .filter((event) => event !== undefined)
      // What began in an older span and ended in this one comes with the older.
      .filter(({ start }) => start < Date.parse(cursor.before))
      .filter(({ start }) => isLast || since === null || start >= Date.parse(since));
    const items = placed.slice(0, Math.max(0, scope.items - cursor.items)).map((event) => ({
      ...itemOf(event, view),
      keep_until: new Date(Date.parse(cursor.began) + keptDays * DAY).toISOString(),
    }));
    cursor = nextCursor(cursor, answer.nextPageToken, scope, items.length);
    yield { items, progress: progressOf(cursor, scope), cursor };
  }
}

function readImportCursor(stored: Json, { days, items }: ImportScope, startedAt: Date): ImportCursor {
  const parsed = importCursor.safeParse(stored);
  if (parsed.success) return parsed.data;
  const began = startedAt.toISOString();
  return {
    version: 1,
    began,
    from: days === null ? null : new Date(startedAt.getTime() - days * DAY).toISOString(),
    before: began,
    days: firstSpan,
    page: null,
    pages: 0,
    items: 0,
    done: items <= 0 || days === 0,
  };
}

/** Where the present span begins; null: nowhere. `isLast`: there is none before it. */
function spanOf({ from, before, days }: ImportCursor): { since: string | null; isLast: boolean } {
  if (from === null && days > longestSpan) return { since: null, isLast: true };
  const since = Date.parse(before) - days * DAY;
  const isLast = from !== null && since <= Date.parse(from);
  return { since: isLast ? from : new Date(since).toISOString(), isLast };
}

function nextCursor(
  cursor: ImportCursor,
  page: string | undefined,
  scope: ImportScope,
  count: number,
): ImportCursor {
  const read = { ...cursor, items: cursor.items + count, pages: cursor.pages + 1 };
  if (read.items >= scope.items) return { ...read, done: true };
  if (page !== undefined) return { ...read, page };
  const { since, isLast } = spanOf(cursor);
  return { ...read, page: null, before: since ?? cursor.before, days: cursor.days * 2, done: isLast };
}

/** By the items that were asked for, or by the time that was covered, whichever is nearer its end. */
function progressOf(cursor: ImportCursor, scope: ImportScope): ReadingProgress {
  if (cursor.done) return { percent: 100, secondsLeft: 0 };
  const covered = cursor.from === null ? 0 : (Date.parse(cursor.began) - Date.parse(cursor.before)) /
    (Date.parse(cursor.began) - Date.parse(cursor.from));
  const part = Math.min(0.99, Math.max(0, cursor.items / scope.items, covered));
  return { percent: Math.floor(part * 100), secondsLeft: null };
}
