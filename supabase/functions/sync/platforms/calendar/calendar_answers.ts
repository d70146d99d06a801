/**
 * What of the Calendar API's answers is read. Only ids and tokens must be as documented; whatever else an event lacks, or
 * has in another form, is left out of the item and does not make its page unreadable.
 * https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
import { z } from "zod";

const text = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
/** Event ids have up to 1024 characters (of an instance: with its time behind it), tokens were never seen longer. */
const id = z.string().min(1).max(1100);
const token = z.string().min(1).max(4096).optional();

const time = z.object({ date: text, dateTime: text, timeZone: text }).optional().catch(undefined);
export type AnsweredTime = z.output<typeof time>;

const person = z.object({ email: text, displayName: text, self: flag }).optional().catch(undefined);
export type AnsweredPerson = NonNullable<z.output<typeof person>>;

const attendee = z.object({
  email: text,
  displayName: text,
  self: flag,
  organizer: flag,
  resource: flag,
  responseStatus: text,
});

export const event = z.object({
  id,
  status: text,
  eventType: text,
  recurringEventId: text,
  summary: text,
  description: text,
  location: text,
  htmlLink: text,
  updated: text,
  visibility: text,
  start: time,
  end: time,
  organizer: person,
  creator: person,
  attendees: z.array(attendee).optional().catch(undefined),
  hangoutLink: text,
  conferenceData: z.object({
    entryPoints: z.array(z.object({ entryPointType: text, uri: text })).optional().catch(undefined),
  }).optional().catch(undefined),
});
export type AnsweredEvent = z.output<typeof event>;

/** `events.list`: one page. */
export const eventPage = z.object({
  items: z.array(event).default([]),
  nextPageToken: token,
  nextSyncToken: token,
  etag: text,
  timeZone: text,
  accessRole: text,
});
export type EventPage = z.output<typeof eventPage>;

/** `calendarList.list`: one page. */
export const calendarPage = z.object({
  items: z.array(z.object({
    id: z.string().min(1).max(1024),
    summary: text,
    summaryOverride: text,
    timeZone: text,
    accessRole: text,
    primary: flag,
    hidden: flag,
    deleted: flag,
  })).default([]),
  nextPageToken: token,
  nextSyncToken: token,
});
