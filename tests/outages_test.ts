/**
 * pipeline.schedule() beside a model of it: hundreds of schedules over four months in which clocks change in both
 * directions, with runs seconds, hours and days apart, people who move, pauses, and schedules that expire. The clock is
 * moved inside one transaction, so every instant is exact, and everything is rolled back. SCHEDULE_SEED: other lives, as
 * `1,2,3`.
 */
import assert from "node:assert/strict";
import { Temporal } from "temporal-polyfill/implementation";
import { seededRandom } from "../scripts/local/workplace/world/random.ts";
import type { Queryable } from "../scripts/local/database/database.ts";
import { print, secondsSince } from "../scripts/postgres/say.ts";
import { type Newcomer, openScene } from "./scene.ts";
import { Oracle, type Zone } from "./schedules/oracle.ts";
import type { Rule } from "./schedules/rule.ts";
import { type Ordered, ScheduleModel } from "./schedules/schedule_model.ts";
import { readZoneData } from "./schedules/zone_data.ts";

const DAY = 86_400;
const HOUR = 3_600;
const MINUTE = 60;
/** A Wednesday, the same week everywhere. */
const START = Date.parse("2027-02-17T12:00Z") / 1_000;
const END = START + 120 * DAY;
/** Gaps and folds of an hour and of half an hour, at midnight too; two that never change. */
const ZONES = [
  "UTC",
  "Africa/Cairo",
  "America/Nuuk",
  "America/Santiago",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Pacific/Auckland",
];
const RULES: readonly Rule[] = [
  { frequency: "hourly" },
  { frequency: "daily", times: ["00:30", "02:30", "09:00", "18:00"] },
  { frequency: "weekly", times: ["02:15"], day: ["sunday", "thursday"] },
  { frequency: "biweekly", times: ["23:45"], day: ["saturday", "sunday"] },
  { frequency: "monthly", times: ["07:00"], day: 31 },
  { frequency: "cron", cron: "*/10 * * * *" },
  { frequency: "cron", cron: "30 1-3 * * *" },
  { frequency: "once", at: "2027-03-28T02:30:00" },
];
/** Seconds from one run to the next. */
const HOPS = [30, 30, 30, 5 * MINUTE, 9 * MINUTE, 55 * MINUTE, 3 * HOUR, 7 * HOUR, 19 * HOUR, 3 * DAY];

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { database } = scene.stack;

class RolledBack extends Error {}

for (const seed of (Deno.env.get("SCHEDULE_SEED") ?? "1").split(",")) {
  Deno.test(`whatever happens, a schedule makes the tickets of its model, and one at most when it wakes, seed ${seed}`, async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => scene.signUp()));
    await database.transaction(async (transaction) => {
      await live(transaction, people, seed);
      throw new RolledBack();
    }).catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  });
}

interface Planned {
  readonly model: ScheduleModel;
  readonly person: Newcomer;
  /** The rule names its own zone. */
  readonly own?: Zone;
  paused: boolean;
}

