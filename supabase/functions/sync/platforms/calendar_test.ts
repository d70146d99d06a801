import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import { readCursor } from "./calendar/calendar_cursor.ts";
import { CalendarStore } from "./calendar/calendar_store.ts";
import { assertTrue, calendarSource, DAY, HOUR, openCalendar } from "./calendar/calendar_truth_check.ts";
import { PlatformError } from "./connector.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");
const ZONE = "Europe/Berlin";
const LIST = "calendar.events.list";

/** The workplace stands still and meters no call. */
async function openWorkplace(days = 5): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days, now: () => OPENING });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const storeOf = (workplace: Workplace) => new CalendarStore(() => workplace.clock.now());

/** The account's own calendar. */
function ownOf({ google: { grant: { account } } }: Workplace) {
  return { id: account.email, key: account.person.key, source: calendarSource(account.email, true) };
}

function schedule(
  workplace: Workplace,
  summary: string,
  hours: number,
  more: { recurrence?: readonly string[]; attendees?: readonly string[]; by?: string; lasts?: number } = {},
) {
  const { agenda } = workplace.google.domain;
  const start = OPENING.getTime() + hours * HOUR;
  const { lasts = 1, by = ownOf(workplace).key, ...rest } = more;
  return agenda.schedule({
    ...rest,
    by,
    summary,
    start: { instant: start, zone: ZONE },
    end: { instant: start + lasts * HOUR, zone: ZONE },
  });
}

const timesFrom = (start: number, hours = 1) => ({
  start: { instant: start, zone: ZONE },
  end: { instant: start + hours * HOUR, zone: ZONE },
});

Deno.test("a first pass over every calendar holds the truth of its window, and discovery lists the own one first", async () => {
  await using workplace = await openWorkplace(20);
  const { connector, client } = openCalendar(workplace);
  const { id } = ownOf(workplace);
  const { domain } = workplace.google;
  const { sources, ranked } = await connector.discover();
  assert.equal(ranked[0], id);
  assert.deepEqual(ranked.toSorted(), sources.map(({ external_id }) => external_id).toSorted());
  const roles = ranked.map((one) =>
    sources.find(({ external_id }) => external_id === one)?.metadata["access_role"]
  );
  assert.deepEqual(roles, ["owner", "writer", "reader", "freeBusyReader"]);
  assert.deepEqual(sources.find(({ external_id }) => external_id === id)?.metadata, {
    primary: true,
    access_role: "owner",
    timezone: domain.agenda.calendar(id).zone,
  });
  const store = storeOf(workplace);
  let held = 0;
  for (const calendar of ranked.slice(0, 3)) {
    await store.sync(connector, calendarSource(calendar, calendar === id));
    assertTrue(workplace, store, calendar);
    held += store.live(calendar).length;
  }
  assert.ok(held > 40, String(held));
  const { sub } = workplace.google.grant.account;
  assert.ok(client.taken.every(({ key }) => key === `calendar:${sub}`));
});

Deno.test("an unchanged calendar is one call for its changes and one for what the window gained, and writes nothing", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, source } = ownOf(workplace);
  const store = storeOf(workplace);
  const calls: number[] = [];
  let held = 0;
  for (let pass = 0; pass < 26; pass += 1) {
    const before = workplace.google.journal.latest;
    const { written } = store;
    await store.sync(connector, source);
    assert.equal(store.written > written, pass === 0 || store.live(id).length > held);
    held = store.live(id).length;
    calls.push(workplace.google.journal.calls({ after: before, method: LIST, status: 200 }).length);
    workplace.clock.advance(HOUR);
  }
  // Once a day, and once more after it, a listing of the whole window takes the place of what it gained.
  assert.deepEqual(calls, [1, ...Array<number>(25).fill(2)]);
  assertTrue(workplace, store, id);
  assert.deepEqual(store.deletions, []);
});

Deno.test("an event that does not change is held until a day after its end, however rarely it is told", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { source } = ownOf(workplace);
  const far = schedule(workplace, "Far ahead", 13 * 24);
  const store = storeOf(workplace);
  for (let day = 0; day < 13; day += 1) {
    await store.sync(connector, source);
    store.expire();
    assert.ok(store.rows.has(`${source.externalId}/${far.id}`), `day ${day}`);
    // Syncs that do not come for five days lose nothing that is to come.
    workplace.clock.advance(day === 3 ? 5 * DAY : DAY / 2);
  }
});

