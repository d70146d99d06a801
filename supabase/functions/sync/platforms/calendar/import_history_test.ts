import assert from "node:assert/strict";
import type { Json } from "@shared/db/pipeline_database.ts";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { CalendarStore } from "./calendar_store.ts";
import { calendarSource, DAY, openCalendar } from "./calendar_truth_check.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 60, now: () => OPENING });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const storeOf = (workplace: Workplace) => new CalendarStore(() => workplace.clock.now());

/** Ids of what began in the days before now. */
function begunIn(workplace: Workplace, calendarId: string, days: number): string[] {
  const now = OPENING.getTime();
  const around = { from: new Date(now - (days + 3) * DAY), to: new Date(now + DAY) };
  return workplace.google.domain.truth(calendarId, around)
    .filter(({ startsAt, endsAt }) => startsAt < now && endsAt > now - days * DAY)
    .map(({ id }) => id).toSorted();
}

const idsOf = (store: CalendarStore, id: string) => store.live(id).map(({ item_id }) => item_id).toSorted();

Deno.test("an import brings what began in the days that were asked for, each once, and none that is to come", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace, { pageSize: 5 });
  const { email } = workplace.google.grant.account;
  for (const days of [3, 30, 75]) {
    const store = storeOf(workplace);
    await store.import(connector, calendarSource(email, true), { days, items: 10_000, threads: false });
    assert.deepEqual(idsOf(store, email), begunIn(workplace, email, days), `${days} days`);
    assert.equal(store.written, store.live(email).length);
  }
});

Deno.test("an import without a limit ends, and has everything of the past", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { email } = workplace.google.grant.account;
  workplace.google.domain.agenda.schedule({
    by: email,
    summary: "Long ago",
    start: { instant: Date.parse("1999-12-31T23:00:00Z"), zone: "Europe/Berlin" },
    end: { instant: Date.parse("2000-01-01T03:00:00Z"), zone: "Europe/Berlin" },
  });
  const store = storeOf(workplace);
  await store.import(connector, calendarSource(email, true), { days: null, items: 10_000, threads: false });
  assert.deepEqual(idsOf(store, email), begunIn(workplace, email, 365 * 40));
  assert.ok(store.live(email).some(({ title }) => title === "Long ago"));
  assert.ok(workplace.google.journal.latest < 40);
});

Deno.test("an import that is stopped after any page goes on from its own cursor, and stops at the items asked for", async () => {
  await using workplace = await openWorkplace();
  const { email } = workplace.google.grant.account;
  const source = calendarSource(email, true);
  const scope = { days: 75, items: 10_000, threads: false };
  const store = storeOf(workplace);
  let cursor: Json = null;
  for (let turn = 0; turn < 100; turn += 1) {
    const { connector } = openCalendar(workplace, { pageSize: 5 });
    const next: Json = await store.import(connector, source, scope, cursor, 1);
    if (JSON.stringify(next) === JSON.stringify(cursor)) break;
    cursor = next;
  }
  assert.deepEqual(idsOf(store, email), begunIn(workplace, email, 75));

  const few = storeOf(workplace);
  const { connector } = openCalendar(workplace, { pageSize: 5 });
  await few.import(connector, source, { ...scope, items: 7 });
  assert.equal(few.live(email).length, 7);
  // The newest days come first.
  assert.ok(
    few.live(email).every(({ source_timestamp }) =>
      Date.parse(source_timestamp) > OPENING.getTime() - 31 * DAY
    ),
  );
});

Deno.test("a page that lost its events is read again by an import, too", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace, { pageSize: 5 });
  const { email } = workplace.google.grant.account;
  const store = storeOf(workplace);
  workplace.google.faults.at({ call: 2, fault: { kind: "dropped_page" } });
  await store.import(connector, calendarSource(email, true), { days: 30, items: 10_000, threads: false });
  assert.deepEqual(idsOf(store, email), begunIn(workplace, email, 30));
});

Deno.test("a page token that died while an import waited costs its span, and nothing is lost", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace, { pageSize: 5 });
  const { email } = workplace.google.grant.account;
  const store = storeOf(workplace);
  const fault = { kind: "google_error", status: 410, reason: "gone" } as const;
  workplace.google.faults.at({ call: 2, fault });
  await store.import(connector, calendarSource(email, true), { days: 30, items: 10_000, threads: false });
  assert.deepEqual(idsOf(store, email), begunIn(workplace, email, 30));
});