async function live(transaction: Queryable, people: readonly Newcomer[], seed: string): Promise<void> {
  const startedAt = performance.now();
  const random = seededRandom(`outages ${seed}`);
  const { zones } = await readZoneData(transaction, ZONES, START - 10 * DAY, END + 50 * DAY);
  assert.deepEqual(
    zones.map(({ until }) => until),
    ZONES.map(() => END + 50 * DAY),
    "editions agree on these",
  );
  // Paused: its tickets are looked at and taken away, never claimed.
  await transaction.query(
    "insert into pipeline.ticket_kinds (kind, function_name, payload_shape, paused) values ('planned', 'nobody', '{}', true)",
  );
  await travel(transaction, START);
  const oracle = new Oracle(Temporal.PlainDate.from("2027-02-17"), START, END + 40 * DAY);
  const planned: Planned[] = [];
  const homes = new Map<Newcomer, Zone>();
  for (const person of people) {
    const zone = random.pick(zones);
    homes.set(person, zone);
    await changeZone(transaction, person, zone);
    for (const rule of RULES) {
      for (const ifMissed of ["run_latest", "skip"] as const) {
        const own = random.chance(0.25) ? random.pick(zones) : undefined;
        const order: Ordered = {
          subject: crypto.randomUUID(),
          rule,
          ifMissed,
          grace: 10 * MINUTE,
          ...(random.chance(0.2) && { expiresAt: START + random.int(1, 100 * 24) * HOUR }),
        };
        const offset = await set(transaction, person, order, own, false);
        const model = new ScheduleModel(order, oracle, offset);
        model.place(own ?? zone, START);
        planned.push({ model, person, own, paused: false });
      }
    }
  }
  const bySubject = new Map(planned.map((one) => [one.model.order.subject, one]));

  const seen = { runs: 0, tickets: 0, caughtUp: 0, skipped: 0, moved: 0, paused: 0 };
  for (let now = START; now < END; seen.runs++) {
    now += random.pick(HOPS);
    await travel(transaction, now);
    if (random.chance(0.1)) {
      const [person, zone] = [random.pick(people), random.pick(zones)];
      homes.set(person, zone);
      await changeZone(transaction, person, zone);
      for (const one of planned) if (one.person === person && !one.own) one.model.move(zone, now);
      seen.moved++;
    }
    if (random.chance(0.1)) {
      const one = random.pick(planned);
      one.paused = !one.paused;
      await set(transaction, one.person, one.model.order, one.own, one.paused);
      if (one.paused) one.model.pause();
      else one.model.place(one.own ?? homes.get(one.person) ?? fail(), now);
      seen.paused++;
    }

    const expected = new Map<string, number>();
    for (const { model } of planned) {
      const { ticket, come } = model.run(now);
      if (ticket !== undefined) expected.set(model.order.subject, ticket);
      if (come > 1 && ticket !== undefined) seen.caughtUp++;
      if (come > 0 && ticket === undefined) seen.skipped++;
    }
    await transaction.query("select pipeline.schedule()");
    const tickets = await transaction.query<{ subject: string; slot: number }>(
      `with taken as (delete from pipeline.work_tickets where kind = 'planned' returning dedupe_key, slot_at)
       select dedupe_key as subject, extract(epoch from slot_at)::float8 as slot from taken`,
    );
    const when = `at ${new Date(now * 1_000).toISOString()}, run ${seen.runs}`;
    assert.equal(
      new Set(tickets.map(({ subject }) => subject)).size,
      tickets.length,
      `one a schedule ${when}`,
    );
    assert.deepEqual(
      readable(tickets.map(({ subject, slot }) => [subject, slot])),
      readable([...expected]),
      when,
    );
    const nexts = await transaction.query<{ subject: string; next: number | null }>(
      "select subject, extract(epoch from next_slot_at)::float8 as next from pipeline.schedules where kind = 'planned'",
    );
    const wrong = nexts.filter(({ subject, next }) => (bySubject.get(subject)?.model.next ?? null) !== next);
    assert.deepEqual(
      wrong.map(({ subject, next }) => ({ ...bySubject.get(subject)?.model, subject, postgres: next })),
      [],
      when,
    );
    seen.tickets += tickets.length;
  }
  print(
    `schedules | seed ${seed}: ${planned.length} schedules, ${
      Object.entries(seen).map(([what, count]) => `${count} ${what}`).join(", ")
    }, ${secondsSince(startedAt)} on ${database.kind}`,
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 0, `${what} was put to the test`);
}

function fail(): never {
  throw new Error("Everybody lives somewhere");
}

function readable(tickets: readonly (readonly [string, number])[]): string[] {
  return tickets.map(([subject, slot]) => `${subject} ${new Date(slot * 1_000).toISOString()}`).toSorted();
}

async function travel(transaction: Queryable, to: number): Promise<void> {
  await transaction.query("select pipeline.move_clock(to_timestamp($1::float8) - pg_catalog.now())", [to]);
}

async function changeZone(transaction: Queryable, { userId }: Newcomer, { name }: Zone): Promise<void> {
  await transaction.query("update public.workspaces set timezone = $2 where owner_id = $1", [userId, name]);
}

/** Answers the schedule's offset in seconds. */
async function set(
  transaction: Queryable,
  { userId }: Newcomer,
  { subject, rule, ifMissed, expiresAt }: Ordered,
  own: Zone | undefined,
  paused: boolean,
): Promise<number> {
  await transaction.query(
    `select pipeline.set_schedule('planned', $1, $2, $3, p_spread => '8 minutes', p_if_missed => $4::public.missed_slot_policy,
       p_paused => $5, p_expires_at => to_timestamp($6::float8))`,
    [
      subject,
      userId,
      JSON.stringify({ ...rule, ...(own && { timezone: own.name }) }),
      ifMissed,
      paused,
      expiresAt ?? null,
    ],
  );
  const [row] = await transaction.query<{ offset: number }>(
    `select extract(epoch from private.offset_within(id, spread))::float8 as "offset" from pipeline.schedules
      where kind = 'planned' and subject = $1`,
    [subject],
  );
  return row?.offset ?? 0;
}