Deno.test("what changes is found by one call: edits, moves, answers, exceptions, whole series; what is cancelled goes at once", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, key, source } = ownOf(workplace);
  const { agenda, company } = workplace.google.domain;
  const friend = company.people.find((person) => person.key !== key && person.active)?.key ?? "";
  const edited = schedule(workplace, "To edit", 20);
  const moved = schedule(workplace, "To move", 21);
  const out = schedule(workplace, "To leave", 22);
  const into = schedule(workplace, "To come", 40 * 24);
  const cancelled = schedule(workplace, "To cancel", 23);
  const invited = schedule(workplace, "Invited", 24, { by: friend, attendees: [key] });
  const daily = schedule(workplace, "Daily", -48, { recurrence: ["RRULE:FREQ=DAILY"], attendees: [friend] });
  const weekly = schedule(workplace, "Weekly", -47, { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"] });
  const ended = schedule(workplace, "Series to end", 3, { recurrence: ["RRULE:FREQ=DAILY;COUNT=5"] });
  const store = storeOf(workplace);
  await store.sync(connector, source);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  const held = new Set(store.rows.keys());

  workplace.clock.advance(HOUR);
  agenda.edit(edited.id, {
    summary: "Edited",
    description: "<p>One &amp; <b>two</b></p><ul><li>three</li></ul>",
  });
  agenda.move(moved.id, timesFrom(OPENING.getTime() + 5 * DAY));
  agenda.move(out.id, timesFrom(OPENING.getTime() + 60 * DAY));
  agenda.move(into.id, timesFrom(OPENING.getTime() + 2 * DAY));
  agenda.cancel(cancelled.id);
  agenda.respond(invited.id, key, "declined");
  const at = (day: number) => ({ instant: OPENING.getTime() + (day * 24 - 48) * HOUR, zone: ZONE });
  agenda.cancelInstance(daily.id, at(4));
  agenda.changeInstance(daily.id, at(5), { summary: "By phone" });
  agenda.changeInstance(daily.id, at(6), timesFrom(OPENING.getTime() + 9 * DAY));
  agenda.move(weekly.id, timesFrom(OPENING.getTime() - 40 * HOUR));
  agenda.cancel(ended.id);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  assert.equal(store.rows.get(`${id}/${invited.id}`)?.item.metadata["my_response"], "declined");
  const gone = store.deletions.map((name) => name.slice(id.length + 1).split("_")[0] ?? "");
  const expected = [cancelled.id, daily.id, ...Array<string>(5).fill(ended.id)];
  const weeks = [...held].filter((name) => name.startsWith(`${id}/${weekly.id}_`)).map(() => weekly.id);
  assert.ok(weeks.length > 1);
  assert.deepEqual(gone.toSorted(), [...expected, ...weeks].toSorted());

  // An event that has left the window is followed for as long as it is held.
  agenda.edit(out.id, { summary: "Left and renamed" });
  workplace.clock.advance(HOUR);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  agenda.cancel(out.id);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
});

/** Twenty events; one is edited, one moves far away and two are cancelled while the token dies. */
async function liveWithoutToken() {
  const workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, source } = ownOf(workplace);
  const { agenda } = workplace.google.domain;
  const events = Array.from(
    { length: 20 },
    (_, number) => schedule(workplace, `Event ${number}`, 20 + number),
  );
  const [edited, away, ...cancelled] = events.slice(0, 4);
  assert.ok(edited && away);
  const store = storeOf(workplace);
  for (let pass = 0; pass < 2; pass += 1) await store.sync(connector, source);
  workplace.clock.advance(HOUR);
  agenda.edit(edited.id, { summary: "Edited in the dark" });
  agenda.move(away.id, timesFrom(OPENING.getTime() + 60 * DAY));
  for (const one of cancelled) agenda.cancel(one.id);
  agenda.expireSyncTokens(id);
  return { workplace, connector, store, id, source, edited, away, cancelled };
}

Deno.test("what happened since a sync token died is asked for by its time, so that one pass tells it all", async () => {
  const { workplace, connector, store, id, source, away, cancelled } = await liveWithoutToken();
  await using _open = workplace;
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  const deleted = () => store.deletions.toSorted();
  assert.deepEqual(deleted(), cancelled.map((one) => `${id}/${one.id}`).toSorted());
  assert.equal(workplace.google.journal.calls({ status: 410 }).length, 1);
  for (let pass = 0; pass < 3; pass += 1) {
    workplace.clock.advance(HOUR);
    await store.sync(connector, source);
  }
  assertTrue(workplace, store, id);
  assert.equal(store.rows.get(`${id}/${away.id}`)?.deleted, false);
  assert.equal(deleted().length, cancelled.length);
});

