import { rfc3339 } from "../world/zone.ts";
import type { GoogleCalendar } from "./agenda.ts";
import type { GoogleJson } from "./google_refusal.ts";
import { type EventTime, type Instance, type Meeting } from "./meeting.ts";

export type AccessRole = "owner" | "writer" | "reader" | "freeBusyReader";

/** Through whose eyes an event is shown. */
export interface View {
  calendar: GoogleCalendar;
  role: AccessRole;
  /** E-mail address of the account that looks. */
  email: string;
}

/** A time as the API writes it: `{ date }`, or `{ dateTime, timeZone }` with an offset. */
export function timeJson(time: EventTime): GoogleJson {
  if ("date" in time) return { date: time.date };
  return { dateTime: rfc3339(time.instant, time.zone), timeZone: time.zone };
}

export function etagOf(number: number): string {
  return `"${number}"`;
}

/** An event, a series (its rule not expanded) or an instance, as events.get shows it. */
export function eventJson(view: View, instance: Instance): GoogleJson {
  const { meeting, originalStart } = instance;
  const isInstance = originalStart !== undefined;
  const series = meeting.exception?.series ?? meeting;
  const base: GoogleJson = {
    kind: "calendar#event",
    etag: etagOf(meeting.updated * 2),
    id: instance.id,
    status: instance.status,
    ...(isInstance && { recurringEventId: series.id, originalStartTime: timeJson(originalStart) }),
  };
  // All that a deleted event is guaranteed to show.
  if (instance.status === "cancelled") return base;
  const shown: GoogleJson = {
    ...base,
    updated: new Date(meeting.updated).toISOString(),
    start: timeJson(instance.start),
    end: timeJson(instance.end),
    iCalUID: `${series.id}@google.com`,
    ...(!isInstance && meeting.recurrence.length > 0 && { recurrence: meeting.recurrence }),
  };
  if (view.role === "freeBusyReader") return { ...shown, visibility: "private" };
  return { ...shown, ...wordsJson(view, meeting, instance) };
}

function wordsJson({ calendar, email }: View, meeting: Meeting, { id }: Instance): GoogleJson {
  const { organizer, attendees, summary, description, location, visibility } = meeting;
  const person = (one: { name: string; email: string }) => ({
    email: one.email,
    ...(one.name !== "" && { displayName: one.name }),
    ...(one.email === email && { self: true }),
  });
  const group = calendar.kind === "group" && !attendees.some((one) => one.email === calendar.id);
  return {
    htmlLink: `https://calendar.example/event?eid=${id}`,
    created: new Date(meeting.created).toISOString(),
    ...(summary !== "" && { summary }),
    ...(description !== "" && { description }),
    ...(location !== "" && { location }),
    creator: person(organizer),
    organizer: group && meeting.calendarIds[0] === calendar.id
      ? { email: calendar.id, displayName: calendar.summary, self: true }
      : person(organizer),
    ...(attendees.length > 0 && {
      attendees: attendees.map((one) => ({
        ...person(one),
        responseStatus: one.answer,
        ...(one.email === organizer.email && { organizer: true }),
      })),
    }),
    ...(visibility === "private" && { visibility }),
    sequence: 0,
    reminders: { useDefault: true },
    eventType: "default",
  };
}

/** Orders events of a listing: by a number, then by id. */
export function placeKey(number: number, id: string): string {
  return `${String(number).padStart(16, "0")}.${id}`;
}
