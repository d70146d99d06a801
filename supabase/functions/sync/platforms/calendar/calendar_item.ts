/** An event of a calendar as an item: what a person reads in it, and when it takes place. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import { htmlLines } from "../google/html_lines.ts";
import type { AnsweredEvent, AnsweredPerson, AnsweredTime } from "./calendar_answers.ts";
import { beginningOf, daysText, knownZone, spanText } from "./wall_time.ts";

const DAY = 86_400_000;

/** Whose calendar it is, and how it is seen. */
export interface CalendarView {
  readonly calendarId: string;
  /** The calendar's IANA zone, in which whole days begin. */
  readonly zone: string;
  /** The person's own calendar, where Google says `self` of the person and not of the calendar. */
  readonly isPrimary: boolean;
  /** The address of the account that is connected. */
  readonly ownEmail?: string;
}

/** An event with its place in time. */
export interface PlacedEvent {
  readonly event: AnsweredEvent;
  /** Epoch milliseconds; of whole days, midnights in the calendar's zone. */
  readonly start: number;
  readonly end: number;
  readonly allDay: boolean;
}

/**
 * Kinds that are no appointments, which Google puts into a person's calendar by itself: birthdays out of the contacts, and
 * where a person works today. Focus time and absences stay, as they say when somebody cannot be met.
 * https://developers.google.com/workspace/calendar/api/guides/event-types
 */
const leftOut: ReadonlySet<string> = new Set(["birthday", "workingLocation"]);

/** Places an event in time; undefined for what is no appointment, is cancelled, or has no time. */
export function placeEvent(event: AnsweredEvent, zone: string): PlacedEvent | undefined {
  if (event.status === "cancelled" || leftOut.has(event.eventType ?? "")) return undefined;
  const start = instantOf(event.start, zone);
  if (start === undefined) return undefined;
  const allDay = isDate(event.start?.date);
  // Without an end, or with one before its beginning, it is a day or a moment.
  const end = instantOf(event.end, zone) ?? start;
  return { event, start, end: end > start ? end : allDay ? start + DAY : start, allDay };
}

const isDate = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

