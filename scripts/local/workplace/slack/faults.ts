import { type Plan, PlannedFaults } from "../faults.ts";
import type { JournalEntry } from "./journal.ts";

/**
 * What can go wrong with a call. `afterEffect` plays it once the call has done its work: the answer is lost.
 */
export type Fault =
  /** HTTP 429 with Retry-After, in seconds. */
  | { kind: "rate_limited"; retryAfter: number }
  /** A 5xx (or any other status) with a body that is not Slack's. */
  | { kind: "http_status"; status: number; afterEffect?: boolean }
  /** HTTP 200, `ok: false`. */
  | { kind: "slack_error"; error: string }
  /** No answer until the client gives up. */
  | { kind: "timeout"; afterEffect?: boolean }
  /** The connection is closed without an answer. */
  | { kind: "connection_reset"; afterEffect?: boolean }
  /** HTTP 200 with the first half of the body. */
  | { kind: "truncated_json" }
  /** A page that claims to be empty and the last. */
  | { kind: "dropped_page" }
  /** The page's `next_cursor` leads to this same page again. */
  | { kind: "repeated_cursor" }
  /** HTTP 200 without a body. */
  | { kind: "empty_200" };

/** A place in the stream of calls to Slack and what shall happen there. */
export interface FaultPlan extends Plan<Fault, JournalEntry> {
  /** Counts only calls of this method; every call if left out. */
  method?: string;
  /** Counts only calls with this team's tokens. */
  team?: string;
}

/** Plays faults and hooks at chosen calls to Slack. */
export class Faults extends PlannedFaults<Fault, JournalEntry, FaultPlan> {
  constructor() {
    super(({ method = null, team = null }, call) =>
      (method === null || method === call.method) && (team === null || team === call.team)
    );
  }
}
