/** Pages of `events.list`, each believed only when it proves its end. */
import { PlatformError } from "../connector.ts";
import { type GoogleClient, type GoogleQuery, isTooLarge } from "../google/google_client.ts";
import type { Pace } from "../rate_budget.ts";
import { type AnsweredEvent, event as eventAnswer, type EventPage, eventPage } from "./calendar_answers.ts";

export interface CalendarReader {
  readonly client: GoogleClient;
  readonly pace: Pace;
  /** Events of a page; as many as one page of ours may hold when left out. */
  readonly pageSize?: number;
}

/** What is asked of one calendar. */
export type EventQuery =
  | { readonly syncToken: string }
  | { readonly updatedMin: string; readonly showDeleted: true }
  | { readonly timeMin?: string; readonly timeMax: string };

export interface Expected {
  /** An empty page at the end is nothing special: few events begin in an hour. */
  readonly mayBeEmpty?: boolean;
  /** The calendar's version of which an empty answer says nothing new. */
  readonly etag?: string | null;
}

export interface ReadPage extends EventPage {
  /** It was read twice, as the first answer did not prove to be whole. */
  readonly doubted: boolean;
}

const usualSize = 200;
/** When so many are more than an isolate should hold. */
const smallSize = 20;

/**
 * Reads one page. A last page must carry a sync token, which only a whole listing has, and one without any event is read a
 * second time, unless the calendar is as it was: what looks like the end can be an answer that lost its events.
 *
 * @throws {PlatformError} `provider_down` when the page leads to itself
 */
export async function readEventPage(
  { client, pace, pageSize = usualSize }: CalendarReader,
  calendarId: string,
  query: EventQuery,
  page: string | null,
  expected: Expected = {},
): Promise<ReadPage> {
  const path = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events` as const;
  const ask = (maxResults: number) => {
    const all: GoogleQuery = { singleEvents: true, ...query, maxResults, pageToken: page ?? undefined };
    return client.get(path, all, eventPage, { pace });
  };
  const read = () =>
    ask(pageSize).catch((thrown: unknown) => {
      if (isTooLarge(thrown)) return ask(smallSize);
      throw thrown;
    });
  let answer = await read();
  const doubted = isDoubtful(answer, query, expected);
  if (doubted) answer = await read();
  if (answer.nextPageToken !== undefined && answer.nextPageToken === page) throw circling();
  // Its listing has broken off, whatever it says: earlier pages were not empty. (One with events is an end: some
  // calendars give no sync token.)
  const isNothing = answer.items.length === 0 && answer.nextSyncToken === undefined;
  if (doubted && isEnd(answer) && isNothing && page !== null) throw brokenOff();
  return { ...answer, doubted };
}

const isEnd = ({ nextPageToken }: EventPage) => nextPageToken === undefined;

function isDoubtful(answer: EventPage, query: EventQuery, { mayBeEmpty = false, etag }: Expected): boolean {
  if (!isEnd(answer)) return false;
  // A listing by the time of change has no token at its end.
  if ("updatedMin" in query) return answer.items.length === 0;
  if (answer.nextSyncToken === undefined) return true;
  const isUnchanged = typeof etag === "string" && answer.etag === etag;
  return answer.items.length === 0 && !mayBeEmpty && !isUnchanged;
}

/** One event by its id. @throws {PlatformError} `not_found` */
export function readEvent(
  { client, pace }: CalendarReader,
  calendarId: string,
  eventId: string,
): Promise<AnsweredEvent> {
  const path = `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events/${
    encodeURIComponent(eventId)
  }` as const;
  return client.get(path, {}, eventAnswer, { pace });
}

const kept = "What was synced before is kept.";
export const circling = () =>
  new PlatformError("provider_down", `Google Calendar repeated a page of a listing. ${kept}`);
export const brokenOff = () =>
  new PlatformError("provider_down", `Google Calendar broke off a listing. ${kept}`);
