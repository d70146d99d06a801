/** A repetition as RFC 5545 writes it, as far as calendars of people use it. */
interface Rule {
  freq: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  interval: number;
  count: number;
  /** UTC: the last instant (timed) or date (all day) it may begin at. */
  until: number;
  /** Weekday (0 is Sunday), in months with its number: 1 the first, -1 the last, 0 every. */
  byDay: readonly { weekday: number; ordinal: number }[];
}

const DAY = 86_400_000;
const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** Reads `RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10`. @throws RangeError for what we do not expand */
function readRule(text: string): Rule {
  const parts = new Map<string, string>();
  for (const part of text.replace(/^RRULE:/, "").split(";")) {
    const [name = "", value = ""] = part.split("=");
    if (!["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"].includes(name)) {
      throw new RangeError(`Cannot repeat by '${name}'`);
    }
    parts.set(name, value);
  }
  const freq = parts.get("FREQ");
  if (freq !== "DAILY" && freq !== "WEEKLY" && freq !== "MONTHLY" && freq !== "YEARLY") {
    throw new RangeError(`Cannot repeat '${freq ?? "never"}'`);
  }
  const until = parts.get("UNTIL");
  const byDay = (parts.get("BYDAY") ?? "").split(",").filter((one) => one !== "").map((one) => ({
    weekday: WEEKDAYS.indexOf(one.slice(-2)),
    ordinal: Number(one.slice(0, -2)),
  }));
  return {
    freq,
    interval: Number(parts.get("INTERVAL") ?? 1),
    count: Number(parts.get("COUNT") ?? Infinity),
    until: until === undefined ? Infinity : readStamp(until),
    byDay,
  };
}

/** `20261105T090000Z` or `20261105` as UTC, epoch milliseconds. */
function readStamp(stamp: string): number {
  const [, y = "", m = "", d = "", h = "0", min = "0", s = "0"] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(stamp) ?? [];
  return Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s));
}

/**
 * The wall times at which a series begins, in order. The first is its own start.
 *
 * @param start wall time (as if UTC) of the first @param recurrence one RRULE line, perhaps EXDATE lines
 * @param end wall time at which to stop @param instantOf the instant of a wall time, for UNTIL
 */
export function occurrences(
  { start, recurrence, end, instantOf }: {
    start: number;
    recurrence: readonly string[];
    end: number;
    instantOf: (wall: number) => number;
  },
): number[] {
  const line = recurrence.find((one) => one.startsWith("RRULE:"));
  if (line === undefined) return [start];
  const rule = readRule(line);
  const isLeftOut = readExceptions(recurrence, instantOf);
  const found: number[] = [];
  let counted = 0;
  for (let step = 0;; step++) {
    const { first, walls } = periodOf(rule, start, step * rule.interval);
    if (first > end) return found;
    for (const wall of walls) {
      if (wall < start) continue;
      if (wall > end || instantOf(wall) > rule.until || counted >= rule.count) return found;
      // What is left out by EXDATE counts all the same.
      counted += 1;
      if (!isLeftOut(wall)) found.push(wall);
    }
  }
}

/** Whether EXDATE lines leave a wall time out: `EXDATE;TZID=Europe/Berlin:20261109T090000` or with a `Z`. */
function readExceptions(
  recurrence: readonly string[],
  instantOf: (wall: number) => number,
): (wall: number) => boolean {
  const lines = recurrence.filter((one) => one.startsWith("EXDATE"));
  const stamps = lines.flatMap((line) => line.slice(line.indexOf(":") + 1).split(","));
  const instants = new Set(stamps.filter((stamp) => stamp.endsWith("Z")).map(readStamp));
  const walls = new Set(stamps.filter((stamp) => !stamp.endsWith("Z")).map(readStamp));
  return (wall) => walls.has(wall) || instants.size > 0 && instants.has(instantOf(wall));
}

/** The begins within the period (day, week, month, year) that lies so many after the first. */
function periodOf({ freq, byDay }: Rule, start: number, ahead: number): { first: number; walls: number[] } {
  const date = new Date(start);
  const midnight = Math.floor(start / DAY) * DAY;
  const timeOfDay = start - midnight;
  if (freq === "DAILY") return { first: start + ahead * DAY, walls: [start + ahead * DAY] };
  if (freq === "WEEKLY") {
    // Weeks begin on Monday unless WKST says otherwise, which Google leaves out.
    const monday = midnight - ((date.getUTCDay() + 6) % 7) * DAY + ahead * 7 * DAY;
    const weekdays = byDay.length > 0 ? byDay.map(({ weekday }) => weekday) : [date.getUTCDay()];
    const walls = weekdays.map((weekday) => monday + ((weekday + 6) % 7) * DAY + timeOfDay);
    return { first: monday, walls: walls.sort((left, right) => left - right) };
  }
  const months = date.getUTCMonth() + (freq === "YEARLY" ? 12 * ahead : ahead);
  const first = Date.UTC(date.getUTCFullYear(), months, 1);
  const length = new Date(Date.UTC(date.getUTCFullYear(), months + 1, 0)).getUTCDate();
  if (freq === "YEARLY" || byDay.length === 0) {
    // A day that a month lacks is left out.
    const day = date.getUTCDate();
    return { first, walls: day <= length ? [first + (day - 1) * DAY + timeOfDay] : [] };
  }
  const days = byDay.flatMap(({ weekday, ordinal }) => {
    const all = Array.from({ length }, (_, index) => first + index * DAY)
      .filter((day) => new Date(day).getUTCDay() === weekday);
    if (ordinal === 0) return all;
    const one = all.at(ordinal > 0 ? ordinal - 1 : ordinal);
    return one === undefined ? [] : [one];
  });
  return { first, walls: days.sort((left, right) => left - right).map((day) => day + timeOfDay) };
}
