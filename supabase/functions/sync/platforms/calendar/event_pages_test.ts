import assert from "node:assert/strict";
import type { Json } from "@shared/db/pipeline_database.ts";
import { createCalendarConnector } from "../calendar.ts";
import type { GoogleClient, GoogleQuery } from "../google/google_client.ts";
import { PlatformError } from "../connector.ts";
import { GoogleRefusal } from "../google/google_refusal.ts";
import { readCursor } from "./calendar_cursor.ts";
import { CalendarStore } from "./calendar_store.ts";

const CALENDAR = "odd@example.com";
const source = { externalId: CALENDAR, kind: "calendar", name: "Odd", metadata: {} } as const;
const OPENING = new Date("2026-11-05T10:00:00Z");

const event = (id: string) => ({
  id,
  status: "confirmed",
  summary: id,
  updated: "2026-11-01T00:00:00Z",
  start: { dateTime: "2026-11-06T10:00:00Z" },
  end: { dateTime: "2026-11-06T11:00:00Z" },
});

/** A connector whose listings are answered by a function of what is asked and of how often it was asked already. */
function connectorTo(answer: (query: GoogleQuery, call: number) => Json) {
  const queries: GoogleQuery[] = [];
  const client: GoogleClient = {
    get: (_path, query, schema) => {
      queries.push(query);
      return Promise.resolve(schema.parse(answer(query, queries.length)));
    },
  };
  return { connector: createCalendarConnector({ client, accountId: "1" }), queries };
}

function storeAt() {
  let now = OPENING.getTime();
  const store = new CalendarStore(() => new Date(now));
  return { store, later: (hours: number) => void (now += hours * 3_600_000) };
}

const live = (store: CalendarStore) => store.live(CALENDAR).map(({ item_id }) => item_id).toSorted();

Deno.test("a calendar for which Google gives no sync token is listed in every pass, and deletions are found by that", async () => {
  let items = ["a", "b", "c", "d", "e", "f"].map(event);
  const { connector, queries } = connectorTo(() => ({ items, timeZone: "UTC", accessRole: "reader" }));
  const { store, later } = storeAt();
  await store.sync(connector, source);
  assert.deepEqual(live(store), ["a", "b", "c", "d", "e", "f"]);
  items = items.slice(1);
  for (let pass = 0; pass < 2; pass += 1) {
    later(1);
    await store.sync(connector, source);
  }
  assert.deepEqual(live(store), ["b", "c", "d", "e", "f"]);
  assert.ok(queries.every(({ syncToken, timeMin }) => syncToken === undefined && timeMin !== undefined));
});

Deno.test("a listing without an end is given up, and one that loses its tail is not believed", async () => {
  const endless = connectorTo((_query, call) => ({
    items: [event(`e${call}`)],
    nextPageToken: `page ${call}`,
  }));
  await assert.rejects(storeAt().store.sync(endless.connector, source), { code: "provider_down" });
  assert.ok(endless.queries.length < 600);

  const circles = connectorTo((_query, call) => ({ items: [], nextPageToken: `page ${call % 3}` }));
  await assert.rejects(storeAt().store.sync(circles.connector, source), { code: "provider_down" });
  assert.ok(circles.queries.length < 10);

  const broken = connectorTo(({ pageToken }) =>
    pageToken === undefined ? { items: [event("a")], nextPageToken: "second" } : { items: [] }
  );
  const { store } = storeAt();
  await assert.rejects(store.sync(broken.connector, source), { code: "provider_down" });
  // What was read is stored, and the next pass goes on behind it.
  assert.deepEqual(live(store), ["a"]);
  assert.equal(readCursor(store.cursors.get(CALENDAR) ?? null).reading?.page, "second");
});

Deno.test("changes that do not say where they go on have not ended, and the token of before them is kept", async () => {
  const { connector } = connectorTo(({ syncToken }) => ({
    items: syncToken === undefined ? [event("a")] : [],
    accessRole: "owner",
    timeZone: "UTC",
    ...(syncToken === undefined && { nextSyncToken: "first" }),
  }));
  const { store, later } = storeAt();
  await store.sync(connector, source);
  later(1);
  await assert.rejects(store.sync(connector, source), { code: "provider_down" });
  assert.equal(readCursor(store.cursors.get(CALENDAR) ?? null).token, "first");
  assert.deepEqual([live(store), store.deletions], [["a"], []]);
});

Deno.test("page tokens that Google refuses are tried a few times from the beginning, and not for ever", async () => {
  const { connector, queries } = connectorTo(({ pageToken }) => {
    if (pageToken === undefined) return { items: [event("a")], nextPageToken: "second" };
    throw new PlatformError("internal", "Refused.", { cause: new GoogleRefusal(400, "invalid") });
  });
  await assert.rejects(storeAt().store.sync(connector, source), { code: "provider_down" });
  assert.equal(queries.length, 8);
});
