/** How long a claim takes, whatever waits. */
import { addKind, addPeople, answeredWakeUp, type BenchDatabase } from "./bench_database.ts";
import { type Figure, percentile } from "./report.ts";

const perCall = 5;
const people = 500;
const rounds = 300;

/** Latency of `claim` at 0, 1,000 and 100,000 waiting, also with 100,000 of one person at their limit. */
export async function claimFigures(database: BenchDatabase): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (
    const [what, waiting, hoarder] of [
      ["nothing waits", 0, 0],
      ["1,000 wait", 1_000, 0],
      ["100,000 wait", 100_000, 0],
      ["100,000 of one capped person wait", 2_000, 100_000],
    ] as const
  ) {
    const samples = await claimSamples(database, waiting, hoarder);
    const conditions =
      `per_call ${perCall}, ${people} people, one round trip, one connection, ${samples.length} claims`;
    figures.push(
      { name: `claim p50, ${what}`, value: percentile(samples, 0.5), unit: "ms", conditions },
      {
        name: `claim p99, ${what}`,
        value: percentile(samples, 0.99),
        unit: "ms",
        aim: { atMost: 10 },
        conditions,
      },
    );
  }
  return figures;
}

async function claimSamples(database: BenchDatabase, waiting: number, hoarder: number): Promise<number[]> {
  const { sql } = database;
  await database.reset();
  await addPeople(sql, people);
  await addKind(sql, { kind: "bench", perCall, maxRunning: 1_000_000, perUser: 2 });
  // Person 1 hoards; the others share what waits.
  await sql`insert into pipeline.work_tickets (kind, user_id)
    select 'bench', '00000000-0000-4000-8000-000000000001' from generate_series(1, ${hoarder}::int)`;
  await sql`insert into pipeline.work_tickets (kind, user_id)
    select 'bench', ('00000000-0000-4000-8000-' || lpad((i % ${
    people - 1
  }::int + 2)::text, 12, '0'))::uuid from generate_series(1, ${waiting}::int) i`;
  await sql`vacuum analyze pipeline.work_tickets`;
  const wakeUp = await answeredWakeUp(sql);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const taken = await sql<
      { id: string; lease_token: string }[]
    >`select id, lease_token from pipeline.claim(${wakeUp}, true)`;
    samples.push(performance.now() - startedAt);
    // Not measured: what was taken goes back, so that every claim finds the same backlog.
    await sql`update pipeline.work_tickets set state = 'queued', lease_token = null, lease_until = null, started_at = null, attempt = 0
      where id = any (${taken.map(({ id }) => id)}::bigint[])`;
  }
  return samples;
}
