/**
 * A function that works on tickets: it is woken, claims for itself, answers at once, and works on behind the answer
 * until nothing is left or its isolate's time is up.
 */
import { z } from "zod";
import { verifyWakeUp, type WakeUpSecrets } from "../auth/wake_up.ts";
import { createPipelineDatabase, type PipelineDatabase } from "../db/pipeline_database.ts";
import { type Deadline, isolateDeadline, unloadSignal, waitUntil } from "../http/edge_runtime.ts";
import { createEgress, type Egress } from "../http/egress.ts";
import { type Environment, environmentReader, type VariableName } from "../http/environment.ts";
import { createLog, type Log } from "../http/log.ts";
import type { LogFields } from "../http/log_fields.ts";
import { problemResponse } from "../http/problem.ts";
import type { AnyHandler } from "./handler.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { runTicket, Stopped } from "./run_ticket.ts";
import type { ClaimedTicket } from "./ticket.ts";
import { createWorkQueue, type WorkQueue } from "./work_queue.ts";

/** What every worker reads; a function adds its own. */
const VARIABLES = [
  "SUPABASE_URL",
  "SUPABASE_SECRET_KEYS",
  "WAKE_UP_SECRET",
  "WAKE_UP_SECRET_PREVIOUS",
  "WALL_CLOCK_SECONDS",
  "LOG_LEVEL",
] as const satisfies readonly VariableName[];

/** What the handlers of a function are made of. */
export interface WorkerContext<N extends VariableName> {
  readonly environment: Environment<N>;
  readonly database: PipelineDatabase;
  readonly egress: Egress;
  readonly log: Log;
}

export interface WorkerOptions<N extends VariableName> {
  readonly name: NonNullable<LogFields["function"]>;
  /** The variables that the handlers read, beyond those of every worker. */
  readonly variables: readonly N[];
  /** Which of them are base URLs that open an outward address. */
  readonly baseUrls: readonly (N & `${string}_BASE_URL`)[];
  /** One handler per ticket kind. */
  readonly handlers: (context: WorkerContext<N>) => Readonly<Record<string, AnyHandler>>;
}

/** Serves a worker function. Nothing is read or opened before the first request. */
export function serveWorker<N extends VariableName>(options: WorkerOptions<N>): void {
  const read = environmentReader(options.name, [...VARIABLES, ...options.variables]);
  let worker: ((request: Request) => Promise<Response>) | undefined;
  Deno.serve(async (request) => {
    try {
      worker ??= assemble(options, read());
      return await worker(request);
    } catch (thrown) {
      createLog().error("function_cannot_start", { function: options.name, error: thrown });
      return problemResponse(thrown instanceof Error ? thrown : new Error("unknown"));
    }
  });
}

function assemble<N extends VariableName>(
  options: WorkerOptions<N>,
  environment: Environment<(typeof VARIABLES)[number] | N>,
): (request: Request) => Promise<Response> {
  const log = createLog({ level: environment.LOG_LEVEL, fields: { function: options.name } });
  const egress = createEgress({
    log,
    overrides: options.baseUrls.map((name) => environment[name] as string | undefined),
  });
  const database = createPipelineDatabase({
    url: environment.SUPABASE_URL,
    secretKey: environment.SUPABASE_SECRET_KEYS.default,
    fetch: createEgress({ log: log.with({ step: "database" }), overrides: [environment.SUPABASE_URL] }),
  });
  const queue = createWorkQueue(database);
  return createWorker({
    queue,
    log,
    handlers: options.handlers({ environment, database, egress, log }),
    heartbeat: createHeartbeat(queue, log),
    deadline: isolateDeadline({ wallClockSeconds: environment.WALL_CLOCK_SECONDS }),
    unloading: unloadSignal(),
    secrets: {
      current: environment.WAKE_UP_SECRET,
      ...(environment.WAKE_UP_SECRET_PREVIOUS && { previous: environment.WAKE_UP_SECRET_PREVIOUS }),
    },
    now: () => new Date(),
    clock: () => performance.now(),
    background: (work) => waitUntil(work, (error) => log.error("background_work_failed", { error })),
  });
}

