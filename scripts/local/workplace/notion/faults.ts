import { type Plan, PlannedFaults } from "../faults.ts";
import type { NotionJournalEntry } from "./journal.ts";

/** What can go wrong with a call. `afterEffect` plays it once the call has done its work: the answer is lost. */
export type NotionFault =
  /** HTTP 429 with Retry-After in seconds; for the connection unless said otherwise. */
  | { kind: "rate_limited"; retryAfter: number; reason?: string }
  /**
   * An error in Notion's own form, e.g. 500 `internal_server_error`, 503 `service_unavailable`, 529
   * `service_overload`.
   */
  | { kind: "notion_error"; status: number; code: string; retryAfter?: number; afterEffect?: boolean }
  /** A 5xx (or any other status) with a body that is not Notion's. */
  | { kind: "http_status"; status: number; afterEffect?: boolean }
  /** No answer until the client gives up. */
  | { kind: "timeout"; afterEffect?: boolean }
  /** The connection is closed without an answer. */
  | { kind: "connection_reset"; afterEffect?: boolean }
  /** HTTP 200 with the first half of the body. */
  | { kind: "truncated_json" }
  /** A listing that claims to be empty and complete. */
  | { kind: "dropped_page" }
  /** The page's `next_cursor` leads to this same page again. */
  | { kind: "repeated_cursor" }
  /** HTTP 200 without a body. */
  | { kind: "empty_200" };

/** A place in the stream of calls to Notion and what shall happen there. */
export interface NotionFaultPlan extends Plan<NotionFault, NotionJournalEntry> {
  /** Counts only calls of this method; every call if left out. */
  method?: string;
  /** Counts only calls with tokens of this workspace, by its id. */
  workspace?: string;
}

/** Plays faults and hooks at chosen calls to Notion. */
export class NotionFaults extends PlannedFaults<NotionFault, NotionJournalEntry, NotionFaultPlan> {
  constructor() {
    super(({ method = null, workspace = null }, call) =>
      (method === null || method === call.method) && (workspace === null || workspace === call.workspace)
    );
  }
}
