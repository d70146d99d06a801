/** What pipeline.schedules ought to do, told from outside: one schedule's life as arithmetic over the oracle's slots. */
import { countUpTo, type Oracle, type Zone } from "./oracle.ts";
import type { Rule } from "./rule.ts";

export interface Ordered {
  readonly subject: string;
  readonly rule: Rule;
  readonly ifMissed: "run_latest" | "skip";
  /** Seconds by which a skipped slot may be late. */
  readonly grace: number;
  /** Epoch seconds; slots from here on do not count. */
  readonly expiresAt?: number;
}

export interface Outcome {
  /** The slot that became a ticket; undefined for none. */
  readonly ticket?: number;
  /** How many slots had come. */
  readonly come: number;
}

export class ScheduleModel {
  /** The next slot, epoch seconds; undefined for none. */
  next?: number;
  #slots: readonly number[] = [];

  /** @param offset seconds behind each slot at which it is due */
  constructor(readonly order: Ordered, readonly oracle: Oracle, readonly offset: number) {}

  /** Set, or resumed: from now on. */
  place(zone: Zone, now: number): void {
    this.#follow(zone);
    this.next = this.#first(now);
  }

  pause(): void {
    this.next = undefined;
  }

  /** The person moves. A slot that has come stays, and what happens once was an instant from the beginning. */
  move(zone: Zone, now: number): void {
    if (this.order.rule.frequency === "once") return;
    this.#follow(zone);
    if (this.next !== undefined && this.next > now) this.next = this.#first(now);
  }

  /** The scheduler runs. However many slots have come, there is at most one ticket. */
  run(now: number): Outcome {
    const { next } = this;
    if (next === undefined || next + this.offset > now) return { come: 0 };
    const { expiresAt = Infinity, ifMissed, grace } = this.order;
    const [from, to] = [next, now - this.offset].map((instant) => countUpTo(this.#slots, instant));
    const later = this.#slots.slice(from, to).filter((slot) => slot < expiresAt);
    const latest = later.at(-1) ?? next;
    this.next = this.#first(latest);
    const runs = ifMissed === "run_latest" || latest + this.offset > now - grace;
    return { ...(runs && { ticket: latest }), come: later.length + 1 };
  }

  #follow(zone: Zone): void {
    this.#slots = this.oracle.slots(this.order.rule, zone, this.oracle.from, this.oracle.to);
  }

  #first(after: number): number | undefined {
    const slot = this.#slots[countUpTo(this.#slots, after)];
    return slot !== undefined && slot < (this.order.expiresAt ?? Infinity) ? slot : undefined;
  }
}
