/** How a run's failures end its ticket's turn: later, never, or tried again. */
import { PipelineError } from "@shared/http/problem.ts";
import type { Outcome } from "@shared/work/ticket.ts";

/** What another attempt would meet in the same way. */
const final = [
  "model_declined",
  "model_unavailable",
  "model_key_refused",
  "model_out_of_credit",
  "material_too_long",
  "run_budget_exceeded",
  "type_not_available",
  "type_config_invalid",
  "unknown_deliverable",
  "unknown_backtest",
];

/**
 * The outcome of a turn that ended by an error of ours.
 *
 * @param now the pipeline's time
 * @throws what it was given when an attempt is to be spent, or when it is no error of ours
 */
export function outcomeOf(thrown: unknown, now: Date): Outcome {
  if (!(thrown instanceof PipelineError)) throw thrown;
  switch (thrown.code) {
    case "model_overloaded":
      return { outcome: "yield", afterSeconds: thrown.retryAfterSeconds ?? 30, reason: thrown.problem };
    case "budget_exceeded":
      return {
        outcome: "yield",
        afterSeconds: secondsToMidnightUtc(now),
        reason: { ...thrown.problem, code: "deferred_budget" },
      };
    default:
      if (final.includes(thrown.code)) return { outcome: "failed", final: true, problem: thrown.problem };
      throw thrown;
  }
}

/** A day's budget begins anew with the UTC day. */
function secondsToMidnightUtc(now: Date): number {
  const day = 24 * 60 * 60 * 1000;
  return Math.ceil((day - now.getTime() % day) / 1000);
}
