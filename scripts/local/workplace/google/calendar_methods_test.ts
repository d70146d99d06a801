import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { instantOf } from "../world/zone.ts";
import { GoogleClient, type Item, OPENING, reasonOf } from "./google_client.ts";
import type { EventTime } from "./meeting.ts";
import type { TruthEvent } from "./calendar_truth.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });
const DAY = 86_400_000;
const WINDOW = { from: new Date(OPENING.getTime() - 7 * DAY), to: new Date(OPENING.getTime() + 14 * DAY) };
const windowed = { timeMin: WINDOW.from.toISOString(), timeMax: WINDOW.to.toISOString(), singleEvents: true };
const zone = "Europe/Berlin";
const at = (text: string): EventTime => ({ instant: instantOf(Date.parse(`${text}Z`), zone), zone });

async function list(
  client: GoogleClient,
  calendar: string,
  params: Record<string, string | number | boolean> = {},
) {
  const { pages, last } = await client.pages((pageToken) =>
    client.events(calendar, { ...params, pageToken })
  );
  return { items: pages.flatMap(({ items = [] }) => items), token: last.nextSyncToken ?? "", pages };
}
const read = ({ id, summary = "", start, end, recurringEventId }: Item) => ({
  id,
  summary,
  start,
  end,
  recurringEventId,
});
const told = ({ id, summary, start, end, recurringEventId }: TruthEvent) => ({
  id,
  summary,
  start,
  end,
  recurringEventId,
});
const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : 1);

Deno.test("every calendar's window equals the truth, series expanded, however it is paged", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { domain, grant } = workplace.google;
  const entries = (await client.get("/calendar/v3/users/me/calendarList")).body.items ?? [];
  assert.deepEqual(entries.map(({ accessRole }) => accessRole), [
    "owner",
    "freeBusyReader",
    "writer",
    "reader",
  ]);
  for (const { id, accessRole } of entries) {
    const { items } = await list(client, id, { ...windowed, maxResults: 4 });
    const truth = domain.truth(id, WINDOW).map(told);
    const words = accessRole !== "freeBusyReader";
    assert.deepEqual(
      items.map(read).sort(byId),
      truth.map((one) => words ? one : { ...one, summary: "" }).sort(byId),
      id,
    );
    const ordered = await client.events(id, { ...windowed, orderBy: "startTime", maxResults: 2500 });
    assert.deepEqual(ordered.body.items?.map((one) => one.id), truth.map((one) => one.id), id);
    assert.equal(ordered.body.nextSyncToken, undefined);
  }
  // The story has all that makes calendars hard.
  const all = workplace.google.domain.agenda.calendars.flatMap(({ meetings }) => [...meetings.values()]);
  const has = (what: (meeting: typeof all[number]) => boolean) => assert.ok(all.some(what), String(what));
  has(({ exception, status }) => exception !== undefined && status === "cancelled");
  has(({ exception, status }) => exception !== undefined && status === "confirmed");
  has(({ status, recurrence }) => status === "cancelled" && recurrence.length === 0);
  has(({ start }) => "zone" in start && start.zone === "Asia/Tokyo");
  has(({ start, end }) =>
    "date" in start && "date" in end && Date.parse(end.date) - Date.parse(start.date) > DAY
  );
  has(({ visibility }) => visibility === "private");
  has(({ attendees }) =>
    attendees.some(({ email, answer }) => email === grant.account.email && answer === "declined")
  );
  has(({ attendees }) => attendees.some(({ email }) => !email.endsWith(domain.company.domain)));
  has(({ description }) => description.length > 5000);
  // An event id is unique in its calendar only: the same meeting stands in two calendars of one list.
  const ids = entries.map(({ id }) => domain.truth(id, WINDOW).map((one) => one.id));
  assert.ok(ids[0]?.some((id) => ids[2]?.includes(id)));
});

