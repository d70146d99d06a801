/**
 * Ninety days of a person in about a minute: pipeline.now() and the workplace's clock hop together from one due instant
 * to the next, while leases, backoff and wake-ups stay on the real clock and notice nothing. Half-way the person moves
 * from New York, after its gap, to Sydney, before its fold.
 */
import assert from "node:assert/strict";
import { Temporal } from "temporal-polyfill/implementation";
import { print, secondsSince } from "../scripts/postgres/say.ts";
import { type Newcomer, openScene } from "./scene.ts";
import { Oracle, readZone } from "./schedules/oracle.ts";
import type { Rule } from "./schedules/rule.ts";

const DAY = 86_400;
const DAYS = 90;
/** No slot of these people is near this time of day, so that none hangs over the end. */
const START = Date.parse("2027-02-20T05:00Z") / 1_000;
const END = START + DAYS * DAY;
const MOVE = Date.parse("2027-03-31T05:00Z") / 1_000;
/** The zone until an instant. */
const HOMES = [{ zone: "America/New_York", until: MOVE }, { zone: "Australia/Sydney", until: END }];
/** A free plan's syncs: twice a day, on the person's own clock. */
const SYNCS: Rule = { frequency: "daily", times: ["08:00", "18:00"] };
/** The first is in the gap on 14 March and in the fold on 4 April. */
const DIGESTS: readonly Rule[] = [{ frequency: "daily", times: ["02:30"] }, {
  frequency: "cron",
  cron: "15 9 * * 1-5",
}];
/** One channel: how a sync reads many is proven elsewhere. */
const CHANNELS = ["#engineering"];
/** More rounds than this for one instant mean that something goes in circles. */
const MOST_ROUNDS = 12;

const scene = await openScene({
  workplace: { seed: 11, days: 5, pace: 0.06, now: () => new Date(START * 1_000) },
});
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace, mail } = scene;
const oracle = new Oracle(Temporal.PlainDate.from("2027-02-20"), START, END);

Deno.test("ninety days pass: every slot runs once, every run has its version or its reason, and every version its mail", async () => {
  const startedAt = performance.now();
  await travel(START);
  const person = await settle();
  const digests = await order(person);
  // On a database that earlier tests have used: the workplaces of their people are gone.
  await stack.database.query(
    "update pipeline.schedules set next_slot_at = null, due_at = null where user_id is distinct from $1",
    [person.userId],
  );
  const heartbeatsBefore = await heartbeats();

  let moved = false;
  for (let now = START, day = 1; now < END;) {
    const { due } = await scene.row<{ due: number }>(
      "select extract(epoch from min(due_at))::float8 as due from pipeline.schedules where user_id = $1",
      [person.userId],
    );
    const evening = START + day * DAY;
    now = Math.min(due, evening);
    await travel(now);
    await stack.database.query("select pipeline.run_job('schedule')");
    await work(person);
    if (now >= MOVE && !moved) {
      await live(person, "Australia/Sydney");
      moved = true;
    }
    if (now < evening) continue;
    for (const job of ["tick", "sweep", "watch"]) {
      await stack.database.query("select pipeline.run_job($1)", [job]);
    }
    await stack.database.query("select pipeline.heartbeat()");
    day++;
  }
  await judgeRuns(person, digests);
  await judgeContent(person);
  const beaten = (await heartbeats()).slice(heartbeatsBefore.length);
  assert.equal(beaten.length, DAYS * 4, "one row a job and day");
  assert.ok(beaten.every(({ late }) => !late), "no job was late by the real clock");
  await stack.database.query("select pipeline.move_clock('0')");
  print(`ninety days | ${secondsSince(startedAt)} on ${stack.database.kind}`);
});

/** Somebody signs up in New York, connects a Slack of their own, has it synced and keeps one channel. */
async function settle(): Promise<Newcomer> {
  const person = await scene.signUp();
  await live(person, "America/New_York");
  await scene.connect(person);
  await work(person);
  await stack.database.query(
    "update public.sync_registry set selected = name = any ($2::text[]) where user_id = $1",
    [person.userId, `{${CHANNELS}}`],
  );
  return person;
}

