import { seededRandom } from "../local/workplace/world/random.ts";

/** One ticket of a run, known before it is enqueued. */
export interface PlannedTicket {
  /** From 0; its name in the ledger and in the tables of ground.sql. */
  readonly number: number;
  readonly kind: "fault_plain" | "fault_hooked";
  readonly steps: number;
  /** Which person, from 0. */
  readonly person: number;
  readonly platform: "none" | "slack" | "gmail";
  readonly priority: 1 | 2;
}

/** The tickets of a run: the same for the same seed. A tenth of them belongs to one person, who must not hold up the others. */
export function planTickets(seed: number, count: number, people: number): PlannedTicket[] {
  const random = seededRandom(seed).fork("tickets");
  return Array.from({ length: count }, (_, number) => ({
    number,
    kind: random.pick(["fault_plain", "fault_hooked"] as const),
    steps: random.int(2, 4),
    person: random.chance(0.1) ? 0 : random.int(1, people - 1),
    platform: random.pick(["none", "slack", "gmail"] as const),
    priority: random.pick([1, 1, 2] as const),
  }));
}
