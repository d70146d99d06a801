/**
 * A recurrence as people write it, and what it means on a wall clock. Nothing here knows a time zone, and nothing of it
 * is shared with the SQL that it judges: days come from Temporal, cron lines from croner.
 */
import { Cron } from "croner";
import { Temporal } from "temporal-polyfill/implementation";

export type Rule =
  | { readonly frequency: "hourly" }
  | { readonly frequency: "daily"; readonly times: readonly string[] }
  | {
    readonly frequency: "weekly" | "biweekly";
    readonly times: readonly string[];
    readonly day: readonly Weekday[];
  }
  | { readonly frequency: "monthly"; readonly times: readonly string[]; readonly day: number }
  | { readonly frequency: "cron"; readonly cron: string }
  | { readonly frequency: "once"; readonly at: string };

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = typeof WEEKDAYS[number];

export function weekdayOf(date: Temporal.PlainDate): Weekday {
  return WEEKDAYS[date.dayOfWeek - 1] ?? "monday";
}

/**
 * Whether a rule goes by elapsed time: `hourly`, and cron lines that name every hour. They come twice in a fold, and
 * a gap moves nothing.
 */
export function isElapsed(rule: Rule): boolean {
  return rule.frequency === "hourly" || (rule.frequency === "cron" && /^\S+\s+\*\s/.test(rule.cron));
}

/**
 * Every local time of a rule from the start of `first` to the end of `last`, ascending, as the epoch seconds at which a
 * clock of UTC would show it.
 */
export function wallTimesOf(
  rule: Rule,
  anchor: Temporal.PlainDate,
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
): number[] {
  const [from, to] = [wallTime(first, "00:00"), wallTime(last.add({ days: 1 }), "00:00")];
  switch (rule.frequency) {
    case "hourly":
      return Array.from({ length: (to - from) / 3_600 }, (_, hour) => from + hour * 3_600);
    case "cron":
      return cronTimes(rule.cron, from, to);
    case "once":
      return [Date.parse(`${rule.at}Z`) / 1_000];
    default: {
      const times = rule.times.toSorted();
      return datesOf(rule, anchor, first, last).flatMap((date) => times.map((time) => wallTime(date, time)));
    }
  }
}

function wallTime(date: Temporal.PlainDate, time: string): number {
  return Date.parse(`${date}T${time}Z`) / 1_000;
}

function datesOf(
  rule: Extract<Rule, { times: readonly string[] }>,
  anchor: Temporal.PlainDate,
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
): Temporal.PlainDate[] {
  const { compare } = Temporal.PlainDate;
  const dates: Temporal.PlainDate[] = [];
  if (rule.frequency === "monthly") {
    for (let months = 0;; months++) {
      // Temporal's own "constrain": the 31st of a shorter month is its last day.
      const date = first.toPlainYearMonth().add({ months }).toPlainDate({ day: rule.day });
      if (compare(date, last) > 0) return dates;
      if (compare(date, first) >= 0) dates.push(date);
    }
  }
  const mondayOf = (date: Temporal.PlainDate) => date.subtract({ days: date.dayOfWeek - 1 });
  for (let date = first; compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (rule.frequency !== "daily" && !rule.day.includes(weekdayOf(date))) continue;
    if (rule.frequency === "biweekly" && mondayOf(anchor).until(mondayOf(date)).days % 14 !== 0) continue;
    dates.push(date);
  }
  return dates;
}

/** croner reads the line on a clock of UTC, so that no zone has a say. */
function cronTimes(line: string, from: number, to: number): number[] {
  const cron = new Cron(line, { utcOffset: 0 });
  const times: number[] = [];
  let next = cron.nextRun(new Date((from - 1) * 1_000));
  while (next !== null && next.getTime() < to * 1_000) {
    times.push(next.getTime() / 1_000);
    next = cron.nextRun(next);
  }
  return times;
}
