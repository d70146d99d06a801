import { z } from "zod";
import type { GoogleCalendar } from "./agenda.ts";
import { type AccessRole, etagOf, eventJson, placeKey, type View } from "./event_json.ts";
import { eventsOf, standingInstances } from "./event_listing.ts";
import { flag, type GoogleCallContext, type GoogleMethod, googleMethod, pageSize } from "./google_method.ts";
import { badRequest, type GoogleJson, GoogleRefusal, notFound } from "./google_refusal.ts";
import { HORIZON } from "./agenda.ts";
import { type Instance, instanceOf, instantOfTime } from "./meeting.ts";
import { pageOf, placeOfPageToken } from "./page_token.ts";
import { CALENDAR_LIST_SCOPES, EVENT_SCOPES } from "./scopes.ts";
import { checkTokenFits, readSyncToken, syncToken } from "./sync_token.ts";

const calendar = { quota: "calendar", scopes: EVENT_SCOPES } as const;
/** How old `updatedMin` may be: "measured live" by other connectors, undocumented. */
const UPDATED_MIN_LONGEST = 29 * 86_400_000;

/** The calendars an account can see, with what it may do there. */
function listOf({ account }: GoogleCallContext): { calendar: GoogleCalendar; role: AccessRole }[] {
  const { domain } = account;
  return domain.agenda.calendars.flatMap((one): { calendar: GoogleCalendar; role: AccessRole }[] => {
    if (one.id === account.email) return [{ calendar: one, role: "owner" }];
    if (one.kind === "group") return [{ calendar: one, role: "writer" }];
    if (one.kind === "holidays") return [{ calendar: one, role: "reader" }];
    return domain.sharesFreeBusy(one, account) ? [{ calendar: one, role: "freeBusyReader" }] : [];
  });
}

/** @throws GoogleRefusal 404 for a calendar that the account cannot see */
function viewOf(call: GoogleCallContext, calendarId: string): View {
  const wanted = calendarId === "primary" ? call.account.email : calendarId;
  const found = listOf(call).find(({ calendar: { id, deleted } }) => id === wanted && !deleted);
  if (found === undefined) throw notFound("Not Found");
  return { ...found, email: call.account.email };
}

function listEntryJson({ calendar: one, role }: { calendar: GoogleCalendar; role: AccessRole }): GoogleJson {
  const base = { kind: "calendar#calendarListEntry", etag: etagOf(one.listed), id: one.id };
  if (one.deleted) return { ...base, deleted: true };
  return {
    ...base,
    summary: one.summary,
    timeZone: one.zone,
    colorId: "14",
    selected: true,
    accessRole: role,
    defaultReminders: [],
    ...(role === "owner" && { primary: true }),
  };
}

const listCalendars = googleMethod(
  { ...calendar, scopes: CALENDAR_LIST_SCOPES, path: "/calendar/v3/users/me/calendarList" },
  z.object({
    maxResults: pageSize(100, 250),
    pageToken: z.string().optional(),
    syncToken: z.string().optional(),
    showDeleted: flag,
    minAccessRole: z.enum(["freeBusyReader", "reader", "writer", "owner"]).optional(),
  }),
  (call, args) => {
    const { agenda } = call.account.domain;
    const lists = { id: "list", version: agenda.listVersion, tokenEpoch: 1, tokenLifetime: Infinity };
    if (args.syncToken !== undefined && args.minAccessRole !== undefined) throw incompatible("minAccessRole");
    const since = args.syncToken === undefined
      ? undefined
      : readSyncToken(args.syncToken, lists, call.clock.now());
    const roles: AccessRole[] = ["freeBusyReader", "reader", "writer", "owner"];
    const least = roles.indexOf(args.minAccessRole ?? "freeBusyReader");
    const entries = listOf(call).filter(({ calendar: one, role }) =>
      roles.indexOf(role) >= least &&
      (since === undefined ? args.showDeleted || !one.deleted : one.listed > since.version)
    );
    const { page, more } = pageOf(entries, {
      method: call.method,
      pageToken: args.pageToken,
      size: args.maxResults,
      placeOf: ({ calendar: one }) => String(agenda.calendars.indexOf(one)),
      isBefore: (left, right) => Number(left) < Number(right),
    });
    const last = "nextPageToken" in more
      ? more
      : { nextSyncToken: syncToken(lists, { singleEvents: false, now: call.clock.now() }) };
    const etag = etagOf(agenda.listVersion);
    return { kind: "calendar#calendarList", etag, ...last, items: page.map(listEntryJson) };
  },
);

