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

/** A place in the stream of calls and what shall happen there. */
export interface FaultPlan {
  /** Counts only calls of this method; every call if left out. */
  method?: string;
  /** Counts only calls with this team's tokens. */
  team?: string;
  /** The n-th matching call from now on, counted from 1. */
  call: number;
  /** For how many matching calls in a row from there; 1 if left out, `Infinity` for ever. */
  times?: number;
  fault?: Fault;
  /** Awaited before the call has any effect, e.g. to kill the caller while its call is in flight. */
  before?: (call: JournalEntry) => void | Promise<void>;
  /** Awaited after the effect and before the answer leaves. */
  after?: (call: JournalEntry) => void | Promise<void>;
}

/** A plan that was made. */
export interface PlannedFault {
  /** How often it was played. */
  readonly played: number;
  /** Takes it back. */
  cancel(): void;
}

interface Standing {
  plan: FaultPlan;
  matched: number;
  played: number;
}

/** Plays faults and hooks at chosen calls. */
export class Faults {
  readonly #standing = new Set<Standing>();

  /**
   * Plans a fault or hook. Plans may overlap: the first one with a fault decides the answer, all hooks run.
   */
  at(plan: FaultPlan): PlannedFault {
    if (!Number.isInteger(plan.call) || plan.call < 1) {
      throw new RangeError(`Cannot plan a fault as 'call' counts from 1: it is ${plan.call}`);
    }
    const standing: Standing = { plan, matched: 0, played: 0 };
    this.#standing.add(standing);
    return {
      get played() {
        return standing.played;
      },
      cancel: () => void this.#standing.delete(standing),
    };
  }

  /** Takes every plan back. */
  clear(): void {
    this.#standing.clear();
  }

  /** The plans whose turn it is with this call; counts it for all that match. */
  due(call: JournalEntry): FaultPlan[] {
    const due: FaultPlan[] = [];
    for (const standing of this.#standing) {
      const { method, team, call: first, times = 1 } = standing.plan;
      if ((method !== undefined && method !== call.method) || (team !== undefined && team !== call.team)) {
        continue;
      }
      standing.matched += 1;
      if (standing.matched < first || standing.matched >= first + times) continue;
      standing.played += 1;
      due.push(standing.plan);
    }
    return due;
  }
}
