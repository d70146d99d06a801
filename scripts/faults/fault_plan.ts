import { seededRandom } from "../local/workplace/world/random.ts";
import type { PlannedTicket } from "./planned_ticket.ts";

/** What may go wrong when a step books its effect with the ledger. */
export const EFFECT_FAULTS = [
  "kill_before",
  "kill_after",
  "stall",
  "broken_answer",
  "throw",
  "give_up",
  "yield",
  "yield_later",
  "cancel",
] as const;
export type EffectFault = (typeof EFFECT_FAULTS)[number];

/** What may go wrong around a call of the database: the process dies, or the answer never arrives. */
export const CALL_FAULTS = ["kill_before", "kill_during", "kill_after", "lost_answer"] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** Calls in whose middle the plan strikes. Those of one ticket are counted per ticket, claims over the run. */
export const STRUCK_CALLS = ["fault_write", "save", "finish", "yield", "fail", "claim"] as const;
export type StruckCall = (typeof STRUCK_CALLS)[number];

/** How many of a thousand tickets meet each. At least one of the run does, whatever its size; two stall, lest one be lost. */
const EFFECTS_PER_THOUSAND: Readonly<Record<EffectFault, number>> = {
  kill_before: 8,
  kill_after: 8,
  stall: 5,
  broken_answer: 10,
  throw: 30,
  give_up: 3,
  yield: 20,
  yield_later: 20,
  cancel: 15,
};
const STRIKES_PER_THOUSAND: Readonly<Record<StruckCall, number>> = {
  fault_write: 20,
  save: 12,
  finish: 12,
  yield: 8,
  fail: 8,
  claim: 8,
};
/** How often a run makes each call, in calls a ticket; a little less than measured, so that every strike is met. */
const CALLS_A_TICKET: Readonly<Record<StruckCall, number>> = {
  fault_write: 2.7,
  save: 2.5,
  finish: 0.4,
  yield: 0.03,
  fail: 0.03,
  claim: 0.3,
};
const POISON_PER_THOUSAND = 4;
const CANCELLED_WHILE_WAITING_PER_THOUSAND = 10;

/** Everything that goes wrong in a run, decided before it begins: the same for the same seed and tickets. */
export interface FaultPlan {
  /** Tickets that kill their process at every step they begin. */
  readonly poison: ReadonlySet<number>;
  readonly cancelledWhileWaiting: ReadonlySet<number>;
  readonly effects: ReadonlyMap<string, EffectFault>;
  /** By call: which one of the run, counted from 1, meets what. */
  readonly calls: Readonly<Record<StruckCall, ReadonlyMap<number, CallFault>>>;
  /** What happens to the nth wake-up, counted from 1. */
  wakeUp(nth: number): "dropped" | "doubled" | "sent";
}

export const effectSpot = (number: number, step: number): string => `${number}:${step}`;

export function planFaults(seed: number, tickets: readonly PlannedTicket[]): FaultPlan {
  const random = seededRandom(seed).fork("faults");
  const share = (perThousand: number) => Math.max(1, Math.round(tickets.length * perThousand / 1000));
  // Each ticket meets one planned fault at most, so that the faults that they share a process with stay the worst of it.
  const chosen = random.sample(tickets, tickets.length);
  const take = (count: number) => chosen.splice(0, count);

  const poison = new Set(take(share(POISON_PER_THOUSAND)).map(({ number }) => number));
  const cancelled = new Set(take(share(CANCELLED_WHILE_WAITING_PER_THOUSAND)).map(({ number }) => number));
  const effects = new Map<string, EffectFault>();
  for (const fault of EFFECT_FAULTS) {
    const least = fault === "stall" ? 2 : 1;
    for (const { number, steps } of take(Math.max(least, share(EFFECTS_PER_THOUSAND[fault])))) {
      effects.set(effectSpot(number, random.int(0, steps - 1)), fault);
    }
  }
  const strike = (call: StruckCall): ReadonlyMap<number, CallFault> => {
    const own = random.fork(call);
    const last = Math.max(8, Math.floor(tickets.length * CALLS_A_TICKET[call]));
    // Each call begins with another fault, so that a short run, which strikes each but once, has them all.
    const first = STRUCK_CALLS.indexOf(call);
    const which = own.sample(
      Array.from({ length: last }, (_, nth) => nth + 1),
      share(STRIKES_PER_THOUSAND[call]),
    );
    return new Map(
      which.map((nth, place) => [nth, CALL_FAULTS[(first + place) % CALL_FAULTS.length] ?? "kill_before"]),
    );
  };
  const offset = random.int(0, 9);
  return {
    poison,
    cancelledWhileWaiting: cancelled,
    effects,
    calls: {
      fault_write: strike("fault_write"),
      save: strike("save"),
      finish: strike("finish"),
      yield: strike("yield"),
      fail: strike("fail"),
      claim: strike("claim"),
    },
    wakeUp: (nth) => {
      const place = (nth + offset) % 10;
      return place === 0 ? "dropped" : place < 3 ? "doubled" : "sent";
    },
  };
}
