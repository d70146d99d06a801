import type { Database } from "../local/database/database.ts";
import type { Ending, Evidence, Transition } from "./evidence.ts";
import type { FaultCounts } from "./fault_counts.ts";
import type { FaultPlan } from "./fault_plan.ts";
import type { LedgerLine } from "./ledger.ts";
import type { PlannedTicket } from "./planned_ticket.ts";

export interface RunSoFar {
  readonly tickets: readonly PlannedTicket[];
  readonly plan: FaultPlan;
  readonly counts: FaultCounts;
  readonly ledger: readonly LedgerLine[];
}

/** Reads what the run left in the database, beside what the ledger wrote down itself. */
export async function collectEvidence(database: Database, run: RunSoFar): Promise<Evidence> {
  const [limit] = await database.query<{ seats: number }>(
    "select max_running_per_user as seats from pipeline.ticket_kinds where kind = 'fault_plain'",
  );
  return {
    tickets: run.tickets,
    poison: run.plan.poison,
    counts: run.counts,
    ledger: run.ledger,
    maxRunningPerUser: limit?.seats ?? 0,
    endings: await database.query<Ending>(
      `select (payload ->> 'number')::int as number, outcome::text, error ->> 'code' as reason
         from pipeline.work_execution_log where kind like 'fault%'`,
    ),
    live: (await database.query<{ number: number }>(
      "select (payload ->> 'number')::int as number from pipeline.work_tickets where kind like 'fault%'",
    )).map(({ number }) => number),
    writes: await database.query("select number, step from fault_test.writes"),
    hooks: await database.query("select number, outcome::text from fault_test.endings"),
    transitions: await database.query<Transition>(
      `select ticket_id, kind, lane, was::text, becomes::text from fault_test.transitions
        order by happened_at, id`,
    ),
  };
}
