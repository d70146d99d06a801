/**
 * Google Calendar: calendars as sources, events as items; of a series, each instance.
 *
 * ```ts
 * createCalendarConnector({
 *   client: createGoogleClient({ accessToken, egress, budget, signal }),
 *   accountId: connection.account_id, // Google's `sub`: whose quota it is
 *   accountEmail: "mika@example.com", // whose answers and events are "mine"; optional
 * });
 * ```
 */
import { importEvents } from "./calendar/import_history.ts";
import { discoverCalendars } from "./calendar/discovery.ts";
import { syncCalendar } from "./calendar/sync_calendar.ts";
import type { Connector } from "./connector.ts";
import type { GoogleClient } from "./google/google_client.ts";

export interface CalendarConnectorOptions {
  readonly client: GoogleClient;
  /** The Google account that is connected (`sub`). */
  readonly accountId: string;
  /** Its e-mail address. */
  readonly accountEmail?: string;
  /** Events that are asked for at once; 200 when left out. */
  readonly pageSize?: number;
}

/**
 * "Per minute per user per project: 600 requests", counted in a sliding window:
 * https://developers.google.com/workspace/calendar/api/guides/quota
 */
const allowed = 600;
/** A second more than Google's minute: a call travels a little between its reservation here and its arrival there. */
const periodSeconds = 61;

export function createCalendarConnector(options: CalendarConnectorOptions): Connector {
  const { client, accountId, accountEmail, pageSize } = options;
  const tools = {
    client,
    pace: { key: `calendar:${accountId}`, allowed, periodSeconds },
    ...(accountEmail !== undefined && { ownEmail: accountEmail }),
    ...(pageSize !== undefined && { pageSize }),
  };
  return {
    discover: () => discoverCalendars(tools),
    async *sync(unit, cursor, pass) {
      // A calendar is a unit of one source.
      const [source] = unit.sources;
      if (source !== undefined) yield* syncCalendar(tools, source, cursor, pass);
    },
    importHistory: (source, scope, cursor, pass) => importEvents(tools, source, scope, cursor, pass),
  };
}