const getCalendar = googleMethod(
  { ...calendar, scopes: CALENDAR_LIST_SCOPES, path: "/calendar/v3/calendars/:calendarId" },
  z.object({ calendarId: z.string() }),
  (call, args) => {
    const { calendar: { id, summary, zone, listed } } = viewOf(call, args.calendarId);
    return { kind: "calendar#calendar", etag: etagOf(listed), id, summary, timeZone: zone };
  },
);

function incompatible(parameter: string): GoogleRefusal {
  return badRequest(`Sync token cannot be used with the parameter ${parameter}.`, parameter);
}

/** RFC 3339 with an offset, as Google insists. */
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)).optional();

const listing = z.object({
  calendarId: z.string(),
  timeMin: instant,
  timeMax: instant,
  updatedMin: instant,
  singleEvents: flag,
  showDeleted: flag,
  orderBy: z.enum(["startTime", "updated"]).optional(),
  q: z.string().min(1).optional(),
  iCalUID: z.string().optional(),
  maxResults: pageSize(250, 2500),
  pageToken: z.string().optional(),
  syncToken: z.string().optional(),
});

/** Parameters that a sync token cannot stand beside. */
const NOT_WITH_TOKEN = ["iCalUID", "orderBy", "q", "timeMin", "timeMax", "updatedMin"] as const;
/** Parameters whose listing gives no sync token, as a later one could not repeat them. */
const NO_TOKEN = ["iCalUID", "orderBy", "q", "updatedMin"] as const;

const listEvents = googleMethod(
  { ...calendar, path: "/calendar/v3/calendars/:calendarId/events" },
  listing,
  (call, args) => {
    const view = viewOf(call, args.calendarId);
    const { calendar: one, role } = view;
    const now = call.clock.now();
    if (args.syncToken !== undefined) {
      const conflict = NOT_WITH_TOKEN.find((name) => args[name] !== undefined);
      if (conflict !== undefined) throw incompatible(conflict);
    }
    if (args.orderBy === "startTime" && !args.singleEvents) {
      throw badRequest("The requested ordering is not available for the particular query.", "orderBy");
    }
    if (args.updatedMin !== undefined && args.updatedMin < now.getTime() - UPDATED_MIN_LONGEST) {
      const message = "The requested minimum modification time lies too far in the past.";
      throw new GoogleRefusal(410, "updatedMinTooLongAgo", message, { domain: "calendar" });
    }
    if (args.timeMin !== undefined && args.timeMax !== undefined && args.timeMin >= args.timeMax) {
      throw new GoogleRefusal(400, "timeRangeEmpty", "The specified time range is empty.", {
        domain: "calendar",
      });
    }
    const since = args.syncToken === undefined ? undefined : readSyncToken(args.syncToken, one, now);
    if (since !== undefined) checkTokenFits(since, args.singleEvents);

    const { singleEvents, showDeleted, timeMin, timeMax, updatedMin, q, iCalUID } = args;
    const filters = { timeMin, timeMax, updatedMin, q, iCalUID };
    const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
    const wanted = { singleEvents, showDeleted, ...given, ...(since && { since: since.version }) };
    const keyOf = (instance: Instance) => placeKey(orderOf(instance, view, args.orderBy), instance.id);
    const events = eventsOf(call.account.domain.agenda, one, wanted, now.getTime())
      .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));

    // The token of the last page counts from the first one: what changes in between comes with the next sync.
    const begun = placeOfPageToken(call.method, args.pageToken)?.split(" ")[0];
    const version = begun === undefined ? one.version : Number(begun);
    const { page, more } = pageOf(events, {
      method: call.method,
      pageToken: args.pageToken,
      size: args.maxResults,
      placeOf: (instance) => `${version} ${keyOf(instance)}`,
      isBefore: (left, right) => left < right,
    });
    const token = () => syncToken({ ...one, version }, { singleEvents, now });
    const isTokenless = NO_TOKEN.some((name) => args[name] !== undefined);
    const last = "nextPageToken" in more || isTokenless ? more : { nextSyncToken: token() };
    return {
      kind: "calendar#events",
      etag: etagOf(one.version),
      summary: one.summary,
      updated: now.toISOString(),
      timeZone: one.zone,
      accessRole: role,
      defaultReminders: [],
      ...last,
      items: page.map((instance) => eventJson(view, instance)),
    };
  },
);

