/** A place in the stream of a platform's calls and what shall happen there. */
export interface Plan<Fault, Call> {
  /** The n-th matching call from now on, counted from 1. */
  call: number;
  /** For how many matching calls in a row from there; 1 if left out, `Infinity` for ever. */
  times?: number;
  fault?: Fault;
  /** Awaited before the call has any effect, e.g. to kill the caller while its call is in flight. */
  before?: (call: Call) => void | Promise<void>;
  /** Awaited after the effect and before the answer leaves. */
  after?: (call: Call) => void | Promise<void>;
}

/** A plan that was made. */
export interface PlannedFault {
  /** How often it was played. */
  readonly played: number;
  /** Takes it back. */
  cancel(): void;
}

interface Standing<Own> {
  plan: Own;
  matched: number;
  played: number;
}

/** Plays a platform's faults and hooks at chosen calls. */
export class PlannedFaults<Fault, Call, Own extends Plan<Fault, Call>> {
  readonly #standing = new Set<Standing<Own>>();
  readonly #matches: (plan: Own, call: Call) => boolean;

  /** @param matches whether a plan counts a call */
  constructor(matches: (plan: Own, call: Call) => boolean) {
    this.#matches = matches;
  }

  /**
   * Plans a fault or hook. Plans may overlap: the first one with a fault decides the answer, all hooks run.
   */
  at(plan: Own): PlannedFault {
    if (!Number.isInteger(plan.call) || plan.call < 1) {
      throw new RangeError(`Cannot plan a fault as 'call' counts from 1: it is ${plan.call}`);
    }
    const standing: Standing<Own> = { plan, matched: 0, played: 0 };
    this.#standing.add(standing);
    return {
      get played() {
        return standing.played;
      },
      cancel: () => void this.#standing.delete(standing),
    };
  }

  /** Takes every plan back. */
  clear(): void {
    this.#standing.clear();
  }

  /** The plans whose turn it is with this call; counts it for all that match. */
  due(call: Call): Own[] {
    const due: Own[] = [];
    for (const standing of this.#standing) {
      if (!this.#matches(standing.plan, call)) continue;
      const { call: first, times = 1 } = standing.plan;
      standing.matched += 1;
      if (standing.matched < first || standing.matched >= first + times) continue;
      standing.played += 1;
      due.push(standing.plan);
    }
    return due;
  }
}