export interface WorkerParts {
  readonly queue: WorkQueue;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly heartbeat: Heartbeat;
  readonly deadline: Deadline;
  readonly unloading: AbortSignal;
  readonly secrets: WakeUpSecrets;
  readonly log: Log;
  readonly now: () => Date;
  readonly clock: () => number;
  readonly background: (work: Promise<unknown>) => void;
}

const wakeUp = z.object({ wake_up: z.uuid() });

/**
 * The worker without its platform. A request must be a signed wake-up (else 401); it answers 202 `{claimed}` as soon as
 * its tickets are claimed, and a wake-up that was answered before claims nothing.
 */
export function createWorker(parts: WorkerParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const verified = await verifyWakeUp(request, parts.secrets, parts.now());
    if (!verified.ok) {
      parts.log.warn("wake_up_refused", { code: verified.problem.code });
      return problemResponse(verified.problem);
    }
    const body = wakeUp.safeParse(parseJson(verified.body));
    if (!body.success) {
      return problemResponse({
        code: "malformed_wake_up",
        message: 'A wake-up must be {"wake_up": uuid}. Nothing was claimed.',
        status: 400,
      });
    }
    const id = body.data.wake_up;
    // An isolate near its end takes nothing more; the wake-up stays unanswered and the next tick sends another.
    if (parts.deadline.passed || parts.unloading.aborted) {
      return problemResponse({
        code: "isolate_ending",
        message: "This isolate's time is up. The tickets wait for the next one.",
        status: 503,
      });
    }
    try {
      // Not under the request's signal: a claim that is cut off because the caller left has taken its tickets all the same.
      const tickets = await parts.queue.claim(id, false);
      parts.background(work(id, tickets, parts));
      return Response.json({ claimed: tickets.length }, { status: 202 });
    } catch (thrown) {
      parts.log.error("request_failed", { error: thrown });
      return problemResponse(thrown instanceof Error ? thrown : new Error("unknown"));
    }
  };
}

/**
 * Works off what was claimed and claims again whenever half of it has ended, so that one ticket which waits for a provider
 * keeps no others waiting. An isolate holds at most one and a half claims.
 */
async function work(wakeUpId: string, first: ClaimedTicket[], parts: WorkerParts): Promise<void> {
  const running = new Set<Promise<void>>();
  const half = Math.floor(first.length / 2);
  let mayClaim = true;
  let failure: unknown;
  const begin = (tickets: readonly ClaimedTicket[]) => {
    // A ticket that crashed once came alone, so that it takes nobody along; nothing joins it in its isolate.
    mayClaim &&= !tickets.some(({ crashes }) => crashes > 0);
    for (const ticket of tickets) {
      const turn = runWithin(ticket, parts).finally(() => running.delete(turn));
      running.add(turn);
    }
  };
  begin(first);
  while (running.size > 0) {
    await Promise.race(running);
    mayClaim &&= !parts.deadline.passed && !parts.unloading.aborted;
    if (!mayClaim || running.size > half) continue;
    try {
      begin(await parts.queue.claim(wakeUpId, true));
    } catch (thrown) {
      // What runs is seen to its end first: an isolate with nothing to wait for may be ended.
      [mayClaim, failure] = [false, thrown];
    }
  }
  if (failure !== undefined) throw failure;
}

async function runWithin(ticket: ClaimedTicket, parts: WorkerParts): Promise<void> {
  const stop = new AbortController();
  const deadline = parts.deadline.signal();
  const onDeadline = () => stop.abort(new Stopped("deadline"));
  const onUnload = () => stop.abort(new Stopped("unloading"));
  if (deadline.signal.aborted) onDeadline();
  if (parts.unloading.aborted) onUnload();
  deadline.signal.addEventListener("abort", onDeadline, { once: true });
  parts.unloading.addEventListener("abort", onUnload, { once: true });
  parts.heartbeat.watch(ticket, stop);
  try {
    await runTicket(ticket, { ...parts, stop });
  } finally {
    parts.heartbeat.forget(ticket);
    deadline.release();
    parts.unloading.removeEventListener("abort", onUnload);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
