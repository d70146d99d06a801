/** A fresh, durable Postgres 17 with our migrations: what every figure of the queue is measured on. */
import postgres from "postgres";
import { startCluster } from "../postgres/cluster.ts";
import { prepare } from "../postgres/prepare.ts";

export type Sql = postgres.Sql;

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  /** One connection, for what is measured in a row. */
  readonly sql: Sql;
  /** A pool of its own, for what is measured side by side. */
  pool(connections: number): Sql;
  /** Empties the queue and gives its tables back their size, so that no figure rests on the one before. */
  reset(): Promise<void>;
}

const migrations = new URL("../../supabase/migrations/", import.meta.url);

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const cluster = await startCluster(await prepare(), { durable: true, authStub: true });
  const pools: Sql[] = [];
  const pool = (connections: number) => {
    const opened = postgres(cluster.databaseUrl, { max: connections, onnotice: () => {}, prepare: true });
    pools.push(opened);
    return opened;
  };
  const sql = pool(1);
  for (const name of [...Deno.readDirSync(migrations)].map((entry) => entry.name).toSorted()) {
    await sql.begin(async (tx) => await tx.unsafe(await Deno.readTextFile(new URL(name, migrations))));
  }
  // The tick of pg_cron would wake nobody here and take CPU from what is measured.
  await sql`select cron.unschedule(jobname) from cron.job`;
  await sql`select vault.create_secret('http://127.0.0.1:9', 'functions_url')`;
  await sql`select vault.create_secret(${crypto.randomUUID()}, 'wake_up_secret')`;
  return {
    url: cluster.databaseUrl,
    sql,
    pool,
    async reset() {
      await sql.unsafe(
        `truncate pipeline.work_tickets, pipeline.work_execution_log, pipeline.wake_ups, pipeline.lane_turns, pipeline.schedules cascade`,
      );
      await sql.unsafe("truncate net.http_request_queue, net._http_response");
      await sql`delete from pipeline.ticket_kinds where function_name = 'bench'`;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pools.map((open) => open.end({ timeout: 1 })));
      await cluster.stop();
    },
  };
}

/** A ticket kind of the function `bench`. */
export async function addKind(
  sql: Sql,
  kind: { kind: string; perCall: number; maxRunning: number; perUser: number },
): Promise<void> {
  await sql`insert into pipeline.ticket_kinds (kind, function_name, per_call, max_running, max_running_per_user, lease)
    values (${kind.kind}, 'bench', ${kind.perCall}, ${kind.maxRunning}, ${kind.perUser}, '10 minutes')`;
}

/** People p 1 … n with ids that follow from their number. */
export async function addPeople(sql: Sql, count: number): Promise<void> {
  await sql`insert into auth.users (id, email)
    select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, i || '@bench.example' from generate_series(1, ${count}::int) i
    on conflict do nothing`;
}

/** A wake-up that was answered: with it, `claim(id, true)` takes again and again. */
export async function answeredWakeUp(sql: Sql): Promise<string> {
  const [row] = await sql<
    { id: string }[]
  >`insert into pipeline.wake_ups (function_name, answered_at) values ('bench', now()) returning id`;
  if (row === undefined) throw new Error("No wake-up was made");
  return row.id;
}
