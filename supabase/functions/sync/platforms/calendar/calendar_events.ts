/** A page of events against what is stored: what of it is new, what is only there still, and what was cancelled. */
import type { SeenItem } from "../../content/item.ts";
import type { Page, Pass, SourceToRead, StoredItem } from "../connector.ts";
import type { LongEvent, Reading } from "./calendar_cursor.ts";
import { type CalendarView, itemOf, type PlacedEvent, placeEvent } from "./calendar_item.ts";
import type { CalendarReader, ReadPage } from "./event_pages.ts";
import { knownZone } from "./wall_time.ts";

const DAY = 86_400_000;

export interface CalendarTools extends CalendarReader {
  /** The address of the account that is connected. */
  readonly ownEmail?: string;
}

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

export interface EventFinding extends Omit<Page, "cursor"> {
  readonly seen: readonly SeenItem[];
}

const isWithin = ({ start, end }: PlacedEvent, { from, to }: Reading) =>
  end > Date.parse(from) && start < Date.parse(to);

/** What a page says, and which of its events are so long that a listing by beginnings will miss them one day. */
export async function readEvents(
  { items: events }: ReadPage,
  view: CalendarView,
  reading: Reading,
  pass: Pass,
): Promise<{ page: EventFinding; long: LongEvent[] }> {
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
