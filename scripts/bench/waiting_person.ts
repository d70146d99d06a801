/** How long somebody waits between pressing a button and a worker having their ticket. */
import { type Stack, startStack } from "../local/stack.ts";
import { startCluster } from "../postgres/cluster.ts";
import { prepare } from "../postgres/prepare.ts";
import { type Figure, percentile } from "./report.ts";

const presses = 60;

/** Enqueue commit → claim commit at priority 0, through pg_net's part, HTTP and a function's process. */
export async function waitingPersonFigures(): Promise<Figure[]> {
  const cluster = await startCluster(await prepare(), { durable: true, authStub: false });
  try {
    return [
      ...await figures("Postgres 17", cluster.databaseUrl),
      ...await figures("PGlite, the local stack's own loop", undefined),
    ];
  } finally {
    await cluster.stop();
  }
}

async function figures(where: string, databaseUrl: string | undefined): Promise<Figure[]> {
  await using stack = await startStack({ port: 0, ...(databaseUrl && { databaseUrl }) });
  const person = await stack.signUp("bench@yarnnn.example", "a long password");
  const samples = await press(stack, person.userId);
  const conditions =
    `${where}; pg_net played by our loop, its 1 s pause between batches not included; warm function, ${presses} presses one by one, 2 round trips`;
  return [
    {
      name: `button to claim p50, ${where}`,
      value: percentile(samples, 0.5),
      unit: "ms",
      aim: { atMost: 250 },
      conditions,
    },
    { name: `button to claim p99, ${where}`, value: percentile(samples, 0.99), unit: "ms", conditions },
  ];
}

async function press({ database, functions }: Stack, userId: string): Promise<number[]> {
  const samples: number[] = [];
  for (let at = 0; at <= presses; at++) {
    // A source that does not exist: the ticket is claimed and ends at once.
    const [row] = await database.query<{ id: number }>(
      "select ticket_id as id from pipeline.enqueue('sync_unit', jsonb_build_object('connection_id', gen_random_uuid(), 'platform', 'slack', 'unit', 'C1'), $1, p_priority => 0)",
      [userId],
    );
    const ended = await endOf(database, row?.id ?? 0);
    // The first press boots the function's process; later ones are what a person meets.
    if (at > 0) samples.push(ended);
    await functions.settled();
  }
  return samples;
}

/** Milliseconds between a ticket's creation and its claim, by the database's own clock. */
async function endOf(database: Stack["database"], ticket: number): Promise<number> {
  while (true) {
    const [row] = await database.query<{ ms: number }>(
      "select extract(epoch from l.started_at - l.created_at)::float8 * 1000 as ms from pipeline.work_execution_log l where l.id = $1",
      [ticket],
    );
    if (row !== undefined) return row.ms;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
