import { startCluster } from "../postgres/cluster.ts";
import { prepare } from "../postgres/prepare.ts";
import type { Database } from "../local/database/database.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { CallFaults } from "./call_faults.ts";
import { collectEvidence } from "./collect_evidence.ts";
import { EffectFaults } from "./effect_faults.ts";
import { enqueueTickets } from "./enqueue_tickets.ts";
import { type FaultCounts, noFaults } from "./fault_counts.ts";
import { planFaults } from "./fault_plan.ts";
import { startLedger } from "./ledger.ts";
import { patiently } from "./patiently.ts";
import { planTickets } from "./planned_ticket.ts";
import { Processes } from "./processes.ts";
import { applyVariant, type Variant } from "./variant.ts";
import { judge, type Verdict } from "./verdict.ts";
import { WakeUpFaults } from "./wake_up_faults.ts";

export interface FaultRunOptions {
  readonly seed: number;
  readonly tickets: number;
  readonly variant: Variant;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FaultProgress) => void;
  /** Told what went wrong inside the stack; much does. */
  readonly onFailure?: (text: string) => void;
}

export interface FaultProgress {
  readonly seconds: number;
  readonly ended: number;
  readonly live: number;
  readonly counts: FaultCounts;
}

export interface FaultReport {
  readonly seed: number;
  readonly variant: Variant;
  readonly tickets: number;
  /** How many of them kill their process whenever they begin. */
  readonly poison: number;
  readonly counts: FaultCounts;
  readonly verdict: Verdict;
  /** Calls of the ledger that repeated a key and changed nothing. */
  readonly repeats: number;
  /** Processes of the function that ended, for whatever reason. */
  readonly processesEnded: number;
  readonly wakeUps: number;
  /** From the first ticket enqueued to the last one ended. */
  readonly seconds: number;
}

const FUNCTION = "fault-worker";
const PROCESSES = 4;
const PEOPLE = 40;
/** A minute, so that isolates retire and yield at their deadline within a run too. */
const WALL_CLOCK_SECONDS = 60;
const LOOK_EVERY_MS = 250;
/** Postgres is down this long in the middle. */
const DOWN_MS = 1_000;
/** Nothing ended for so long: what is live then is in limbo. */
const LIMBO_AFTER_MS = 60_000;
/** For a zombie that was let go at the very end to try its write. */
const LAST_WORDS_MS = 15_000;

/** One run on a Postgres of its own: enqueues, breaks what the plan says while the tickets run, and judges what is left. */
export async function runFaults(options: FaultRunOptions): Promise<FaultReport> {
  const tickets = planTickets(options.seed, options.tickets, PEOPLE);
  const plan = planFaults(options.seed, tickets);
  const counts = noFaults();
  const { onFailure = () => {} } = options;
  await using resources = new AsyncDisposableStack();
  const cluster = await startCluster(await prepare(), { durable: true, authStub: false });
  resources.defer(() => cluster.stop());

  const processes = new Processes(() => stack.functions.pids(FUNCTION));
  const effectFaults = new EffectFaults({ plan, counts, processes, cancel: (ticket) => void cancel(ticket) });
  const callFaults = new CallFaults({
    plan,
    counts,
    processes,
    written: (...step) => effectFaults.written(...step),
  });
  const ledger = resources.use(startLedger(effectFaults));
  const stack: Stack = resources.use(
    await startStack({
      databaseUrl: cluster.databaseUrl,
      port: 0,
      // No emulator is started, because nobody calls one; the ledger is the only provider.
      operator: {
        RESEND_API_KEY: "none",
        ANTHROPIC_API_KEY: "none",
        SLACK_CLIENT_ID: "none",
        RESEND_BASE_URL: ledger.url,
      },
      functions: {
        folder: new URL("./fixtures/functions/", import.meta.url),
        processes: PROCESSES,
        wallClockSeconds: WALL_CLOCK_SECONDS,
      },
      aroundData: callFaults.around,
      onFailure,
      onLog: ({ stream, text }) => stream === "stderr" && onFailure(text),
    }),
  );
  const cancel = async (ticket: number) => {
    const asked = await stack.database.query("select pipeline.cancel($1)", [ticket]).catch(() => undefined);
    if (asked !== undefined) counts.cancellations++;
  };
  let processesEnded = 0;
  stack.functions.onExit(() => processesEnded++);
  await stack.database.script(await Deno.readTextFile(new URL("ground.sql", import.meta.url)));
  await applyVariant(stack.database, options.variant);
  const wakeUpFaults = new WakeUpFaults({ plan, counts, net: stack.net });

  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const ids = await enqueueTickets(stack.database, tickets, PEOPLE);
  for (const number of plan.cancelledWhileWaiting) void cancel(ids.get(number) ?? 0);

  let last = { ended: 0, at: performance.now() };
  while (true) {
    options.signal?.throwIfAborted();
    const { ended, live } = await countTickets(stack.database);
    options.onProgress?.({ seconds: seconds(), ended, live, counts });
    if (live === 0) break;
    if (ended !== last.ended) last = { ended, at: performance.now() };
    if (performance.now() - last.at > LIMBO_AFTER_MS) break;
    if (counts.databaseCrashes === 0 && ended >= tickets.length * 0.4) {
      await cluster.crash();
      counts.databaseCrashes++;
      await pause(DOWN_MS);
      await cluster.restart();
    }
    await pause(LOOK_EVERY_MS);
  }
  const took = seconds();
  effectFaults.thaw();
  await stack.functions.settled(AbortSignal.timeout(LAST_WORDS_MS)).catch(() => {});
  await wakeUpFaults.end();
  const evidence = await collectEvidence(stack.database, { tickets, plan, counts, ledger: ledger.journal });
  const [wakeUps] = await stack.database.query<{ count: number }>(
    "select count(*)::int as count from pipeline.wake_ups where function_name = $1",
    [FUNCTION],
  );
  return {
    seed: options.seed,
    variant: options.variant,
    tickets: tickets.length,
    poison: plan.poison.size,
    counts,
    verdict: judge(evidence),
    repeats: ledger.journal.filter(({ accepted }) => !accepted).length,
    processesEnded,
    wakeUps: wakeUps?.count ?? 0,
    seconds: Math.round(took * 10) / 10,
  };
}

async function countTickets(database: Database): Promise<{ ended: number; live: number }> {
  const [row] = await patiently(() =>
    database.query<{ ended: number; live: number }>(
      `select (select count(*) from pipeline.work_execution_log where kind like 'fault%')::int as ended,
              (select count(*) from pipeline.work_tickets where kind like 'fault%')::int as live`,
    )
  );
  if (row === undefined) throw new Error("A count without a row");
  return row;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