function instantOf(time: AnsweredTime, zone: string): number | undefined {
  if (isDate(time?.date)) return beginningOf(time.date, zone);
  // Only with an offset, as Google always sends it: without one it would be a time of this machine's.
  const { dateTime = "" } = time ?? {};
  const instant = /(?:Z|[+-]\d\d:\d\d)$/.test(dateTime) ? Date.parse(dateTime) : NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

const mostPeople = 50;
const mostPeopleInText = 10;
/** Twice what the database keeps in characters, because some characters have a length of two here. */
const longestText = 20_000;
/** Google allows 8192 characters; imported calendars have been seen with more. */
const longestDescription = 100_000;
const longestLine = 1000;

export function itemOf(placed: PlacedEvent, view: CalendarView): Item {
  const { event, start, end, allDay } = placed;
  const title = line(event.summary) ?? "Busy";
  const organizer = organizerOf(event, view);
  const people = peopleOf(event);
  const edited = Date.parse(event.updated ?? "");
  return {
    container_id: view.calendarId,
    item_id: event.id,
    sources: [view.calendarId],
    content_type: "event",
    thread_id: event.recurringEventId ?? null,
    title,
    content: contentOf(placed, view, title, organizer, people),
    author: organizer?.name ?? organizer?.email ?? null,
    author_id: organizer?.email ?? null,
    is_user_authored: organizer?.isUser ?? false,
    permalink: link(event.htmlLink) ?? null,
    metadata: {
      start: (allDay ? event.start?.date : undefined) ?? new Date(start).toISOString(),
      end: (allDay ? event.end?.date : undefined) ?? new Date(end).toISOString(),
      all_day: allDay,
      timezone: knownZone(event.start?.timeZone) ?? view.zone,
      location: line(event.location) ?? null,
      attendees: people.slice(0, mostPeople).map(({ email, name, response }): Json => ({
        email: email ?? null,
        name: name ?? null,
        response,
      })),
      attendee_count: people.length,
      organizer: organizer === undefined
        ? null
        : { email: organizer.email ?? null, name: organizer.name ?? null },
      status: line(event.status) ?? "confirmed",
      recurring_event_id: event.recurringEventId ?? null,
      my_response: myResponse(event, view) ?? null,
      visibility: line(event.visibility) ?? "default",
    },
    source_timestamp: new Date(start).toISOString(),
    edited_at: Number.isNaN(edited) ? null : new Date(edited).toISOString(),
    keep_until: new Date(end + DAY).toISOString(),
  };
}

interface Person {
  readonly name: string | undefined;
  readonly email: string | undefined;
}
interface Attendee extends Person {
  readonly response: string;
}
interface Organizer extends Person {
  readonly isUser: boolean;
}

/** Google's own words, and those of the person who reads. */
const responses = new Map([
  ["accepted", "accepted"],
  ["declined", "declined"],
  ["tentative", "maybe"],
  ["needsAction", "no answer"],
]);

function peopleOf({ attendees = [] }: AnsweredEvent): Attendee[] {
  // A room is where it takes place, not who comes.
  return attendees.filter(({ resource }) => resource !== true).map((one) => ({
    ...personOf(one),
    response: line(one.responseStatus) ?? "needsAction",
  }));
}

const personOf = ({ email, displayName }: AnsweredPerson): Person => ({
  name: line(displayName),
  email: line(email),
});

/** Who called the meeting: of an event that a shared calendar itself organizes, the person who made it. */
function organizerOf({ organizer, creator }: AnsweredEvent, view: CalendarView): Organizer | undefined {
  const isCalendar = organizer?.email === view.calendarId && !view.isPrimary;
  const who = isCalendar ? creator ?? organizer : organizer ?? creator;
  if (who === undefined) return undefined;
  const isUser = isSame(who.email, view.ownEmail) || (view.isPrimary && who.self === true);
  return { ...personOf(who), isUser };
}

function myResponse({ attendees = [] }: AnsweredEvent, view: CalendarView): string | undefined {
  const own = attendees.find(({ email }) => isSame(email, view.ownEmail)) ??
    (view.isPrimary ? attendees.find(({ self }) => self === true) : undefined);
  return line(own?.responseStatus);
}

const isSame = (one: string | undefined, other: string | undefined) =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase();

function contentOf(
  { event, start, end, allDay }: PlacedEvent,
  view: CalendarView,
  title: string,
  organizer: Organizer | undefined,
  people: readonly Attendee[],
): string {
  const when = allDay && isDate(event.start?.date)
    ? daysText(event.start.date, isDate(event.end?.date) ? event.end.date : event.start.date)
    : spanText(start, end, view.zone);
  const named = people.slice(0, mostPeopleInText)
    .map((one) => `${nameOf(one)} (${responses.get(one.response) ?? one.response})`);
  const more = people.length - named.length;
  const facts = [
    ["When", when],
    ["Where", line(event.location)],
    ["Organizer", organizer && nameOf(organizer)],
    ["Attendees", named.length > 0 ? named.join(", ") + (more > 0 ? ` and ${more} more` : "") : undefined],
    ["Join", conferenceOf(event)],
    ["Status", event.status === "tentative" ? "tentative" : undefined],
  ];
  const known = facts.flatMap(([name, value]) => value ? [`${name}: ${value}`] : []);
  const description = descriptionOf(event);
  return [[title, ...known].join("\n"), description].filter((part) => part !== "").join("\n\n")
    .slice(0, longestText);
}

const nameOf = ({ name, email }: Person) =>
  name === undefined ? email ?? "somebody" : email === undefined ? name : `${name} <${email}>`;

/** A description is HTML as soon as it was written in Google's own editor, and plain text from elsewhere. */
function descriptionOf({ description = "" }: AnsweredEvent): string {
  const raw = description.slice(0, longestDescription);
  // The line ends of a text that has a tag somewhere count, too: Google shows both.
  const isHtml = /<\/?[a-z][^<>]*>|&(?:[a-z]{2,8}|#\d{1,6});/i.test(raw);
  const text = isHtml
    ? htmlLines(raw.replace(/\r?\n/g, "<br>")).map((one) => one.text.trimEnd()).join("\n")
    : raw.replace(/\r\n?/g, "\n");
  return text.replaceAll("\u00a0", " ").replace(/\n{3,}/g, "\n\n").trim();
}

function conferenceOf({ hangoutLink, conferenceData }: AnsweredEvent): string | undefined {
  const entries = conferenceData?.entryPoints ?? [];
  const video = entries.find(({ entryPointType, uri }) =>
    entryPointType === "video" && link(uri) !== undefined
  );
  return link(video?.uri) ?? link(hangoutLink);
}

function link(address: string | undefined): string | undefined {
  return address !== undefined && address.length <= 2000 && /^https:\/\/[^\s<>"]+$/.test(address)
    ? address
    : undefined;
}

/** A text on one line and of a bounded length; undefined when there is none. */
function line(text: string | undefined): string | undefined {
  const one = text?.slice(0, 2 * longestLine).replace(/\s+/g, " ").trim().slice(0, longestLine);
  return one === "" ? undefined : one;
}
