/** What a feature writes for a kind of ticket. */
import type { z } from "zod";
import type { Log } from "../http/log.ts";
import type { ClaimedTicket, Outcome, Progress } from "./ticket.ts";
import type { HeldTicket } from "./work_queue.ts";

/** One turn of one ticket. */
export interface Job<P> {
  readonly ticket: ClaimedTicket;
  /** Names the ticket and its lease; every fenced RPC takes both. */
  readonly held: HeldTicket;
  readonly payload: P;
  /** The pipeline's time at the claim: what schedules, windows and freshness count by. */
  readonly now: Date;
  /** Aborts when the isolate's time is up, the lease is lost, or the ticket is cancelled. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * A handler yields its checkpoints, each a place to go on from, and returns its outcome. It may throw: an error of ours
 * spends an attempt with its code; anything else does so as `internal_error`. Being stopped at any await is normal.
 */
export interface Handler<P> {
  readonly payload: z.ZodType<P>;
  run(job: Job<P>): AsyncGenerator<Progress, Outcome, void>;
}

/** A handler whose payload type is its own affair; made by {@link handler}. */
export type AnyHandler = Handler<unknown>;

/** Ties a payload's schema to the code that takes it. */
export function handler<P>(payload: z.ZodType<P>, run: Handler<P>["run"]): AnyHandler {
  return {
    payload,
    // The runtime hands over only what `payload` has parsed.
    run: (job) => run({ ...job, payload: job.payload as P }),
  };
}
