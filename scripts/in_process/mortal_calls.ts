/** The outside as a worker has it that may be killed at any call: the database, and every provider. */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Egress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { Mortal } from "./mortal.ts";

export function mortalDatabase(pipeline: PipelineDatabase, mortal: Mortal): PipelineDatabase {
  return { call: (name, args, signal) => mortal.step(() => pipeline.call(name, args, signal), name) };
}

export interface MortalTransport {
  readonly transport: Egress;
  /** Ends the calls that are still unanswered a moment from now, as a client does whose patience is over. */
  hangUp(): void;
  /** Waits for the calls that are under way, the dead worker's too. A lease runs out later than any call of its worker. */
  settled(): Promise<void>;
}

/** What is unanswered after so long is what a provider does not answer; everything else takes a millisecond or two. */
const momentMs = 30;

/** @param around puts something between the worker and the providers, e.g. a deliberate mistake */
export function mortalTransport(
  mortal: Mortal,
  around: (reach: Egress) => Egress = (reach) => reach,
): MortalTransport {
  const inFlight = new Map<AbortController, Promise<void>>();
  const reach = around(async (input, init) => {
    const controller = new AbortController();
    const answered = Promise.withResolvers<void>();
    inFlight.set(controller, answered.promise);
    const signals = [controller.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      // The whole answer, because a provider hangs and cuts in its middle too.
      const answer = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      const body = await answer.arrayBuffer();
      const { status, statusText, headers } = answer;
      return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
    } finally {
      inFlight.delete(controller);
      answered.resolve();
    }
  });
  return {
    transport: (input, init) => mortal.step(() => reach(input, init), nameOf(input, init)),
    hangUp() {
      const lateness = new PipelineError({
        code: "egress_timeout",
        message: "127.0.0.1 did not finish its answer in time. It may have acted on the request.",
        status: 504,
      });
      setTimeout(() => {
        for (const controller of inFlight.keys()) controller.abort(lateness);
      }, momentMs);
    },
    async settled() {
      await Promise.all(inFlight.values());
    },
  };
}

/** Such as "POST /slack/api/chat.postMessage". */
function nameOf(input: string | URL | Request, init?: RequestInit): string {
  const request = input instanceof Request ? input : undefined;
  const { pathname } = new URL(request?.url ?? String(input));
  return `${init?.method ?? request?.method ?? "GET"} ${pathname}`;
}