async function live({ userId, client }: Newcomer, timezone: string): Promise<void> {
  const { error } = await client.from("workspaces").update({ timezone }).eq("owner_id", userId);
  assert.equal(error, null);
}

/** Digests of the first channel. Answers their rules by id. */
async function order({ userId, client }: Newcomer): Promise<Map<string, Rule>> {
  const source = await scene.row<{ id: string }>(
    "select id from public.sync_registry where user_id = $1 and name = $2",
    [userId, CHANNELS[0]],
  );
  const digests = new Map<string, Rule>();
  for (const schedule of DIGESTS) {
    const { data } = await client.from("deliverables")
      .insert({ title: `Digest ${digests.size + 1}`, deliverable_type: "slack_channel_digest", schedule })
      .select("id").single();
    const { error } = await client.from("deliverable_sources")
      .insert({ deliverable_id: data?.id, source_id: source.id });
    assert.equal(error, null);
    digests.set(data?.id, schedule);
  }
  return digests;
}

/** Both clocks of people's time; the workplace's story goes on up to it. */
async function travel(to: number): Promise<void> {
  workplace.clock.advance(to * 1_000 - workplace.clock.now().getTime());
  workplace.live();
  await stack.database.query("select pipeline.move_clock(to_timestamp($1::float8) - pg_catalog.now())", [to]);
}

/**
 * Turns the crank until the person has no ticket. Nothing is helped along: no lease is ended, no backoff cut short. Only
 * the platform's minutes pass here, as ninety days of its rate limits do not fit into one.
 */
async function work({ userId }: Newcomer): Promise<void> {
  for (let round = 0;; round++) {
    await stack.database.query("delete from pipeline.rate_meters");
    await stack.database.query(
      "update pipeline.work_tickets set run_at = clock_timestamp() where user_id = $1 and state = 'queued' and waiting_for ->> 'code' = 'rate_limited'",
      [userId],
    );
    if (round > 0) workplace.clock.advance(61_000);
    await stack.settle();
    const live = await stack.database.query(
      "select kind, state::text, attempt, crashes, last_error, waiting_for from pipeline.work_tickets where user_id = $1",
      [userId],
    );
    if (live.length === 0) return;
    assert.ok(round < MOST_ROUNDS, `still live: ${JSON.stringify(live)}`);
    await stack.database.query("select pipeline.run_job('tick')");
  }
}

async function heartbeats(): Promise<{ late: boolean }[]> {
  return await stack.database.query<{ late: boolean }>(
    "select (metadata ->> 'late')::boolean as late from public.activity_log where event_type = 'scheduler_heartbeat' order by id",
  );
}

/** The slots of a rule where the person lived. */
function expected(rule: Rule): number[] {
  return HOMES.flatMap(({ zone, until }, nth) =>
    oracle.slots(rule, readZone(zone, START - 4 * DAY, END + 4 * DAY), HOMES[nth - 1]?.until ?? START, until)
  );
}

