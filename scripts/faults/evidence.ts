import type { FaultCounts } from "./fault_counts.ts";
import type { LedgerLine } from "./ledger.ts";
import type { PlannedTicket } from "./planned_ticket.ts";

/** How a ticket ended, as the execution log has it. */
export interface Ending {
  readonly number: number;
  readonly outcome: "done" | "dead" | "cancelled";
  readonly reason: string | null;
}

/** One taking or letting go of a ticket, written down by a trigger in the same transaction. */
export interface Transition {
  readonly ticket_id: number;
  readonly kind: string;
  readonly lane: string;
  readonly was: "queued" | "running";
  /** Null: the ticket ended. */
  readonly becomes: "queued" | "running" | null;
}

/** All that a run left behind for its judge. */
export interface Evidence {
  readonly tickets: readonly PlannedTicket[];
  readonly poison: ReadonlySet<number>;
  readonly endings: readonly Ending[];
  /** Numbers of the tickets that are still live, queued or running. */
  readonly live: readonly number[];
  /** The ledger's own journal. */
  readonly ledger: readonly LedgerLine[];
  /** The rows that were written under a lease. */
  readonly writes: readonly { readonly number: number; readonly step: number }[];
  /** Each call of the hook of kind `fault_hooked`. */
  readonly hooks: readonly { readonly number: number; readonly outcome: string }[];
  /** In the order in which they happened. */
  readonly transitions: readonly Transition[];
  readonly maxRunningPerUser: number;
  readonly counts: FaultCounts;
}
