import type { FaultCounts } from "./fault_counts.ts";
import { effectSpot, type FaultPlan } from "./fault_plan.ts";
import type { Effect, LedgerOptions, Then } from "./ledger.ts";
import type { Processes } from "./processes.ts";

/**
 * Nobody may stand still longer than this, should the ticket that it lost be done by nobody. On a busy machine another
 * worker needs some twenty seconds to get there; a run gives up on its tickets after sixty.
 */
const LONGEST_STALL_MS = 45_000;

export interface EffectFaultsParts {
  readonly plan: FaultPlan;
  readonly counts: FaultCounts;
  readonly processes: Processes;
  readonly cancel: (ticket: number) => void;
}

/** What goes wrong where a step meets the world outside: each planned fault strikes once, poison whenever it can. */
export class EffectFaults implements LedgerOptions {
  readonly #due: Map<string, string>;
  #stallsDue = 0;
  #stalled?: Effect;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(readonly parts: EffectFaultsParts) {
    this.#due = new Map(parts.plan.effects);
  }

  readonly before = (effect: Effect): boolean => {
    const { plan, counts } = this.parts;
    if (plan.poison.has(effect.number)) {
      if (this.#kill(effect)) counts.poisonKills++;
      return false;
    }
    return this.#take(effect, "kill_before") ? !this.#kill(effect) : true;
  };

  readonly after = (effect: Effect): Then | "broken" => {
    const { counts } = this.parts;
    if (this.#take(effect, "stall")) this.#stallsDue++;
    if (this.#stallsDue > 0 && this.#stall(effect)) this.#stallsDue--;
    if (this.#take(effect, "kill_after")) this.#kill(effect);
    if (this.#take(effect, "cancel")) this.parts.cancel(effect.ticket);
    if (this.#take(effect, "broken_answer")) {
      counts.lostAnswers++;
      return "broken";
    }
    for (const word of ["throw", "give_up"] as const) {
      if (!this.#take(effect, word)) continue;
      counts.throws++;
      return word;
    }
    for (const word of ["yield", "yield_later"] as const) {
      if (!this.#take(effect, word)) continue;
      counts.yields++;
      return word;
    }
    return "go_on";
  };

  /** A step was written by whoever holds this lease: who stalled in the same step now comes back and is too late. */
  written(number: number, step: number, lease: string): void {
    const stalled = this.#stalled;
    if (stalled?.number === number && stalled.step === step && stalled.lease !== lease) this.thaw();
  }

  /** Lets whoever stands still go on. */
  thaw(): void {
    clearTimeout(this.#timer);
    if (this.#stalled === undefined) return;
    this.#stalled = undefined;
    if (this.parts.processes.thaw()) this.parts.counts.stalls++;
  }

  #take(effect: Effect, fault: string): boolean {
    const spot = effectSpot(effect.number, effect.step);
    return this.#due.get(spot) === fault && this.#due.delete(spot);
  }

  #kill({ pid }: Effect): boolean {
    const killed = this.parts.processes.kill(pid);
    if (killed) this.parts.counts.kills++;
    return killed;
  }

  /** Its effect is booked and the answer waits in its socket: the first thing that it does afterwards is to write. */
  #stall(effect: Effect): boolean {
    if (!this.parts.processes.freeze(effect.pid)) return false;
    this.#stalled = effect;
    this.#timer = setTimeout(() => this.thaw(), LONGEST_STALL_MS);
    return true;
  }
}
