/**
 * A pass over one calendar. First comes what the sync token tells, deletions (`cancelled`) included. Then the window is
 * filled: by what it gained in moving on with time, or once a day by a listing of all of it, which also repairs what an
 * answer may have lost. Where a token died, what changed since the last pass is listed by its time in place of it.
 *
 * A listing shows deletions only by what it lacks, so that each one is followed by another in the next pass: SQL believes
 * two witnesses.
 */
import { type Page, type Pass, PlatformError, type SourceToRead } from "../connector.ts";
import type { Json } from "@shared/db/pipeline_database.ts";
import { refusalOf } from "../google/google_refusal.ts";
import {
  type CalendarCursor,
  keptReading,
  nextPhase,
  openReading,
  readCursor,
  type Reading,
  startOver,
} from "./calendar_cursor.ts";
import { type CalendarTools, readEvents, viewOf } from "./calendar_events.ts";
import { endWindow, mergedLong } from "./end_window.ts";
import { brokenOff, circling, type ReadPage } from "./event_pages.ts";
import { readPhase } from "./read_phase.ts";

/** Far more than a calendar has: 200 events a page. */
const mostPages = 500;
const mostRestarts = 3;
/** A turn that goes on with another's reading within this time belongs to the same pass. */
const samePass = 10 * 60_000;

interface Step {
  readonly page: Omit<Page, "cursor">;
  readonly cursor: CalendarCursor;
}

export async function* syncCalendar(
  tools: CalendarTools,
  source: SourceToRead,
  stored: Json,
  pass: Pass,
): AsyncGenerator<Page, void, void> {
  let cursor = readCursor(stored);
  const { startedAt } = pass;
  cursor = { ...cursor, reading: keptReading(cursor, startedAt) ?? openReading(cursor, startedAt) };
  let isUpToDate = isOfPass(cursor.reading, startedAt);
  const visited = new Set<string>();
  while (cursor.reading !== null) {
    const step = await readStep(tools, source, cursor, cursor.reading, pass);
    cursor = step.cursor;
    const { reading } = cursor;
    if (reading === null && !isUpToDate) {
      // What was left over is read; what happened since then is not.
      isUpToDate = true;
      cursor = { ...cursor, reading: openReading(cursor, startedAt) };
    } else if (reading !== null && reading.page !== null) {
      const place = `${reading.phase} ${reading.restarts} ${reading.page}`;
      if (visited.has(place) || reading.pages > mostPages) throw circling();
      visited.add(place);
    }
    yield { ...step.page, cursor };
  }
}

const isOfPass = (reading: Reading | null, startedAt: Date) =>
  reading !== null && startedAt.getTime() - Date.parse(reading.began) < samePass;

async function readStep(
  tools: CalendarTools,
  source: SourceToRead,
  cursor: CalendarCursor,
  reading: Reading,
  pass: Pass,
): Promise<Step> {
  let answer: ReadPage;
  try {
    answer = await readPhase(tools, source.externalId, cursor, reading);
  } catch (thrown) {
    return afterRefusal(thrown, cursor, reading);
  }
  const view = viewOf(tools, source, answer);
  const isSeenAnew = cursor.role !== null && !reading.rewrite &&
    (cursor.role !== (answer.accessRole ?? "") || cursor.zone !== view.zone);
  // What was hidden is shown now, or whole days begin at another hour: every event reads differently, unedited.
  if (isSeenAnew) return seenAnew(cursor, reading);
  const { page, long } = await readEvents(answer, view, reading, pass);
  const doubted = answer.doubted ? Math.max(cursor.due, 1) : cursor.due;
  const next: Reading = {
    ...reading,
    page: answer.nextPageToken ?? null,
    pages: reading.pages + 1,
    long: mergedLong(reading.long, long),
  };
  if (next.page !== null) return { page, cursor: { ...cursor, due: doubted, reading: next } };
  const seen = { zone: view.zone, role: answer.accessRole ?? "", etag: answer.etag ?? null };
  if (reading.phase === "window") {
    // An empty answer to the token of before the listing is believed by the version of that time.
    const etag = cursor.token === null ? seen.etag : cursor.etag;
    return await endWindow(tools, view, { ...cursor, ...seen, etag, due: doubted }, next, answer, page, pass);
  }
  const kept = { ...cursor, due: doubted, long: mergedLong(cursor.long, next.long) };
  if (reading.phase === "slice") {
    return { page, cursor: { ...kept, reach: reading.to, reading: null } };
  }
  if (reading.phase === "since") return { page, cursor: { ...kept, reading: nextPhase(next, "window") } };
  // A feed of changes that does not say where it goes on has not ended.
  if (answer.nextSyncToken === undefined) throw brokenOff();
  const following = nextPhase(next, reading.lists ? "window" : "slice");
  const synced = reading.began;
  return { page, cursor: { ...kept, ...seen, synced, token: answer.nextSyncToken, reading: following } };
}

/** The same page again, this time with everything that it says, and a listing of the rest. */
function seenAnew(cursor: CalendarCursor, reading: Reading): Step {
  const phase = reading.phase === "changes" ? reading.phase : "window";
  const again = { ...nextPhase(reading, phase), lists: true, rewrite: true };
  return { page: { items: [] }, cursor: { ...cursor, etag: null, reading: again } };
}

/** What is done when Google refuses to go on: tokens die, and then the window is listed from its beginning. */
function afterRefusal(thrown: unknown, cursor: CalendarCursor, reading: Reading): Step {
  const { status } = refusalOf(thrown) ?? {};
  const isTokens = status === 410 || status === 400;
  if (!isTokens) throw thrown;
  if (reading.phase === "changes") {
    return { page: { items: [] }, cursor: startOver(cursor, reading) };
  }
  if (reading.phase === "since") {
    return { page: { items: [] }, cursor: { ...cursor, reading: nextPhase(reading, "window") } };
  }
  if (reading.page === null || reading.restarts >= mostRestarts) throw unlistable(thrown);
  const again = { ...nextPhase(reading, reading.phase), restarts: reading.restarts + 1 };
  return { page: { items: [] }, cursor: { ...cursor, reading: again } };
}

const unlistable = (cause: unknown) =>
  new PlatformError(
    "provider_down",
    "Google Calendar does not list this calendar. What was synced before is kept.",
    { cause },
  );