async function judgeRuns({ userId, email }: Newcomer, digests: ReadonlyMap<string, Rule>): Promise<void> {
  const ended = await stack.database.query<
    {
      kind: string;
      subject: string;
      slot: number | null;
      outcome: string;
      attempt: number;
      crashes: number;
      status: string | null;
    }
  >(
    `select kind, dedupe_key as subject, extract(epoch from slot_at)::float8 as slot, outcome::text, attempt, crashes, result ->> 'status' as status
       from pipeline.work_execution_log where user_id = $1 order by slot_at, id`,
    [userId],
  );
  const slotsOf = (kind: string, subject?: string) =>
    ended.filter((ticket) =>
      ticket.kind === kind && ticket.slot !== null && (subject ?? ticket.subject) === ticket.subject
    )
      .map(({ slot }) => slot);
  assert.deepEqual(slotsOf("discover_sources"), expected(SYNCS), "every sync, each once");
  assert.equal(slotsOf("discover_sources").length, 2 * DAYS);
  for (const [deliverable, rule] of digests) {
    assert.deepEqual(
      slotsOf("generate_deliverable", deliverable),
      expected(rule),
      JSON.stringify(rule),
    );
  }
  assert.deepEqual(
    ended.filter(({ outcome, attempt, crashes }) => outcome !== "done" || attempt !== 1 || crashes !== 0),
    [],
    "no lease was lost and nothing had to be tried again",
  );

  const runs = ended.filter(({ kind }) => kind === "generate_deliverable");
  const written = runs.filter(({ status }) => status === "generated").length;
  const skipped = runs.filter(({ status }) => status?.startsWith("skipped_")).length;
  assert.equal(written + skipped, runs.length, "every run has its version or its reason");
  assert.ok(written > 40 && skipped > 0, `both were put to the test: ${written} written, ${skipped} skipped`);
  const versions = await stack.database.query<
    { deliverable_id: string; version_number: number; status: string; deliveries: number; accepted: number }
  >(
    `select v.deliverable_id, v.version_number, v.status::text, count(o.id)::int as deliveries,
            count(o.id) filter (where o.status = 'accepted')::int as accepted
       from public.deliverable_versions v left join public.deliveries o on o.version_id = v.id
      where v.user_id = $1 group by v.id order by v.deliverable_id, v.version_number`,
    [userId],
  );
  assert.equal(versions.length, written);
  assert.deepEqual(
    versions.filter(({ status, deliveries, accepted }) =>
      status !== "delivered" || deliveries !== 1 || accepted !== 1
    ),
    [],
    "every version was delivered, once",
  );
  for (const deliverable of digests.keys()) {
    const numbers = versions.filter(({ deliverable_id }) => deliverable_id === deliverable)
      .map(({ version_number }) => version_number);
    assert.deepEqual(numbers, numbers.map((_, index) => index + 1));
  }
  const mails = mail.accepted.filter(({ to }) => to.includes(email));
  assert.equal(mails.length, written, "as many mails as versions");
  assert.equal(
    new Set(mails.map(({ idempotencyKey }) => idempotencyKey)).size,
    written,
    "and no two of one delivery",
  );

  const events = await stack.database.query<{ event: string; count: number }>(
    `select event_type::text || coalesce(':' || (metadata ->> 'status'), '') as event, count(*)::int
       from public.activity_log where user_id = $1 group by 1`,
    [userId],
  );
  const counts = Object.fromEntries(events.map(({ event, count }) => [event, count]));
  const statuses = Object.fromEntries(
    [...Map.groupBy(runs, ({ status }) => `deliverable_run:${status}`)].map((
      [event, all],
    ) => [event, all.length]),
  );
  assert.deepEqual(counts, {
    integration_connected: 1,
    platform_synced: 1 + 2 * DAYS,
    deliverable_scheduled: runs.length,
    deliverable_generated: written,
    ...statuses,
  });
}

/** What nothing cited has expired and is found no more; what a version was written from is kept. */
async function judgeContent({ userId, client }: Newcomer): Promise<void> {
  const items = await stack.database.query<
    { id: string; content: string; retained: boolean; expired: boolean | null }
  >(
    "select id, content, retained, expires_at <= pipeline.now() as expired from public.platform_content where user_id = $1 and deleted_at is null",
    [userId],
  );
  const expired = items.filter((item) => item.expired);
  const retained = items.filter((item) => item.retained);
  assert.ok(
    expired.length > 20 && retained.length > 20,
    `${expired.length} expired, ${retained.length} retained`,
  );
  assert.deepEqual(expired.filter((item) => item.retained), []);
  for (const { id, content } of expired.slice(0, 5)) {
    const { data } = await client.rpc("search_platform_content", { p_query: content.slice(0, 200) });
    assert.ok(!data?.some((found: { id: string }) => found.id === id), "what has expired is not found");
  }
  const [kept] = retained;
  const { data } = await client.rpc("search_platform_content", { p_query: kept?.content.slice(0, 200) });
  assert.ok(data?.some((found: { id: string }) => found.id === kept?.id), "what is retained is found");
}
