import type { Agenda, GoogleCalendar } from "./agenda.ts";
import { eventsOf } from "./event_listing.ts";
import { timeJson } from "./event_json.ts";
import { addressText } from "./mail.ts";
import { type Answer, instantOfTime } from "./meeting.ts";
import type { GoogleJson } from "./google_refusal.ts";

/** A live event, or one instance of a series, as a perfect sync would hold it. */
export interface TruthEvent {
  calendarId: string;
  /** Of an instance: the series' id, `_`, and when it begins by the rule. */
  id: string;
  /** On instances only. */
  recurringEventId?: string;
  summary: string;
  description: string;
  location: string;
  /** As the API writes them. */
  start: GoogleJson;
  end: GoogleJson;
  /** Epoch milliseconds. */
  startsAt: number;
  endsAt: number;
  isAllDay: boolean;
  isPrivate: boolean;
  organizer: string;
  /** Address to answer. */
  attendees: Readonly<Record<string, Answer>>;
}

/** Every event that is not cancelled and overlaps a window, series expanded, by their beginning. */
export function truthOfCalendar(
  agenda: Agenda,
  calendar: GoogleCalendar,
  { from, to }: { from: Date; to: Date },
): TruthEvent[] {
  const wanted = { singleEvents: true, showDeleted: false, timeMin: from.getTime(), timeMax: to.getTime() };
  const live = eventsOf(agenda, calendar, wanted, to.getTime());
  const told = live.map(({ id, meeting, start, end, originalStart }): TruthEvent => ({
    calendarId: calendar.id,
    id,
    ...(originalStart && { recurringEventId: (meeting.exception?.series ?? meeting).id }),
    summary: meeting.summary,
    description: meeting.description,
    location: meeting.location,
    start: timeJson(start),
    end: timeJson(end),
    startsAt: instantOfTime(start, calendar.zone),
    endsAt: instantOfTime(end, calendar.zone),
    isAllDay: "date" in start,
    isPrivate: meeting.visibility === "private",
    organizer: addressText(meeting.organizer),
    attendees: Object.fromEntries(meeting.attendees.map(({ email, answer }) => [email, answer])),
  }));
  return told.sort((left, right) => left.startsAt - right.startsAt || (left.id < right.id ? -1 : 1));
}
