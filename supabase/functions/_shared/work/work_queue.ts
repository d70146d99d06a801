/** The ticket functions of the database, one method a verb. Each names the ticket and its lease. */
import { z } from "zod";
import type { Json, PipelineDatabase } from "../db/pipeline_database.ts";
import type { Problem } from "../http/problem.ts";
import { type ClaimedTicket, claimedTicket, type Progress } from "./ticket.ts";

export interface HeldTicket {
  readonly id: number;
  readonly lease: string;
}

export interface SaveAnswer {
  readonly id: number;
  /** False: the lease was lost; whatever this worker does now would be refused. */
  readonly held: boolean;
  readonly cancelAsked: boolean;
}

export interface WorkQueue {
  /** Takes tickets for the function that this wake-up called. `again`: the same call comes back for more. */
  claim(wakeUp: string, again: boolean): Promise<ClaimedTicket[]>;
  /** Checkpoint, heartbeat and cancel poll, of any number of tickets. */
  save(tickets: readonly (HeldTicket & { readonly progress?: Progress })[]): Promise<SaveAnswer[]>;
  /** Ends a ticket as done. False when the lease was lost. */
  finish(ticket: HeldTicket, result: Json): Promise<boolean>;
  /** Hands a ticket back unfinished. Returns `queued`, or how it ended instead. */
  yield(ticket: HeldTicket, progress: Progress, afterSeconds: number, reason?: Problem): Promise<string>;
  /** Spends an attempt. Returns `queued`, or how it ended instead. */
  fail(
    ticket: HeldTicket,
    problem: Problem,
    options: { final: boolean; retryAfterSeconds?: number },
  ): Promise<string>;
}

const claimedTickets = z.array(claimedTicket);

export function createWorkQueue(database: PipelineDatabase): WorkQueue {
  return {
    async claim(wakeUp, again) {
      return claimedTickets.parse(await database.call("claim", { p_wake_up: wakeUp, p_again: again }));
    },
    async save(tickets) {
      const answers = await database.call("save", {
        p_tickets: tickets.map(({ id, lease, progress }) => ({ id, lease, ...(progress && { progress }) })),
      });
      return answers.map(({ ticket_id, held, cancel_asked }) => ({
        id: ticket_id,
        held,
        cancelAsked: cancel_asked,
      }));
    },
    async finish({ id, lease }, result) {
      const ended = await database.call("finish", { p_tickets: [{ id, lease, result }] });
      return ended.includes(id);
    },
    yield: ({ id, lease }, progress, afterSeconds, reason) =>
      database.call("yield", {
        p_ticket: id,
        p_lease: lease,
        p_progress: progress,
        p_delay: seconds(afterSeconds),
        ...(reason && { p_reason: asJson(reason) }),
      }),
    fail: ({ id, lease }, problem, { final, retryAfterSeconds }) =>
      database.call("fail", {
        p_ticket: id,
        p_lease: lease,
        p_error: asJson(problem),
        p_final: final,
        ...(retryAfterSeconds !== undefined && { p_retry_in: seconds(retryAfterSeconds) }),
      }),
  };
}

/** Durations and never times: the database's clock is the only one that counts. */
const seconds = (count: number) => `${Math.max(0, count)} seconds`;

const asJson = ({ code, message, hint }: Problem): Json => ({ code, message, ...(hint && { hint }) });
