/** One turn of one ticket: from its claim to the word that ends it. */
import type { Log } from "../http/log.ts";
import { PipelineError, type Problem, problemOf } from "../http/problem.ts";
import type { AnyHandler } from "./handler.ts";
import type { ClaimedTicket, Outcome, Progress } from "./ticket.ts";
import type { HeldTicket, WorkQueue } from "./work_queue.ts";

/** Why a turn is stopped from outside. */
export type StopReason = "deadline" | "unloading" | "lease_lost" | "cancelled";

export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor(readonly reason: StopReason) {
    super(`The turn was stopped: ${reason}`);
  }
}

export interface TurnOptions {
  readonly queue: WorkQueue;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly log: Log;
  /** Aborted with a {@link Stopped}. */
  readonly stop: AbortController;
  /** Milliseconds, for durations in the log. */
  readonly clock: () => number;
}

/** Runs one ticket until its turn ends and tells the queue how. Never throws; logs one summary line. */
export async function runTicket(ticket: ClaimedTicket, options: TurnOptions): Promise<void> {
  const { queue, stop, clock } = options;
  const startedAt = clock();
  const held: HeldTicket = { id: ticket.id, lease: ticket.lease_token };
  const log = options.log.with({
    kind: ticket.kind,
    ticket_id: ticket.id,
    ...(ticket.user_id && { user_id: ticket.user_id }),
    attempt: ticket.attempt,
    ...(ticket.crashes > 0 && { crashes: ticket.crashes }),
    ...(ticket.turn > 0 && { turns: ticket.turn }),
  });
  const turn = { progress: ticket.progress as Progress };
  const finished = (outcome: string, code?: string) =>
    log.info("ticket_ended", {
      outcome,
      ...(code && { code }),
      duration_ms: Math.round(clock() - startedAt),
    });
  try {
    const outcome = await takeTurn(ticket, held, turn, { ...options, log });
    finished(...await settle(queue, held, turn.progress, outcome));
  } catch (thrown) {
    const reason = stop.signal.aborted ? stopReason(stop.signal) : undefined;
    try {
      if (reason === "lease_lost" || isLeaseLost(thrown)) finished("lease_lost");
      else if (reason !== undefined) {
        finished(await queue.yield(held, turn.progress, 0), reason);
      } else {
        const problem = problemOf(thrown);
        if (!(thrown instanceof PipelineError)) log.error("ticket_failed", { error: thrown });
        const retryAfterSeconds = thrown instanceof PipelineError ? thrown.retryAfterSeconds : undefined;
        finished(
          await queue.fail(held, problem, {
            final: false,
            ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
          }),
          problem.code,
        );
      }
    } catch (unsaid) {
      if (isLeaseLost(unsaid)) return finished("lease_lost");
      // The database did not take the word. The lease runs out, and the ticket comes back as after a crash.
      log.warn("ticket_failed", { error: unsaid });
      finished("unsaid");
    }
  }
}

async function takeTurn(
  ticket: ClaimedTicket,
  held: HeldTicket,
  turn: { progress: Progress },
  { queue, handlers, log, stop }: TurnOptions,
): Promise<Outcome> {
  const handler = handlers[ticket.kind];
  if (handler === undefined) return { outcome: "yield", afterSeconds: 60, reason: unknownKind(ticket.kind) };
  const payload = handler.payload.safeParse(ticket.payload);
  if (!payload.success) {
    return { outcome: "failed", final: true, problem: malformed(ticket.kind, payload.error.message) };
  }
  const stopped = rejectWhenAborted(stop.signal);
  const job = {
    ticket,
    held,
    payload: payload.data,
    now: new Date(ticket.now),
    signal: stop.signal,
    log,
  };
  const steps = handler.run(job);
  try {
    while (true) {
      // A handler that ignores its signal is left behind; the lease keeps it from writing.
      const step = await Promise.race([steps.next(), stopped.promise]);
      if (step.done) return step.value;
      turn.progress = step.value;
      // Little time is left after a stop, and a database that hangs must not eat it.
      const [answer] = await Promise.race([
        queue.save([{ ...held, progress: step.value }]),
        stopped.promise,
      ]);
      if (answer?.held !== true) stop.abort(new Stopped("lease_lost"));
      else if (answer.cancelAsked) stop.abort(new Stopped("cancelled"));
      stop.signal.throwIfAborted();
    }
  } finally {
    stopped.release();
    // Lets the own `finally` of a handler that was left at a checkpoint run; whatever it throws then has nobody to hear it.
    steps.return({ outcome: "ended", as: "stopped" }).catch(() => {});
  }
}

/** Tells the queue. Returns the words for the summary line. */
async function settle(
  queue: WorkQueue,
  held: HeldTicket,
  progress: Progress,
  outcome: Outcome,
): Promise<[outcome: string, code?: string]> {
  switch (outcome.outcome) {
    case "done":
      return [await queue.finish(held, outcome.result ?? null) ? "done" : "lease_lost"];
    case "ended":
      return [outcome.as];
    case "yield":
      return [
        await queue.yield(held, progress, outcome.afterSeconds, outcome.reason),
        outcome.reason.code,
      ];
    case "failed":
      return [await queue.fail(held, outcome.problem, outcome), outcome.problem.code];
  }
}

const isLeaseLost = (thrown: unknown) => thrown instanceof PipelineError && thrown.code === "lease_lost";

function stopReason(signal: AbortSignal): StopReason {
  return signal.reason instanceof Stopped ? signal.reason.reason : "deadline";
}

function rejectWhenAborted(signal: AbortSignal): { promise: Promise<never>; release(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  promise.catch(() => {});
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return { promise, release: () => signal.removeEventListener("abort", abort) };
}

const unknownKind = (kind: string): Problem => ({
  code: "unknown_kind",
  message: `This version of the function does not know tickets of kind "${kind}".`,
  hint: "The database is newer than the functions: run 'deno task deploy'.",
  status: 500,
});

const malformed = (kind: string, fault: string): Problem => ({
  code: "malformed_payload",
  message: `The payload of this "${kind}" ticket is not what the function expects: ${fault.slice(0, 300)}`,
  hint: "The database and the functions may be of different versions.",
  status: 422,
});
