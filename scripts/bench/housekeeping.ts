/** What pg_cron does all day: the tick with many live tickets, and the schedule with many rows of which some are due. */
import { addKind, addPeople, type BenchDatabase } from "./bench_database.ts";
import { type Figure, percentile } from "./report.ts";

export async function housekeepingFigures(database: BenchDatabase): Promise<Figure[]> {
  return [...await tickFigures(database), ...await scheduleFigures(database)];
}

const live = 10_000;
const ticks = 40;

async function tickFigures(database: BenchDatabase): Promise<Figure[]> {
  const { sql } = database;
  await database.reset();
  await addPeople(sql, 1_000);
  await addKind(sql, { kind: "bench", perCall: 5, maxRunning: 50, perUser: 2 });
  // A tenth runs, the rest waits, some of it for its time: what a busy hour looks like.
  await sql`insert into pipeline.work_tickets (kind, user_id, state, started_at, lease_token, lease_until, run_at)
    select 'bench', ('00000000-0000-4000-8000-' || lpad((i % 1000 + 1)::text, 12, '0'))::uuid,
           case when i % 10 = 0 then 'running' else 'queued' end::public.ticket_state, case when i % 10 = 0 then now() end,
           case when i % 10 = 0 then gen_random_uuid() end, case when i % 10 = 0 then now() + interval '1 hour' end,
           now() + case when i % 3 = 0 then interval '1 hour' else interval '0' end
      from generate_series(1, ${live}::int) i`;
  await sql`update pipeline.ticket_kinds set max_running = 1050 where kind = 'bench'`;
  await sql`vacuum analyze pipeline.work_tickets`;
  const samples: number[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const startedAt = performance.now();
    await sql`select pipeline.run_job('tick')`;
    samples.push(performance.now() - startedAt);
    await sql`update pipeline.wake_ups set answered_at = now() where answered_at is null`;
  }
  const conditions =
    `${live} live tickets of 1,000 people, 1,000 running, room for 50 more, ${ticks} ticks, wake-ups sent each time`;
  return [
    { name: "tick p50", value: percentile(samples, 0.5), unit: "ms", aim: { atMost: 50 }, conditions },
    { name: "tick p99", value: percentile(samples, 0.99), unit: "ms", aim: { atMost: 50 }, conditions },
  ];
}

const schedules = 100_000;
const due = 1_000;

async function scheduleFigures(database: BenchDatabase): Promise<Figure[]> {
  const { sql } = database;
  await database.reset();
  await addPeople(sql, 1_000);
  await addKind(sql, { kind: "bench", perCall: 5, maxRunning: 50, perUser: 2 });
  await sql`insert into pipeline.schedules (kind, subject, user_id, rule, spread)
    select 'bench', gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 1000 + 1)::text, 12, '0'))::uuid,
           row(case i % 4 when 0 then 'daily' when 1 then 'weekly' when 2 then 'monthly' else 'hourly' end, '{09:00}', '{1,4}', 15, null, null,
             (array['Europe/Berlin', 'America/New_York', 'Asia/Seoul', 'UTC'])[i % 4 + 1], '2026-01-05')::pipeline.schedule_rule, '4 minutes'
      from generate_series(1, ${schedules}::int) i`;
  const samples: number[] = [];
  for (let round = 0; round < 10; round++) {
    await sql`truncate pipeline.work_tickets`;
    await sql`update pipeline.schedules set next_slot_at = now() + interval '1 day', due_at = now() + interval '1 day' where due_at is null or due_at < now() + interval '1 hour'`;
    await sql`update pipeline.schedules set next_slot_at = now() - interval '1 second', due_at = now() - interval '1 second'
      where id in (select id from pipeline.schedules order by id limit ${due})`;
    await sql`vacuum analyze pipeline.schedules`;
    const startedAt = performance.now();
    const [row] = await sql<{ made: number }[]>`select pipeline.schedule(${due}) as made`;
    samples.push(performance.now() - startedAt);
    if (row?.made !== due) throw new Error(`${row?.made} of ${due} due slots became tickets`);
  }
  const conditions =
    `${schedules} schedules in four zones, ${due} due (daily, weekly, monthly, hourly), one call, ten rounds`;
  return [{
    name: "schedule p50",
    value: percentile(samples, 0.5),
    unit: "ms",
    aim: { atMost: 200 },
    conditions,
  }];
}
