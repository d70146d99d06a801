/**
 * A pass over one calendar. First comes what the sync token tells, deletions (`cancelled`) included. Then the window is
 * filled: by what it gained in moving on with time, or once a day by a listing of all of it, which also repairs what an
 * answer may have lost. Where a token died, what changed since the last pass is listed by its time in place of it.
 *
 * A listing shows deletions only by what it lacks, so that each one is followed by another in the next pass: SQL believes
 * two witnesses.
 */
import type { SeenItem } from "../../content/item.ts";
import {
  type Enumeration,
  type Page,
  type Pass,
  PlatformError,
  type SourceToRead,
  type StoredItem,
} from "../connector.ts";
import type { Json } from "@shared/db/pipeline_database.ts";
import { refusalOf } from "../google/google_refusal.ts";
import {
  type CalendarCursor,
  keptReading,
  type LongEvent,
  nextPhase,
  openReading,
  readCursor,
  type Reading,
  startOver,
} from "./calendar_cursor.ts";
import { type CalendarView, itemOf, type PlacedEvent, placeEvent } from "./calendar_item.ts";
import {
  brokenOff,
  type CalendarReader,
  circling,
  readEvent,
  readEventPage,
  type ReadPage,
} from "./event_pages.ts";
import { knownZone } from "./wall_time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface CalendarTools extends CalendarReader {
  /** The address of the account that is connected. */
  readonly ownEmail?: string;
}

/**
 * Listings reach over the window on both sides: what a whole day is in which zone, and what lies on the very edge, is
 * then decided here and not there.
 */
const margin = { before: DAY, after: 2 * DAY };
/** So much of what an earlier pass read is read with what the window gained: an answer that was lost is made up for. */
const overlap = DAY;
/** Far more than a calendar has: 200 events a page. */
const mostPages = 500;
const mostRestarts = 3;
/** A turn that goes on with another's reading within this time belongs to the same pass. */
const samePass = 10 * 60_000;
const mostLongEvents = 100;

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

function readPhase(
  tools: CalendarTools,
  calendarId: string,
  { token, etag, synced, reach }: CalendarCursor,
  { phase, from, to, page }: Reading,
): Promise<ReadPage> {
  const later = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();
  if (phase === "changes" && token !== null) {
    return readEventPage(tools, calendarId, { syncToken: token }, page, { etag });
  }
  if (phase === "since" && synced !== null) {
    // Clocks differ: an hour is read twice.
    return readEventPage(tools, calendarId, { updatedMin: later(synced, -HOUR), showDeleted: true }, page);
  }
  const timeMax = later(to, margin.after);
  if (phase === "slice") {
    const timeMin = later(reach ?? from, -overlap);
    return readEventPage(tools, calendarId, { timeMin, timeMax }, page, { mayBeEmpty: true });
  }
  return readEventPage(tools, calendarId, { timeMin: later(from, -margin.before), timeMax }, page);
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

/** Whose calendar a page of events comes from. */
export function viewOf(tools: CalendarTools, source: SourceToRead, answer: ReadPage): CalendarView {
  const { timezone, primary } = source.metadata;
  return {
    calendarId: source.externalId,
    zone: knownZone(answer.timeZone) ?? knownZone(typeof timezone === "string" ? timezone : undefined) ??
      "UTC",
    isPrimary: primary === true,
    ...(tools.ownEmail !== undefined && { ownEmail: tools.ownEmail }),
  };
}

const isWithin = ({ start, end }: PlacedEvent, { from, to }: Reading) =>
  end > Date.parse(from) && start < Date.parse(to);

async function readEvents(
  { items: events }: ReadPage,
  view: CalendarView,
  reading: Reading,
  pass: Pass,
): Promise<{ page: Omit<Page, "cursor"> & { seen: SeenItem[] }; long: LongEvent[] }> {
  const { calendarId } = view;
  const known = events.length === 0
    ? new Map<string, StoredItem>()
    : await pass.stored(calendarId, [...new Set(events.map(({ id }) => id))]);
  const isHeld = (id: string) => {
    const stored = known.get(id);
    return stored !== undefined && !stored.deleted && stored.sources.includes(calendarId);
  };
  const nameOf = (id: string) => ({ container_id: calendarId, item_id: id });
  const gone = events.filter(({ id, status }) => status === "cancelled" && isHeld(id)).map(({ id }) =>
    nameOf(id)
  );
  const placed = events.map((event) => placeEvent(event, view.zone)).filter((event) => event !== undefined)
    // What left the window is followed for as long as it is held: it must not say what is not true any more.
    .filter((event) => isWithin(event, reading) || isHeld(event.event.id));
  const items = placed.map((event) => itemOf(event, view));
  // A change is stored as it comes. A listing repeats what is there already.
  const tellsChanges = reading.phase === "changes" || reading.phase === "since";
  const isRepeated = ({ item_id, edited_at, source_timestamp }: typeof items[number]) => {
    const stored = known.get(item_id);
    return !reading.rewrite && !tellsChanges && isHeld(item_id) && edited_at !== null &&
      Date.parse(stored?.editedAt ?? "") === Date.parse(edited_at) &&
      Date.parse(stored?.sourceTimestamp ?? "") === Date.parse(source_timestamp);
  };
  const seen = reading.phase !== "window" ? [] : items.filter(isRepeated)
    .map(({ item_id, sources }) => ({ ...nameOf(item_id), sources }));
  const long = placed.filter(({ start, end }) => end - start > DAY)
    .map(({ event: { id }, end }) => ({ id, end: new Date(end).toISOString() }));
  return { page: { items: items.filter((item) => !isRepeated(item)), seen, gone }, long };
}

/** Both lists, each event once as it was told last. Those that end last are kept, as they can be missed the longest. */
function mergedLong(before: readonly LongEvent[], after: readonly LongEvent[]): LongEvent[] {
  const ends = new Map([...before, ...after].map(({ id, end }) => [id, end]));
  return [...ends].map(([id, end]) => ({ id, end }))
    .sort((one, other) => Date.parse(other.end) - Date.parse(one.end)).slice(0, mostLongEvents);
}

async function endWindow(
  tools: CalendarTools,
  view: CalendarView,
  cursor: CalendarCursor,
  reading: Reading,
  answer: ReadPage,
  page: Omit<Page, "cursor"> & { seen: SeenItem[] },
  pass: Pass,
): Promise<Step> {
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
