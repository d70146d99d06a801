/** What a sync of the simulated workplace's Calendar must hold, told by the workplace itself. For tests only. */
import assert from "node:assert/strict";
import type { Connector, SourceToRead } from "../connector.ts";
import { createCalendarConnector } from "../calendar.ts";
import { workplaceClient, type WorkplaceGoogleClient } from "../google/workplace_client.ts";
import type { CalendarStore } from "./calendar_store.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

interface TruthEvent {
  readonly id: string;
  readonly recurringEventId?: string;
  readonly summary: string;
  readonly description: string;
  readonly location: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly isAllDay: boolean;
  readonly attendees: Readonly<Record<string, string>>;
}

interface Grant {
  readonly state: string;
  readonly account: { readonly sub: string; readonly email: string };
}

/** What of a simulated workplace is looked at. */
export interface CalendarWorkplace<G extends Grant = Grant> {
  readonly clock: { now(): Date };
  readonly googleUrl: string;
  readonly google: {
    readonly grant: G;
    readonly grants: { accessToken(grant: G): string };
    readonly domain: { truth(calendar: string, window: { from: Date; to: Date }): readonly TruthEvent[] };
  };
}

/** The real connector before the simulated workplace, as its first person. */
export function openCalendar<G extends Grant>(
  workplace: CalendarWorkplace<G>,
  options: { grant?: G; signal?: AbortSignal; timeoutMs?: number; pageSize?: number } = {},
): { connector: Connector; client: WorkplaceGoogleClient } {
  const client = workplaceClient<G>(workplace, options);
  const { account } = options.grant ?? workplace.google.grant;
  const { pageSize } = options;
  const connector = createCalendarConnector({
    client,
    accountId: account.sub,
    accountEmail: account.email,
    ...(pageSize !== undefined && { pageSize }),
  });
  return { connector, client };
}

export const calendarSource = (externalId: string, primary = false): SourceToRead => ({
  ...{ externalId, kind: "calendar", name: externalId, metadata: { primary } },
});

const letters = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const withoutMarkup = (text: string) =>
  text.replace(/<[^<>]*>/g, "").replaceAll("&amp;", "&").replaceAll("&lt;", "<");

/** Whether the store holds what is in the calendar's window now, as it is there, and nothing that is not there. */
export function assertTrue(
  workplace: CalendarWorkplace,
  store: CalendarStore,
  calendarId: string,
  what = "",
): void {
  const now = workplace.clock.now().getTime();
  const within = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }) =>
    endsAt > now - 7 * DAY && startsAt < now + 14 * DAY;
  const around = { from: new Date(now - 75 * DAY), to: new Date(now + 75 * DAY) };
  const truth = new Map(workplace.google.domain.truth(calendarId, around).map((event) => [event.id, event]));
  const live = store.live(calendarId);
  const held = new Map(live.map((item) => [item.item_id, item]));
  const name = (id: string) => `${id} ${truth.get(id)?.summary ?? held.get(id)?.title}`;
  const wanted = [...truth.values()].filter(within).map(({ id }) => id);
  const missing = wanted.filter((id) => !held.has(id)).map(name);
  const extra = [...held.keys()].filter((id) => !truth.has(id)).map(name);
  assert.deepEqual({ missing, extra }, { missing: [], extra: [] }, what);
  for (const item of live) {
    const event = truth.get(item.item_id);
    assert.ok(event);
    const own = `${what} ${name(event.id)}`;
    assert.equal(item.title, event.summary || "Busy", own);
    assert.equal(Date.parse(item.source_timestamp), event.startsAt, own);
    assert.equal(Date.parse(item.keep_until ?? ""), event.endsAt + DAY, own);
    assert.equal(item.thread_id, event.recurringEventId ?? null, own);
    assert.equal(item.metadata["all_day"], event.isAllDay, own);
    assert.equal(item.metadata["location"] ?? "", event.location, own);
    const said = letters(item.content);
    for (const text of [event.summary, event.location, withoutMarkup(event.description)]) {
      assert.ok(said.includes(letters(text)), `${own} does not say: ${text}`);
    }
    const { attendees } = item.metadata;
    const answers = Array.isArray(attendees) ? attendees : [];
    const told = answers.map((one) =>
      typeof one === "object" && one !== null && !Array.isArray(one) ? [one["email"], one["response"]] : []
    );
    assert.deepEqual(Object.fromEntries(told), event.attendees, own);
  }
}
