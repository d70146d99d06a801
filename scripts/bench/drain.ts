/** How fast a backlog drains, beside pg-boss on the same server, with the same batch and connections. */
import PgBoss from "pg-boss";
import { addKind, addPeople, answeredWakeUp, type BenchDatabase } from "./bench_database.ts";
import type { Figure } from "./report.ts";

const backlog = 50_000;
const batch = 50;
const people = 500;

export async function drainFigures(database: BenchDatabase): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const connections of [1, 4]) {
    const ours = await drainOurs(database, connections);
    const theirs = await drainPgBoss(database, connections);
    const conditions = `${backlog} tickets, batches of ${batch}, ${connections} connection${
      connections > 1 ? "s" : ""
    }, ${people} people with limits and turns`;
    figures.push(
      {
        name: `drain, ${connections} at a time`,
        value: ours,
        unit: "tickets/s",
        conditions: `${conditions}, 2 round trips a batch`,
      },
      {
        name: `pg-boss 10.4.2, ${connections} at a time`,
        value: theirs,
        unit: "tickets/s",
        conditions: `${backlog} jobs, fetch and complete in batches of ${batch}, same connections, no limits`,
      },
      {
        name: `ratio, ${connections} at a time`,
        value: ours / theirs,
        unit: "×",
        aim: { atLeast: 1 },
        conditions: "ours by pg-boss, same server, same run",
      },
    );
  }
  return figures;
}

async function drainOurs(database: BenchDatabase, connections: number): Promise<number> {
  const { sql } = database;
  await database.reset();
  await addPeople(sql, people);
  await addKind(sql, { kind: "bench", perCall: batch, maxRunning: 1_000, perUser: 4 });
  await sql`insert into pipeline.work_tickets (kind, user_id)
    select 'bench', ('00000000-0000-4000-8000-' || lpad((i % ${people}::int + 1)::text, 12, '0'))::uuid from generate_series(1, ${backlog}::int) i`;
  await sql`vacuum analyze pipeline.work_tickets`;
  const wakeUp = await answeredWakeUp(sql);
  const pool = database.pool(connections);
  await pool`select 1`;
  const startedAt = performance.now();
  const drained = await Promise.all(Array.from({ length: connections }, async () => {
    let count = 0;
    while (true) {
      const taken = await pool<
        { id: string; lease_token: string }[]
      >`select id, lease_token from pipeline.claim(${wakeUp}, true)`;
      if (taken.length === 0) return count;
      const ended = await pool`select * from pipeline.finish(${
        pool.json(taken.map(({ id, lease_token }) => ({ id, lease: lease_token })))
      })`;
      count += ended.length;
    }
  }));
  const seconds = (performance.now() - startedAt) / 1000;
  const total = drained.reduce((sum, count) => sum + count, 0);
  if (total !== backlog) throw new Error(`${total} of ${backlog} tickets were drained`);
  return backlog / seconds;
}

async function drainPgBoss(database: BenchDatabase, connections: number): Promise<number> {
  const boss = new PgBoss({
    connectionString: database.url,
    max: connections,
    supervise: false,
    schedule: false,
    schema: "pgboss",
  });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  const queue = `bench_${connections}`;
  await boss.createQueue(queue);
  for (let at = 0; at < backlog; at += 5_000) {
    await boss.insert(Array.from({ length: 5_000 }, (_, i) => ({ name: queue, data: { n: at + i } })));
  }
  await database.sql.unsafe("analyze pgboss.job");
  const startedAt = performance.now();
  const drained = await Promise.all(Array.from({ length: connections }, async () => {
    let count = 0;
    while (true) {
      const jobs = await boss.fetch(queue, { batchSize: batch });
      if (jobs.length === 0) return count;
      await boss.complete(queue, jobs.map(({ id }) => id));
      count += jobs.length;
    }
  }));
  const seconds = (performance.now() - startedAt) / 1000;
  await boss.stop({ graceful: false });
  const total = drained.reduce((sum, count) => sum + count, 0);
  if (total !== backlog) throw new Error(`pg-boss drained ${total} of ${backlog} jobs`);
  return backlog / seconds;
}