Deno.test("a sync token comes with the last page only and tells what came, changed and went", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { agenda } = workplace.google.domain;
  const me = workplace.google.grant.account.person.key;
  const first = await list(client, "primary", { maxResults: 9 });
  assert.deepEqual(
    first.pages.map(({ nextSyncToken }) => nextSyncToken !== undefined).indexOf(true),
    first.pages.length - 1,
  );
  assert.deepEqual((await list(client, "primary", { syncToken: first.token })).items, []);

  const rule = ["RRULE:FREQ=WEEKLY;COUNT=5"];
  const times = { start: at("2026-11-09T09:00"), end: at("2026-11-09T10:00") };
  const single = agenda.schedule({ by: me, summary: "Once", ...times });
  const series = agenda.schedule({ by: me, summary: "Often", ...times, recurrence: rule });
  const second = await list(client, "primary", { syncToken: first.token });
  assert.deepEqual(second.items.map(({ summary }) => summary).sort(), ["Often", "Once"]);
  agenda.cancel(single.id);
  agenda.cancelInstance(series.id, at("2026-11-16T09:00"));
  agenda.changeInstance(series.id, at("2026-11-23T09:00"), {
    start: at("2026-11-24T09:00"),
    end: at("2026-11-24T10:00"),
  });
  const third = await list(client, "primary", { syncToken: second.token });
  const seen = third.items.map(({ id, status }) => [id, status]).sort();
  assert.deepEqual(
    seen,
    [
      [single.id, "cancelled"],
      [`${series.id}_20261116T080000Z`, "cancelled"],
      [`${series.id}_20261123T080000Z`, "confirmed"],
    ].sort(),
  );
  const gone = third.items.find(({ id }) => id === single.id);
  assert.deepEqual(Object.keys(gone ?? {}).sort(), ["etag", "id", "kind", "status"]);
  agenda.edit(series.id, { summary: "Rarely" });
  agenda.cancel(series.id);
  const last = await list(client, "primary", { syncToken: third.token });
  assert.ok(last.items.every(({ status }) => status === "cancelled") && last.items.length === 2);
  // A full list has no tombstones unless asked.
  const full = (await list(client, "primary")).items.map(({ id }) => id);
  assert.ok(!full.some((id) => id === single.id || id.startsWith(series.id)));
  assert.ok((await list(client, "primary", { showDeleted: true })).items.some(({ id }) => id === single.id));
});

Deno.test("with singleEvents the instances that a moved or cancelled series loses come as cancelled", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { agenda } = workplace.google.domain;
  const me = workplace.google.grant.account.person.key;
  const rule = ["RRULE:FREQ=DAILY;COUNT=3"];
  const times = { start: at("2026-11-09T09:00"), end: at("2026-11-09T10:00") };
  const series = agenda.schedule({ by: me, summary: "Daily", ...times, recurrence: rule });
  const held = new Set((await list(client, "primary", windowed)).items.map(({ id }) => id));
  let { token } = await list(client, "primary", windowed);
  const follow = async () => {
    const next = await list(client, "primary", { singleEvents: true, syncToken: token });
    token = next.token;
    for (const { id, status } of next.items) status === "cancelled" ? held.delete(id) : held.add(id);
    const truth = workplace.google.domain.truth(me, WINDOW).map(({ id }) => id);
    assert.deepEqual([...held].sort(), truth.sort());
  };
  agenda.cancelInstance(series.id, at("2026-11-10T09:00"));
  await follow();
  agenda.move(series.id, { start: at("2026-11-09T11:00"), end: at("2026-11-09T12:00") });
  await follow();
  agenda.repeat(series.id, ["RRULE:FREQ=DAILY;COUNT=2"]);
  await follow();
  agenda.cancel(series.id);
  await follow();
  const other = await client.events("primary", { syncToken: token });
  assert.equal(other.status, 400);
});

