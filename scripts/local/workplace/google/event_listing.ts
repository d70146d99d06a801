import { HORIZON } from "./agenda.ts";
import type { Agenda, GoogleCalendar } from "./agenda.ts";
import { type Instance, instanceOf, instancesOf, instantOfTime, type Meeting } from "./meeting.ts";

/** What an events.list asks for, besides pages. */
export interface Wanted {
  /** Instances instead of series. */
  singleEvents: boolean;
  showDeleted: boolean;
  /** Only what ends after; epoch milliseconds. */
  timeMin?: number;
  /** Only what begins before; epoch milliseconds. */
  timeMax?: number;
  /** Only what was changed since, the deleted included; epoch milliseconds. */
  updatedMin?: number;
  /** Only what changed after this version of the calendar, the deleted included. */
  since?: number;
  q?: string;
  iCalUID?: string;
}

/** The instances of a series as they stand: by the rule, save those that were changed or cancelled. */
export function standingInstances(agenda: Agenda, series: Meeting, until: number): Instance[] {
  const exceptions = new Map(agenda.exceptionsOf(series).map((one) => [one.id, one]));
  return instancesOf(series, until).map((instance) => {
    const exception = exceptions.get(instance.id);
    return exception === undefined ? instance : instanceOf(exception);
  });
}

/** The events of a calendar that a listing shows, in the order in which they were made. */
export function eventsOf(agenda: Agenda, calendar: GoogleCalendar, wanted: Wanted, now: number): Instance[] {
  const { since, updatedMin } = wanted;
  const showsDeleted = wanted.showDeleted || since !== undefined || updatedMin !== undefined;
  const touched = (meeting: Meeting) =>
    (since === undefined || (calendar.changed.get(meeting.id) ?? 0) > since) &&
    (updatedMin === undefined || meeting.updated >= updatedMin);
  const found = new Map<string, Instance>();
  for (const meeting of calendar.meetings.values()) {
    if (!touched(meeting)) continue;
    for (const instance of shownAs(agenda, meeting, wanted, now)) found.set(instance.id, instance);
  }
  return [...found.values()].filter((instance) => {
    if (!fits(instance, calendar, wanted)) return false;
    if (instance.status !== "cancelled" || showsDeleted) return true;
    // A cancelled instance is part of its series, and shown with it.
    const series = instance.meeting.exception?.series;
    return !wanted.singleEvents && series !== undefined && series.status !== "cancelled";
  });
}

function shownAs(agenda: Agenda, meeting: Meeting, wanted: Wanted, now: number): Instance[] {
  if (meeting.recurrence.length === 0) return [instanceOf(meeting)];
  if (!wanted.singleEvents) return [instanceOf(meeting)];
  const until = Math.min(wanted.timeMax ?? Infinity, now + HORIZON);
  const gone = [...meeting.dropped].map(([id, start]): Instance => ({
    id,
    meeting,
    start,
    end: start,
    status: "cancelled",
    originalStart: start,
  }));
  // Exceptions are events of their own in the calendar; here they only take the place of the regular ones.
  return [...gone, ...standingInstances(agenda, meeting, until)];
}

function fits({ meeting, start, end }: Instance, calendar: GoogleCalendar, wanted: Wanted): boolean {
  const { timeMin = -Infinity, timeMax = Infinity, q, iCalUID } = wanted;
  const series = meeting.exception?.series ?? meeting;
  if (iCalUID !== undefined && iCalUID !== `${series.id}@google.com`) return false;
  if (q !== undefined) {
    const names = meeting.attendees.map(({ name, email }) => `${name} ${email}`).join(" ");
    const words = `${meeting.summary} ${meeting.description} ${meeting.location} ${names}`.toLowerCase();
    if (!words.includes(q.toLowerCase())) return false;
  }
  const overlaps = (from: Instance["start"], to: Instance["end"]) =>
    instantOfTime(to, calendar.zone) > timeMin && instantOfTime(from, calendar.zone) < timeMax;
  if (!wanted.singleEvents && meeting.recurrence.length > 0) {
    if (timeMin === -Infinity && timeMax === Infinity) return true;
    // A series is in the window when one of its instances is.
    const until = timeMax === Infinity ? Math.max(timeMin, 0) + HORIZON : timeMax;
    return instancesOf(meeting, until).some((one) => overlaps(one.start, one.end));
  }
  return overlaps(start, end);
}
