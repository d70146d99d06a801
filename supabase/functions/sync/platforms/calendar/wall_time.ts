/** Times on the wall of an IANA zone: where a whole day begins, and how a person reads when something takes place. */

const DAY = 86_400_000;
const readers = new Map<string, Intl.DateTimeFormat>();
/** Zones come from strangers: as many readers as there are zones of the world, and no more. */
const mostReaders = 600;

/** The zone under its name, or undefined when there is none of that name. */
export function knownZone(name: string | undefined): string | undefined {
  if (name === undefined || name.length > 64) return undefined;
  try {
    readerOf(name);
    return name;
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function readerOf(zone: string): Intl.DateTimeFormat {
  const known = readers.get(zone);
  if (known !== undefined) return known;
  const reader = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (readers.size < mostReaders) readers.set(zone, reader);
  return reader;
}

/** What the wall shows at an instant, written as if it were UTC (epoch milliseconds, to the second). */
export function wallAt(instant: number, zone: string): number {
  const shown = new Map(
    readerOf(zone).formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => shown.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/**
 * The instant at which a date begins. Where summer time begins at midnight there is no 00:00: the day begins with the
 * clock's next minute; where 00:00 comes twice, with the first.
 */
export function beginningOf(date: string, zone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const offsets = [midnight - DAY, midnight + DAY].map((near) => wallAt(near, zone) - near);
  const fitting = offsets.map((offset) => midnight - offset).filter((at) => wallAt(at, zone) === midnight);
  return fitting.length > 0 ? Math.min(...fitting) : midnight - (offsets[0] ?? 0);
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Thu, 5 Nov 2026`: by our own words, as those of Intl change with the runtime and would make every event an edit. */
function dayText(wall: number): string {
  const date = new Date(wall);
  const [weekday, month] = [weekdays[date.getUTCDay()], months[date.getUTCMonth()]];
  return `${weekday}, ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

const clockText = (wall: number) => new Date(wall).toISOString().slice(11, 16);

/** `Thu, 5 Nov 2026, 14:00–15:00 (Europe/Berlin)`; over midnight with both days. */
export function spanText(start: number, end: number, zone: string): string {
  const [from, to] = [wallAt(start, zone), wallAt(end, zone)];
  const begins = `${dayText(from)}, ${clockText(from)}`;
  if (end <= start) return `${begins} (${zone})`;
  const isOneDay = dayText(from) === dayText(to);
  return isOneDay
    ? `${begins}–${clockText(to)} (${zone})`
    : `${begins} – ${dayText(to)}, ${clockText(to)} (${zone})`;
}

/** `Thu, 5 Nov 2026 (all day)`, or the first and the last of several days. @param end the day after the last */
export function daysText(start: string, end: string): string {
  const first = Date.parse(`${start}T00:00:00Z`);
  const last = Date.parse(`${end}T00:00:00Z`) - DAY;
  return last > first ? `${dayText(first)} – ${dayText(last)} (all day)` : `${dayText(first)} (all day)`;
}