Deno.test("a token stands beside no filter and dies: by age, on demand, in another calendar", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { google, clock } = workplace;
  const me = google.grant.account.email;
  const { token } = await list(client, "primary");
  const filters = {
    timeMin: OPENING.toISOString(),
    timeMax: OPENING.toISOString(),
    orderBy: "updated",
    q: "x",
    updatedMin: OPENING.toISOString(),
  };
  for (const [name, value] of Object.entries(filters)) {
    assert.equal((await client.events("primary", { syncToken: token, [name]: value })).status, 400, name);
  }
  const lost = async (calendar: string, syncToken: string) => {
    const answer = await client.events(calendar, { syncToken });
    assert.deepEqual([answer.status, reasonOf(answer)], [410, "fullSyncRequired"]);
  };
  await lost(google.domain.teamCalendar.id, token);
  await lost("primary", "made-up");
  google.domain.agenda.expireSyncTokens(me);
  await lost("primary", token);
  const fresh = await list(client, "primary");
  clock.advance(30 * DAY + 1);
  client.token = google.grants.accessToken(google.grant);
  await lost("primary", fresh.token);
  const longAgo = await client.events("primary", { updatedMin: OPENING.toISOString() });
  assert.deepEqual([longAgo.status, reasonOf(longAgo)], [410, "updatedMinTooLongAgo"]);
  assert.equal((await client.events("primary", { orderBy: "startTime" })).status, 400);
  assert.equal((await client.events("primary", { timeMin: "2026-11-05T10:00:00" })).status, 400);
  assert.equal((await client.events("nobody@nowhere.example")).status, 404);
});

Deno.test("series keep their wall clock over the end of summer time, and instances are found by id", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { agenda } = workplace.google.domain;
  const me = workplace.google.grant.account.person.key;
  const rule = ["RRULE:FREQ=WEEKLY;COUNT=3"];
  const times = { start: at("2026-10-19T09:00"), end: at("2026-10-19T10:00") };
  const series = agenda.schedule({ by: me, summary: "Weekly", ...times, recurrence: rule });
  const path = `/calendar/v3/calendars/primary/events/${series.id}`;
  const starts = ((await client.get(`${path}/instances`)).body.items ?? []).map(({ start }) =>
    start?.dateTime
  );
  assert.deepEqual(starts, [
    "2026-10-19T09:00:00+02:00",
    "2026-10-26T09:00:00+01:00",
    "2026-11-02T09:00:00+01:00",
  ]);
  const one = await client.get(`${path}_20261026T080000Z`);
  assert.deepEqual([one.status, one.body.recurringEventId], [200, series.id]);
  assert.equal((await client.get(`${path}_20261026T070000Z`)).status, 404);
  agenda.cancelInstance(series.id, at("2026-10-26T09:00"));
  assert.equal((await client.get(`${path}/instances`)).body.items?.length, 2);
});

Deno.test("the list of calendars pages, and its sync token tells what came and went", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { agenda } = workplace.google.domain;
  const lists = (params: Record<string, string | number> = {}) =>
    client.pages((pageToken) => client.get("/calendar/v3/users/me/calendarList", { ...params, pageToken }));
  const { pages, last } = await lists({ maxResults: 3 });
  assert.deepEqual(pages.map(({ items = [] }) => items.length), [3, 1]);
  const opened = agenda.open({ summary: "On call", zone, kind: "group" });
  const came = await lists({ syncToken: last.nextSyncToken ?? "" });
  assert.deepEqual(came.last.items?.map(({ id }) => id), [opened.id]);
  agenda.close(opened.id);
  const went = await lists({ syncToken: came.last.nextSyncToken ?? "" });
  assert.deepEqual(went.last.items?.map(({ id, deleted }) => [id, deleted]), [[opened.id, true]]);
  assert.equal((await client.events(opened.id)).status, 404);
  assert.equal((await client.events("en.german#holiday@group.v.calendar.google.com")).status, 200);
});
