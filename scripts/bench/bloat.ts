/** What a day leaves behind: the live table's size after many tickets went through it, with autovacuum alone. */
import { addKind, addPeople, answeredWakeUp, type BenchDatabase } from "./bench_database.ts";
import type { Figure } from "./report.ts";

const tickets = 100_000;
/** Autovacuum looks once a minute, so size is a matter of rate: this is more than a day's worth of seconds ever brings. */
const perSecond = 250;
const saves = 3;

export async function bloatFigures(database: BenchDatabase): Promise<Figure[]> {
  const { sql } = database;
  await database.reset();
  await addPeople(sql, 200);
  await addKind(sql, { kind: "bench", perCall: 50, maxRunning: 1_000, perUser: 20 });
  await sql`select pg_stat_reset_single_table_counters('pipeline.work_tickets'::regclass)`.catch(() => {
    // Only a superuser may reset; the counters of this fresh cluster then include the benchmarks before.
  });
  const before = await updates(database);
  const wakeUp = await answeredWakeUp(sql);
  const startedAt = performance.now();
  for (let made = 0; made < tickets; made += perSecond) {
    await sql`insert into pipeline.work_tickets (kind, user_id, payload)
      select 'bench', ('00000000-0000-4000-8000-' || lpad((i % 200 + 1)::text, 12, '0'))::uuid, '{"n": 1}' from generate_series(1, ${perSecond}::int) i`;
    while (true) {
      const taken = await sql<
        { id: string; lease_token: string }[]
      >`select id, lease_token from pipeline.claim(${wakeUp}, true)`;
      if (taken.length === 0) break;
      const held = taken.map(({ id, lease_token }) => ({ id, lease: lease_token }));
      for (let save = 1; save <= saves; save++) {
        await sql`select count(*) from pipeline.save(${
          sql.json(held.map((one) => ({ ...one, progress: { step: save } })))
        })`;
      }
      await sql`select count(*) from pipeline.finish(${sql.json(held)})`;
    }
    const ahead = (made / perSecond + 1) * 1000 - (performance.now() - startedAt);
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
  const after = await updates(database);
  const [size] = await sql<{ table: number; indexes: number }[]>`
    select pg_table_size('pipeline.work_tickets')::float8 / 1e6 as table, pg_indexes_size('pipeline.work_tickets')::float8 / 1e6 as indexes`;
  const conditions =
    `${tickets} tickets at ${perSecond} a second, each claimed, saved ${saves} times and finished, autovacuum only, at most 1,000 live`;
  return [
    {
      name: "live table after 100,000",
      value: size?.table ?? NaN,
      unit: "MB",
      aim: { atMost: 10 },
      conditions,
    },
    { name: "its indexes", value: size?.indexes ?? NaN, unit: "MB", conditions },
    {
      name: "HOT share of updates",
      value: 100 * (after.hot - before.hot) / (after.all - before.all),
      unit: "%",
      conditions: `${conditions}; the claim itself cannot be HOT, it moves the ticket between indexes`,
    },
  ];
}

async function updates({ sql }: BenchDatabase): Promise<{ all: number; hot: number }> {
  // Counters of a session reach the statistics when it is idle.
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ all: number; hot: number }[]>`
    select n_tup_upd::float8 as all, n_tup_hot_upd::float8 as hot from pg_stat_user_tables where schemaname = 'pipeline' and relname = 'work_tickets'`;
  return row ?? { all: 0, hot: 0 };
}
