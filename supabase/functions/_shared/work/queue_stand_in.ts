/** The ticket queue for unit tests: wake-ups and leases as in SQL, and a record of what it was told. No function imports it. */
import type { ClaimedTicket } from "./ticket.ts";
import type { WorkQueue } from "./work_queue.ts";

export interface QueueStandIn extends WorkQueue {
  /** What was told, in order: the verb, the ticket's id (claim: whether again), and the rest as the verb takes it. */
  readonly told: readonly (readonly unknown[])[];
  /** What was told with one verb. */
  with(verb: keyof WorkQueue): (readonly unknown[])[];
}

export interface QueueStandInOptions {
  readonly waiting?: readonly ClaimedTicket[];
  readonly perCall?: number;
  /** Answers that differ from those of a queue where all goes well. */
  readonly instead?: Partial<WorkQueue>;
}

export function queueStandIn(options: QueueStandInOptions = {}): QueueStandIn {
  const { perCall = 5, instead = {} } = options;
  const waiting = [...options.waiting ?? []];
  const answered = new Set<string>();
  const told: unknown[][] = [];
  return {
    told,
    with: (verb) => told.filter(([said]) => said === verb),
    async claim(wakeUp, again) {
      told.push(["claim", again]);
      if (instead.claim !== undefined) return await instead.claim(wakeUp, again);
      // As in SQL: a wake-up is answered once, and only who answered it comes back for more.
      if (answered.has(wakeUp) !== again) return [];
      answered.add(wakeUp);
      return waiting.splice(0, perCall);
    },
    async save(tickets) {
      for (const { id, progress } of tickets) told.push(["save", id, progress]);
      if (instead.save !== undefined) return await instead.save(tickets);
      return tickets.map(({ id }) => ({ id, held: true, cancelAsked: false }));
    },
    async finish(ticket, result) {
      told.push(["finish", ticket.id, result]);
      return await instead.finish?.(ticket, result) ?? true;
    },
    async yield(ticket, progress, afterSeconds, reason) {
      told.push(["yield", ticket.id, progress, afterSeconds, ...(reason ? [reason.code] : [])]);
      return await instead.yield?.(ticket, progress, afterSeconds, reason) ?? "queued";
    },
    async fail(ticket, problem, how) {
      told.push(["fail", ticket.id, problem, how]);
      return await instead.fail?.(ticket, problem, how) ?? (how.final ? "dead" : "queued");
    },
  };
}

/** A ticket as `pipeline.claim` hands it out. */
export function claimedTicket(parts: Partial<ClaimedTicket> = {}): ClaimedTicket {
  return {
    id: 1,
    lease_token: "11111111-1111-4111-8111-111111111111",
    lease_seconds: 60,
    kind: "count",
    user_id: "22222222-2222-4222-8222-222222222222",
    platform: "none",
    attempt: 1,
    max_attempts: 5,
    crashes: 0,
    turn: 0,
    slot_at: null,
    payload: { to: 2 },
    progress: {},
    now: "2026-11-23T09:00:00+00:00",
    ...parts,
  };
}
