/** The calendars in a person's list. */
import type { DiscoveredSource, Discovery } from "../connector.ts";
import { calendarPage } from "./calendar_answers.ts";
import { brokenOff, type CalendarReader, circling } from "./event_pages.ts";

/** 250 calendars a page; nobody has so many. */
const mostPages = 40;
const roles = ["owner", "writer", "reader", "freeBusyReader"];

/**
 * Lists the calendars that are not hidden, the person's own first, then those that they write in, then those they read.
 *
 * @throws {PlatformError} `provider_down` when the list does not come to its end: what is missing in it would be taken
 *   for gone
 */
export async function discoverCalendars({ client, pace }: CalendarReader): Promise<Discovery> {
  const found = new Map<string, { source: DiscoveredSource; rank: number }>();
  const visited = new Set<string>();
  let pageToken: string | undefined;
  for (;;) {
    const ask = () =>
      client.get("/calendar/v3/users/me/calendarList", { maxResults: 250, pageToken }, calendarPage, {
        pace,
      });
    let answer = await ask();
    // Everybody has a calendar: an end without a token, or without anything, is read a second time.
    const isDoubtful = answer.nextPageToken === undefined &&
      (answer.nextSyncToken === undefined || answer.items.length === 0);
    if (isDoubtful) answer = await ask();
    if (isDoubtful && answer.nextPageToken === undefined && answer.nextSyncToken === undefined) {
      throw brokenOff();
    }
    for (const one of answer.items) {
      if (one.hidden === true || one.deleted === true) continue;
      const primary = one.primary === true;
      const role = one.accessRole ?? "reader";
      const known = roles.indexOf(role);
      found.set(one.id, {
        rank: primary ? -1 : known < 0 ? roles.length : known,
        source: {
          external_id: one.id,
          kind: "calendar",
          name: (one.summaryOverride ?? one.summary ?? one.id).slice(0, 255),
          metadata: { primary, access_role: role, timezone: one.timeZone ?? null },
        },
      });
    }
    pageToken = answer.nextPageToken;
    if (pageToken === undefined) break;
    if (visited.has(pageToken) || visited.size >= mostPages) throw circling();
    visited.add(pageToken);
  }
  if (found.size === 0) throw brokenOff();
  // A stable sort: calendars of one rank stay in Google's order.
  const ranked = [...found.values()].sort((one, other) => one.rank - other.rank);
  return {
    sources: [...found.values()].map(({ source }) => source),
    ranked: ranked.map(({ source }) => source.external_id),
    people: [],
  };
}
