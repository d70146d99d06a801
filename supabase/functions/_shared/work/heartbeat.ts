/**
 * Keeps the leases of the tickets that run in this isolate, all in one round trip, while their handlers wait for models
 * and platforms. Checkpoints renew too; this is for the long waits between them.
 */
import type { Log } from "../http/log.ts";
import { Stopped } from "./run_ticket.ts";
import type { ClaimedTicket } from "./ticket.ts";
import type { WorkQueue } from "./work_queue.ts";

export interface Heartbeat {
  /** Renews the lease of this ticket until `forget`; aborts `stop` when it was lost or the ticket is cancelled. */
  watch(ticket: ClaimedTicket, stop: AbortController): void;
  forget(ticket: ClaimedTicket): void;
  /** One beat for all watched tickets. */
  beat(): Promise<void>;
}

/** @param every runs a function again and again, and stops it when called; tests beat by hand. */
export function createHeartbeat(
  queue: WorkQueue,
  log: Log,
  every: (milliseconds: number, run: () => void) => () => void = repeat,
): Heartbeat {
  const watched = new Map<number, { lease: string; stop: AbortController }>();
  let beating: { readonly seconds: number; readonly stop: () => void } | undefined;

  async function beat(): Promise<void> {
    // A ticket may end and come back under a new lease while the answer is on its way: it speaks of these turns only.
    const asked = new Map(watched);
    const tickets = [...asked].map(([id, { lease }]) => ({ id, lease }));
    if (tickets.length === 0) return;
    try {
      for (const { id, held, cancelAsked } of await queue.save(tickets)) {
        const stop = asked.get(id)?.stop;
        if (!held) stop?.abort(new Stopped("lease_lost"));
        else if (cancelAsked) stop?.abort(new Stopped("cancelled"));
      }
    } catch (error) {
      // One missed beat is not a lost lease: the next comes well before it runs out.
      log.warn("ticket_failed", { step: "heartbeat", error });
    }
  }

  return {
    beat,
    watch(ticket, stop) {
      watched.set(ticket.id, { lease: ticket.lease_token, stop });
      // Begun anew with every ticket, the beat would never come in an isolate that is woken often.
      if (beating !== undefined && beating.seconds <= ticket.lease_seconds) return;
      beating?.stop();
      // A third of the shortest lease: two beats may be lost.
      const stopBeating = every(ticket.lease_seconds * 1000 / 3, () => void beat());
      beating = { seconds: ticket.lease_seconds, stop: stopBeating };
    },
    forget(ticket) {
      if (watched.get(ticket.id)?.lease === ticket.lease_token) watched.delete(ticket.id);
      if (watched.size > 0) return;
      beating?.stop();
      beating = undefined;
    },
  };
}

function repeat(milliseconds: number, run: () => void): () => void {
  const timer = setInterval(run, milliseconds);
  return () => clearInterval(timer);
}
