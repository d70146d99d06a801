/** Everyone's deliverable comes due: how fast they are written and sent, how late the last are, and whether each arrives once. */
import { type Figure, percentile } from "../report.ts";
import { quietDay } from "./bench_items.ts";
import { addPeople, type BenchPerson, oneChannel, storeDay } from "./bench_people.ts";
import { startWatchedStack, type WatchedStack } from "./watched_stack.ts";

export interface DrainOptions {
  /** A real Postgres; PGlite when left out. */
  readonly databaseUrl?: string | undefined;
  readonly people: number;
  /** True: all at the same instant. False: spread over four minutes by their schedules, as they are shipped. */
  readonly atOnce: boolean;
  /** What each model call takes. */
  readonly latencyMs: number;
  /** Processes of the function at a time. */
  readonly processes: number;
  readonly write: (line: string) => void;
}

const HOUR = 60 * 60 * 1000;
/** From the end of the preparations to the slot. */
const AHEAD_MS = 5_000;
/** An hour for everything; what has not arrived by then is lost. */
const PATIENCE_MS = HOUR;

interface Arrival {
  /** Seconds behind the instant that its schedule gave it. */
  readonly late: number;
  /** Milliseconds of the machine's clock. */
  readonly at: number;
}

export async function drainFigures(options: DrainOptions): Promise<Figure[]> {
  const { people: count, databaseUrl, atOnce, latencyMs, processes, write } = options;
  await using watched = await startWatchedStack({ databaseUrl, processes, write });
  const { stack: { database }, model, mail, acceptedAt } = watched;
  model.latencyMs = latencyMs;
  const begun = performance.now();
  const slot = new Date(Math.ceil((Date.now() + HOUR) / HOUR) * HOUR);
  await setClock(watched, new Date(slot.getTime() - HOUR));
  const people = await addPeople(database, { count, tier: "free", sources: oneChannel });
  await storeDay(database, people, { day: 0, size: quietDay, sources: oneChannel });
  const due = await order(watched, people, slot, atOnce);
  write(`  ${count} people in ${((performance.now() - begun) / 1000).toFixed(0)} s`);

  await setClock(watched, new Date(slot.getTime() - AHEAD_MS));
  const aheadMs = slot.getTime() - AHEAD_MS - Date.now();
  await drained(watched, count, write);

  const to = new Map(people.map(({ email, id }) => [email, id]));
  const arrivals: Arrival[] = [];
  const mails = new Map<string, number>();
  for (const { id, to: [address = ""] } of mail.accepted) {
    const person = to.get(address) ?? "";
    mails.set(person, (mails.get(person) ?? 0) + 1);
    const at = acceptedAt.get(id) ?? NaN;
    arrivals.push({ at, late: (at + aheadMs - (due.get(person) ?? NaN)) / 1000 });
  }
  const lates = arrivals.map(({ late }) => late);
  const [first] = await database.query<{ at: number }>(
    "select extract(epoch from min(created_at))::float8 * 1000 as at from pipeline.work_execution_log where kind = 'generate_deliverable'",
  );
  const firstAt = first?.at ?? NaN;
  const untilFirst = (firstAt + aheadMs - Math.min(...due.values())) / 1000;
  const seconds = (Math.max(...arrivals.map(({ at }) => at)) - firstAt) / 1000;
  const [other] = await database.query<{ text: string }>(
    `select coalesce(string_agg(status || ' ' || n, ', '), '') as text from (
       select r.status, count(*)::text as n from public.deliverable_runs r where r.status <> 'generated' group by 1) x`,
  );
  const name = `${count} due, ${atOnce ? "all at one instant" : "spread over 4 minutes"}, model ${
    latencyMs / 1000
  } s a call`;
  const where = `${
    databaseUrl === undefined ? "PGlite, the local stack's own loops" : "Postgres 17"
  }, ${processes} process${processes === 1 ? "" : "es"} of the function`;
  return [
    {
      name: `${name}: rate`,
      value: arrivals.length / seconds,
      unit: "deliverables/s",
      conditions: `${where}; one mail each; ${seconds.toFixed(0)} s from the first ticket to the last mail`,
    },
    {
      name: `${name}: p99 lateness`,
      value: percentile(lates, 0.99),
      unit: "s",
      conditions: `mail accepted behind ${atOnce ? "the slot" : "slot and own offset"}; p50 ${
        percentile(lates, 0.5).toFixed(1)
      } s; the scheduler looks every 30 s, and made the first ticket ${untilFirst.toFixed(0)} s behind`,
    },
    {
      name: `${name}: lost`,
      value: people.filter(({ id }) => !mails.has(id)).length,
      unit: "people",
      aim: { atMost: 0 },
      conditions: other?.text ? `other ends of runs: ${other.text}` : "by the mails that the provider took",
    },
    {
      name: `${name}: doubled`,
      value: [...mails.values()].reduce((sum, own) => sum + own - 1, 0),
      unit: "mails",
      aim: { atMost: 0 },
      conditions: `${mail.calls.length} sends for ${mail.accepted.length} mails`,
    },
  ];
}

/** Lets the pipeline's clock run on from an instant. */
async function setClock({ stack }: WatchedStack, to: Date): Promise<void> {
  await stack.database.query("select pipeline.move_clock($1::timestamptz - clock_timestamp())", [
    to.toISOString(),
  ]);
}

/** A daily deliverable each. Returns when each is due, in milliseconds of the pipeline's clock. */
async function order(
  { stack: { database } }: WatchedStack,
  people: readonly BenchPerson[],
  slot: Date,
  atOnce: boolean,
): Promise<Map<string, number>> {
  await database.query(
    `insert into public.deliverables (user_id, title, deliverable_type, schedule)
     select e::uuid, 'Every day', 'slack_channel_digest', jsonb_build_object('frequency', 'daily', 'time', $2::text, 'timezone', 'UTC')
       from jsonb_array_elements_text($1::jsonb) e`,
    [JSON.stringify(people.map(({ id }) => id)), slot.toISOString().slice(11, 16)],
  );
  if (atOnce) await database.query("update pipeline.schedules set spread = '0', due_at = next_slot_at");
  const rows = await database.query<{ id: string; due: number }>(
    "select user_id as id, extract(epoch from due_at)::float8 * 1000 as due from pipeline.schedules where kind = 'generate_deliverable'",
  );
  return new Map(rows.map(({ id, due }) => [id, due]));
}

/** Waits until nothing is due, queued or running any more. */
async function drained({ stack, mail }: WatchedStack, count: number, write: (line: string) => void) {
  const until = Date.now() + PATIENCE_MS;
  let told = Date.now();
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    if (Date.now() - told > 30_000) {
      write(`  ${mail.accepted.length} of ${count} mails`);
      told = Date.now();
    }
    const [row] = await stack.database.query<{ live: number; waiting: number }>(
      `select (select count(*)::int from pipeline.work_tickets where kind in ('generate_deliverable', 'deliver_version')) as live,
              (select count(*)::int from pipeline.schedules where kind = 'generate_deliverable' and last_slot_at is null) as waiting`,
    );
    if (row?.live === 0 && row.waiting === 0) return;
  }
}