function orderOf(
  { start, meeting }: Instance,
  { calendar: one }: View,
  orderBy?: "startTime" | "updated",
): number {
  if (orderBy === "startTime") return instantOfTime(start, one.zone);
  return orderBy === "updated" ? meeting.updated : meeting.created;
}

/** The event, series or instance with this id. @throws GoogleRefusal 404 */
function instanceWith(call: GoogleCallContext, { calendar: one }: View, eventId: string): Instance {
  const meeting = one.meetings.get(eventId);
  if (meeting !== undefined) return instanceOf(meeting);
  const series = one.meetings.get(eventId.split("_")[0] ?? "");
  const until = call.clock.now().getTime() + HORIZON;
  const instances = series === undefined || series.recurrence.length === 0
    ? []
    : standingInstances(call.account.domain.agenda, series, until);
  const found = instances.find(({ id }) => id === eventId);
  if (found === undefined) throw notFound("Not Found");
  return found;
}

const getEvent = googleMethod(
  { ...calendar, path: "/calendar/v3/calendars/:calendarId/events/:eventId" },
  z.object({ calendarId: z.string(), eventId: z.string() }),
  (call, args) => {
    const view = viewOf(call, args.calendarId);
    return eventJson(view, instanceWith(call, view, args.eventId));
  },
);

const listInstances = googleMethod(
  { ...calendar, path: "/calendar/v3/calendars/:calendarId/events/:eventId/instances" },
  z.object({
    calendarId: z.string(),
    eventId: z.string(),
    timeMin: instant,
    timeMax: instant,
    showDeleted: flag,
    maxResults: pageSize(250, 2500),
    pageToken: z.string().optional(),
  }),
  (call, args) => {
    const view = viewOf(call, args.calendarId);
    const { calendar: one, role } = view;
    const series = one.meetings.get(args.eventId);
    if (series === undefined || series.recurrence.length === 0) throw notFound("Not Found");
    const { timeMin = -Infinity, timeMax = Infinity } = args;
    const until = Math.min(timeMax, call.clock.now().getTime() + HORIZON);
    const events = standingInstances(call.account.domain.agenda, series, until).filter((
      { start, end, status },
    ) =>
      instantOfTime(end, one.zone) > timeMin && instantOfTime(start, one.zone) < timeMax &&
      (args.showDeleted || status !== "cancelled")
    );
    const { page, more } = pageOf(events, {
      method: call.method,
      pageToken: args.pageToken,
      size: args.maxResults,
      placeOf: (instance) => placeKey(instantOfTime(instance.start, one.zone), instance.id),
      isBefore: (left, right) => left < right,
    });
    const items = page.map((instance) => eventJson(view, instance));
    const { summary, zone: timeZone } = one;
    return {
      kind: "calendar#events",
      etag: etagOf(one.version),
      summary,
      timeZone,
      accessRole: role,
      ...more,
      items,
    };
  },
);

/** The Calendar API, v3, as far as reading needs it. */
export const CALENDAR_METHODS: Readonly<Record<string, GoogleMethod>> = {
  "calendar.calendarList.list": listCalendars,
  "calendar.calendars.get": getCalendar,
  "calendar.events.get": getEvent,
  "calendar.events.instances": listInstances,
  "calendar.events.list": listEvents,
};
