/** A worker that dies at one of its calls, for unit tests. No function imports this. */

/** Where it dies: before the call is made, or when it was made and not answered. */
export interface Crash {
  /** Counts from 1. */
  readonly at: number;
  readonly when: "before" | "after";
}

export interface Guard {
  /** Makes a call to the outside, unless the worker is dead. */
  make<T>(call: () => T | Promise<T>): Promise<T>;
  /** How many calls were made, or tried. */
  readonly calls: number;
}

export class Dead extends Error {
  override readonly name = "Dead";
  constructor() {
    super("This worker is dead");
  }
}

/** All calls of one worker go through one guard; without a crash it only counts. */
export function guardOf(crash?: Crash): Guard {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    async make(call) {
      const own = ++calls;
      if (crash !== undefined && own - (crash.when === "after" ? 1 : 0) >= crash.at) throw new Dead();
      const answer = await call();
      if (crash?.at === own) throw new Dead();
      return answer;
    },
  };
}

/** The answer as a whole, so that nothing of it stays open when its reader is dead. */
export async function whole(answer: Promise<Response>): Promise<Response> {
  const { status, headers, body } = await answer;
  return new Response(body === null ? null : await new Response(body).arrayBuffer(), { status, headers });
}