Deno.test("where Google does not tell that either, edits are found at once and deletions by several listings", async () => {
  const { workplace, connector, store, id, source, edited, cancelled } = await liveWithoutToken();
  await using _open = workplace;
  const fault = { kind: "google_error", status: 410, reason: "updatedMinTooLongAgo" } as const;
  // After the access token of an hour ago and the sync token, both refused.
  workplace.google.faults.at({ call: 3, fault });
  await store.sync(connector, source);
  assert.equal(store.rows.get(`${id}/${edited.id}`)?.item.title, "Edited in the dark");
  assert.deepEqual(store.deletions, []);
  for (let pass = 0; pass < 2; pass += 1) {
    workplace.clock.advance(HOUR);
    await store.sync(connector, source);
  }
  const names = cancelled.map((one) => `${id}/${one.id}`);
  assert.ok(names.every((name) => store.deletions.includes(name)));
  assertTrue(workplace, store, id);
});

Deno.test("a token that Google cannot read any more, and a cursor that we cannot, mean reading again and nothing worse", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, source } = ownOf(workplace);
  const store = storeOf(workplace);
  for (const cursor of [{ version: 0 }, "nonsense", { version: 1, token: 5 }]) {
    store.cursors.set(id, cursor);
    await store.sync(connector, source);
    await store.sync(connector, source);
    assertTrue(workplace, store, id);
  }
  const fault = { kind: "google_error", status: 400, reason: "invalid" } as const;
  workplace.google.faults.at({ call: 1, fault });
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  assert.deepEqual(store.deletions, []);
});

Deno.test("an event that runs since before the window and was cancelled while the token was dead goes, too", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, source } = ownOf(workplace);
  const { agenda } = workplace.google.domain;
  const cancelled = schedule(workplace, "Sabbatical", -3 * 24, { lasts: 20 * 24 });
  const stays = schedule(workplace, "Parental leave", -3 * 24, { lasts: 30 * 24 });
  const store = storeOf(workplace);
  await store.sync(connector, source);
  await store.sync(connector, source);
  workplace.clock.advance(6 * DAY);
  await store.sync(connector, source);
  await store.sync(connector, source);
  agenda.cancel(cancelled.id);
  agenda.expireSyncTokens(id);
  await store.sync(connector, source);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  assert.ok(store.deletions.includes(`${id}/${cancelled.id}`));
  assert.equal(store.rows.get(`${id}/${stays.id}`)?.deleted, false);
});

for (const [pace, hours, days] of [["hourly", 1, 30], ["twice a day", 12, 30]] as const) {
  Deno.test(`thirty days of story, synced ${pace}: the window is full and true at every pass`, async () => {
    await using workplace = await openWorkplace();
    const { connector } = openCalendar(workplace);
    const { source } = ownOf(workplace);
    const team = calendarSource(workplace.google.domain.teamCalendar.id);
    const store = storeOf(workplace);
    const before = workplace.google.journal.latest;
    for (let hour = 0; hour < days * 24; hour += hours) {
      for (const one of [source, team]) {
        await store.sync(connector, one);
        assertTrue(workplace, store, one.externalId, `after ${hour} hours`);
      }
      store.expire();
      workplace.clock.advance(hours * HOUR);
      workplace.live();
    }
    const calls = workplace.google.journal.calls({ after: before, method: LIST, status: 200 }).length;
    // Two calls a pass, and now and then one more for an answer in doubt or a long series.
    assert.ok(calls < 3 * 2 * days * 24 / hours, String(calls));
  });
}

Deno.test("who sees only when somebody is busy holds that, and reads everything again when more is shown", async () => {
  await using workplace = await openWorkplace();
  const { google } = workplace;
  const shared = google.domain.company.people[1];
  assert.ok(shared);
  const source = calendarSource(shared.email);
  const store = storeOf(workplace);
  const { connector } = openCalendar(workplace);
  await store.sync(connector, source);
  const busy = store.live(shared.email);
  assert.ok(busy.length > 3);
  assert.ok(busy.every(({ title, content }) => title === "Busy" && /^Busy\nWhen: [^\n]+$/.test(content)));
  // The same calendar through its owner's eyes stands for a share that was widened.
  const grant = google.grants.issue(google.domain.account(shared.key), google.grant.scopes);
  const { connector: widened } = openCalendar(workplace, { grant });
  await store.sync(widened, source);
  assertTrue(workplace, store, shared.email);
  assert.deepEqual(store.deletions, []);
});

