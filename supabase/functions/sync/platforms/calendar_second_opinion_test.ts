/**
 * The connector before a Google Calendar that others made (npm `emulate`), as far as that goes: its listings are bounded and
 * paged, but it knows no sync tokens, no tombstones, no series and no faults, takes any token, and its list of calendars ends
 * without the token that Google's ends with.
 */
import assert from "node:assert/strict";
import { createEmulator } from "emulate";
import { z } from "zod";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { createCalendarConnector } from "./calendar.ts";
import { CalendarStore } from "./calendar/calendar_store.ts";
import { PlatformError, type SourceToRead } from "./connector.ts";
import { createGoogleClient } from "./google/google_client.ts";

const OPENING = Date.parse("2026-11-05T10:00:00Z");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ana = "ana@acme.example";

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

const made = z.object({ id: z.string(), updated: z.string() });

async function openCalendar() {
  const emulator = await createEmulator({
    service: "google",
    port: freePort(),
    seed: {
      google: {
        users: [{ email: ana, name: "Ana" }],
        calendars: [{ id: ana, user_email: ana, summary: "Ana", primary: true, time_zone: "Europe/Berlin" }],
      },
    },
  });
  const client = createGoogleClient({
    accessToken: { current: () => Promise.resolve("ya29.ana"), renewed: () => Promise.resolve("ya29.ana") },
    egress: createEgress({ log: createLog({ write: () => {} }), overrides: [emulator.url] }),
    budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
    signal: new AbortController().signal,
    baseUrl: emulator.url,
  });
  const events = `${emulator.url}/calendar/v3/calendars/${encodeURIComponent(ana)}/events`;
  const headers = { authorization: "Bearer ya29.ana", "content-type": "application/json" };
  return {
    connector: createCalendarConnector({ client, accountId: "1", accountEmail: ana, pageSize: 20 }),
    async schedule(event: Record<string, unknown>): Promise<z.output<typeof made>> {
      const answer = await fetch(events, { method: "POST", headers, body: JSON.stringify(event) });
      return made.parse(await answer.json());
    },
    async cancel(id: string) {
      const answer = await fetch(`${events}/${id}`, { method: "DELETE", headers });
      await answer.body?.cancel();
      assert.equal(answer.ok, true);
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

const source: SourceToRead = {
  externalId: ana,
  kind: "calendar",
  name: "Ana",
  metadata: { primary: true, timezone: "Europe/Berlin" },
};
const at = (instant: number) => ({ dateTime: new Date(instant).toISOString() });

/** The emulator makes itself a key when it is first opened, and nobody can wait for that. */
const background = { sanitizeOps: false };

Deno.test(
  "another Calendar is read in pages, its window and no more, and what is cancelled there goes once listings have proven it",
  background,
  async () => {
    await using calendar = await openCalendar();
    let now = OPENING;
    const store = new CalendarStore(() => new Date(now));
    const standing: string[] = [];
    for (let hour = 0; hour < 45; hour += 1) {
      const start = OPENING + hour * HOUR;
      const { id } = await calendar.schedule({
        summary: `Meeting ${hour}`,
        start: at(start),
        end: at(start + HOUR),
      });
      standing.push(id);
    }
    const planned = await calendar.schedule({
      summary: "Planning",
      description: "<p>One &amp; <b>two</b></p>",
      location: "Room 4",
      start: at(OPENING + DAY),
      end: at(OPENING + DAY + HOUR),
      attendees: [{ email: ana, responseStatus: "declined", self: true }, { email: "bo@acme.example" }],
    });
    const days = await calendar.schedule({
      summary: "Fair",
      start: { date: "2026-11-10" },
      end: { date: "2026-11-12" },
    });
    for (
      const [name, start] of [["Long ago", OPENING - 9 * DAY], ["Far ahead", OPENING + 20 * DAY]] as const
    ) {
      await calendar.schedule({ summary: name, start: at(start), end: at(start + HOUR) });
    }
    const held = () => store.live(ana).map(({ item_id }) => item_id).toSorted();
    await store.sync(calendar.connector, source);
    assert.deepEqual(held(), [...standing, planned.id, days.id].toSorted());
    const item = store.live(ana).find(({ item_id }) => item_id === planned.id);
    assert.deepEqual([item?.title, item?.metadata["my_response"]], ["Planning", "declined"]);
    assert.match(item?.content ?? "", /When: .*6 Nov 2026.*11:00/);
    assert.match(item?.content ?? "", /Room 4[\s\S]*One & two$/);
    const fair = store.live(ana).find(({ item_id }) => item_id === days.id);
    assert.equal(fair?.source_timestamp, "2026-11-09T23:00:00.000Z");
    assert.equal(fair?.metadata["all_day"], true);

    const [first = "", second = ""] = standing;
    await calendar.cancel(first);
    await calendar.cancel(second);
    const left = [...standing.slice(2), planned.id, days.id].toSorted();
    now += HOUR;
    await store.sync(calendar.connector, source);
    assert.ok(held().includes(first), "one listing is no proof");
    now += HOUR;
    await store.sync(calendar.connector, source);
    assert.deepEqual(held(), left);
  },
);

Deno.test(
  "a calendar that another Calendar does not know is gone for good, and a list of calendars without its end takes none for gone",
  background,
  async () => {
    await using calendar = await openCalendar();
    const store = new CalendarStore(() => new Date(OPENING));
    const unknown = { ...source, externalId: "nobody@acme.example" };
    const codeOf = (wanted: string) => (thrown: unknown) =>
      thrown instanceof PlatformError && thrown.code === wanted;
    await assert.rejects(store.sync(calendar.connector, unknown), codeOf("not_found"));
    await assert.rejects(calendar.connector.discover(), codeOf("provider_down"));
  },
);
