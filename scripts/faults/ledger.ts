import { z } from "zod";

/** An effect outside the pipeline, as the function under test asks for it. */
const Effect = z.object({
  number: z.number().int(),
  step: z.number().int(),
  ticket: z.number().int(),
  lease: z.string(),
  pid: z.number().int(),
});
export type Effect = z.infer<typeof Effect>;

/** What the handler is told to do once its effect is booked. */
export type Then = "go_on" | "throw" | "give_up" | "yield" | "yield_later";

/** One line of the ledger's own journal: every call that reached it, in its order. */
export interface LedgerLine extends Effect {
  /** False: it repeats a key that was accepted before, and changed nothing. */
  readonly accepted: boolean;
}

export interface LedgerOptions {
  /** Called with what a call asks for, before it takes effect; false refuses it. */
  readonly before: (effect: Effect) => boolean;
  /** Called once it took effect. "broken": the answer is not what it should be. */
  readonly after: (effect: Effect) => Then | "broken";
}

/** A provider that books an effect once per idempotency key and writes down every call. */
export interface Ledger extends AsyncDisposable {
  readonly url: string;
  readonly journal: readonly LedgerLine[];
}

export function startLedger(options: LedgerOptions): Ledger {
  const journal: LedgerLine[] = [];
  const accepted = new Set<string>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const key = request.headers.get("idempotency-key");
    // Half a request is what a client that was killed while it sent leaves behind.
    const body = await request.json().catch(() => undefined);
    const asked = Effect.safeParse(body);
    if (!asked.success || key === null) return Response.json({ code: "malformed" }, { status: 400 });
    const effect = asked.data;
    if (!options.before(effect)) return Response.json({ code: "refused" }, { status: 503 });
    journal.push({ ...effect, accepted: !accepted.has(key) });
    accepted.add(key);
    const then = options.after(effect);
    if (then === "broken") return Response.json({ code: "broken" }, { status: 502 });
    return Response.json({ then });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    journal,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