Deno.test("when a calendar changes its zone, its whole days begin at the new midnight", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { id, source } = ownOf(workplace);
  const { agenda } = workplace.google.domain;
  agenda.schedule({
    by: ownOf(workplace).key,
    summary: "Off",
    start: { date: "2026-11-10" },
    end: { date: "2026-11-12" },
  });
  const store = storeOf(workplace);
  await store.sync(connector, source);
  await store.sync(connector, source);
  agenda.calendar(id).zone = "Pacific/Auckland";
  workplace.clock.advance(HOUR);
  await store.sync(connector, source);
  assertTrue(workplace, store, id);
  assert.deepEqual(store.deletions, []);
  const off = store.live(id).find(({ title }) => title === "Off");
  assert.match(off?.content ?? "", /When: Tue, 10 Nov 2026 – Wed, 11 Nov 2026 \(all day\)/);
});

Deno.test("the same meeting in two calendars is two items, each deleted with its own calendar's", async () => {
  await using workplace = await openWorkplace();
  const { google } = workplace;
  const { key } = ownOf(workplace);
  const other = google.domain.company.people.find((person) => person.key !== key && person.active);
  assert.ok(other);
  const meeting = schedule(workplace, "Together", 5, { attendees: [other.key] });
  const store = storeOf(workplace);
  const { connector } = openCalendar(workplace);
  const grant = google.grants.issue(google.domain.account(other.key), google.grant.scopes);
  const { connector: others } = openCalendar(workplace, { grant });
  await store.sync(connector, ownOf(workplace).source);
  await store.sync(others, calendarSource(other.email, true));
  const [mine, theirs] = [ownOf(workplace).id, other.email].map((one) =>
    store.rows.get(`${one}/${meeting.id}`)?.item
  );
  assert.deepEqual([mine?.is_user_authored, theirs?.is_user_authored], [true, false]);
  assert.deepEqual([mine?.author, theirs?.author], [mine?.author, mine?.author]);
  assert.deepEqual([mine?.metadata["my_response"], theirs?.metadata["my_response"]], [
    "accepted",
    "needsAction",
  ]);
});

Deno.test("stopped after any page, a pass goes on where it was, in a fresh isolate, and holds the truth", async () => {
  await using workplace = await openWorkplace();
  const { id, source } = ownOf(workplace);
  schedule(workplace, "Daily", -48, { recurrence: ["RRULE:FREQ=DAILY"] });
  for (const most of [1, 2, 3]) {
    const store = storeOf(workplace);
    let turns = 0;
    for (; turns < 100; turns += 1) {
      // A connector knows nothing of the turn before.
      const { connector } = openCalendar(workplace, { pageSize: 3 });
      await store.sync(connector, source, most);
      if (readCursor(store.cursors.get(id) ?? null).reading === null) break;
    }
    assert.ok(turns > 1 && turns < 100, `${turns} turns of ${most}`);
    assertTrue(workplace, store, id);
  }
});

Deno.test("a listing that was left for hours is finished, and what happened meanwhile is read in the same pass", async () => {
  for (const pause of [HOUR, 9 * HOUR]) {
    await using workplace = await openWorkplace();
    const { id, source } = ownOf(workplace);
    const { agenda } = workplace.google.domain;
    const edited = schedule(workplace, "Before", 3);
    const { connector } = openCalendar(workplace, { pageSize: 3 });
    const store = storeOf(workplace);
    await store.sync(connector, source, 2);
    workplace.clock.advance(pause);
    agenda.edit(edited.id, { summary: "After" });
    await store.sync(connector, source);
    assertTrue(workplace, store, id);
  }
});

Deno.test("a calendar that is gone or closed to us says so, for good", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const store = storeOf(workplace);
  const unknown = calendarSource("c_nobody@group.calendar.google.com");
  await assert.rejects(store.sync(connector, unknown), { code: "not_found", final: true });
  const { source } = ownOf(workplace);
  const fault = { kind: "google_error", status: 403, reason: "forbidden" } as const;
  workplace.google.faults.at({ call: 1, fault });
  await assert.rejects(store.sync(connector, source), { code: "access_denied", final: true });
});

Deno.test("a list of calendars that turns in circles, breaks off or holds nothing is refused, and never takes one for gone", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openCalendar(workplace);
  const { faults } = workplace.google;
  const isDown = (thrown: unknown) => thrown instanceof PlatformError && thrown.code === "provider_down";
  faults.at({ call: 1, times: Infinity, fault: { kind: "repeated_page_token" } });
  await assert.rejects(connector.discover(), isDown);
  faults.clear();
  faults.at({ call: 1, times: 2, fault: { kind: "dropped_page" } });
  await assert.rejects(connector.discover(), isDown);
  faults.clear();
  faults.at({ call: 1, fault: { kind: "dropped_page" } });
  assert.equal((await connector.discover()).sources.length, 4);
  workplace.google.domain.agenda.close(workplace.google.domain.holidays.id);
  assert.equal((await connector.discover()).sources.length, 3);
});
