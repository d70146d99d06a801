/** Which stretch of time a run reports on. */
import type { ScopeSettings } from "../deliverable_types/definition.ts";
import type { Run } from "../run.ts";

export interface Scope {
  readonly from: Date;
  readonly until: Date;
}

const day = 24 * 60 * 60 * 1000;
/** How far back a version of a rhythm looks. */
const windows: Readonly<Record<string, number>> = {
  hourly: day,
  daily: day,
  weekly: 7 * day,
  biweekly: 14 * day,
  monthly: 31 * day,
};
const unscheduledWindow = 7 * day;
/** Replies and edits that came late stand before the last version; a week catches nearly all, and only news are told. */
const lateness = 7 * day;

/** Nobody prepares further ahead, and calendars are synced no further. */
const furthest = 31 * day;

/**
 * The scope of a run. What looks ahead begins now, or with its reader's today when the whole day belongs to it; what
 * looks back reaches over a full rhythm, and further when the last version is longer ago.
 */
export function scopeOf(run: Run, { startsToday = false, back, ahead, reaches }: ScopeSettings): Scope {
  const at = Date.parse(run.at);
  const reach = Math.max(
    ahead === undefined ? run.type.looks_ahead_seconds * 1000 : ahead * day,
    reaches === undefined ? 0 : Math.min(reaches.getTime() - at, furthest),
  );
  if (!run.type.looks_back) {
    const from = startsToday ? startOfDay(at, run.timezone) : at;
    return { from: new Date(from), until: new Date(at + reach) };
  }
  const rhythm = at -
    (back === undefined
      ? windows[run.deliverable.schedule?.frequency ?? ""] ?? unscheduledWindow
      : back * day);
  const from = run.seen === null ? rhythm : Math.min(rhythm, Date.parse(run.seen.at) - lateness);
  return { from: new Date(from), until: new Date(at + reach) };
}

/** The first instant of a reader's day: found by its date, since not every day has a midnight or 24 hours. */
function startOfDay(at: number, timezone: string): number {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const today = format.format(at);
  // The date changes once on the way back; halving the stretch finds where, to the millisecond.
  let before = at - 27 * 60 * 60 * 1000;
  let within = at;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (format.format(middle) === today) within = middle;
    else before = middle;
  }
  return within;
}
