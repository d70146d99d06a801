import { effectSpot } from "./fault_plan.ts";
import type { Evidence, Transition } from "./evidence.ts";

/** What a run proves. Every number but the first five must be 0. */
export interface Verdict {
  readonly done: number;
  readonly cancelled: number;
  readonly dead: Readonly<Record<string, number>>;
  /** Effects that the ledger accepted, and rows that were written under a lease. */
  readonly effects: number;
  readonly writes: number;

  /** Effects of a done ticket that are missing, or rows whose effect outside never happened. */
  readonly lost: number;
  readonly doubled: number;
  readonly limbo: number;
  /** Tickets that ended more or less often than once, or whose hook did not hear of it exactly once. */
  readonly wronglyEnded: number;
  /** Dead ones without a reason, or for one that is a contradiction. */
  readonly deadWithoutReason: number;
  /** Poison that did not end dead. */
  readonly poisonNotDead: number;
  /** Tickets that were given to a second worker while the first held them. */
  readonly doubleClaims: number;
  /** Claims that gave a person more tickets of a kind at once than the kind allows. */
  readonly overTheLimit: number;
  /** Faults that never happened, so that the run proved nothing about them. */
  readonly faultsMissing: readonly string[];
  /** Everything above that must not be, in words; empty when the run is clean. */
  readonly violations: readonly string[];
}

/** Judges a run by what the ledger and the written rows say, and by nothing that the queue says of itself. */
export function judge(evidence: Evidence): Verdict {
  const { endings, live, ledger } = evidence;
  const accepted = countBy(
    ledger.filter((line) => line.accepted),
    ({ number, step }) => effectSpot(number, step),
  );
  const written = countBy(evidence.writes, ({ number, step }) => effectSpot(number, step));
  const done = new Set(
    endings.filter(({ outcome }) => outcome === "done").map(({ number }) => number),
  );
  const owed = evidence.tickets.filter(({ number }) => done.has(number)).flatMap(({ number, steps }) =>
    Array.from({ length: steps }, (_, step) => effectSpot(number, step))
  );
  const missing = owed.reduce(
    (sum, spot) => sum + Number(!accepted.has(spot)) + Number(!written.has(spot)),
    0,
  );
  const unfounded = [...written.keys()].filter((spot) => !accepted.has(spot)).length;
  const twice = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  const dead = endings.filter(({ outcome }) => outcome === "dead");

  const counts = {
    lost: missing + unfounded,
    doubled: twice(accepted) + twice(written),
    limbo: live.length,
    wronglyEnded: wronglyEnded(evidence),
    deadWithoutReason: dead.filter(({ reason }) => reason === null || reason === "checkpoint_ahead").length,
    poisonNotDead: endings.filter(({ number, outcome }) => evidence.poison.has(number) && outcome !== "dead")
      .length,
    doubleClaims:
      evidence.transitions.filter(({ was, becomes }) => was === "running" && becomes === "running")
        .length,
    overTheLimit: overTheLimit(evidence.transitions, evidence.maxRunningPerUser),
  };
  const faultsMissing = Object.entries(evidence.counts).filter(([, count]) => count === 0).map(([name]) =>
    name
  );
  const violations = [
    ...Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => `${name}: ${count}`),
    ...faultsMissing.map((name) => `no ${name}`),
  ];
  return {
    done: done.size,
    cancelled: endings.filter(({ outcome }) => outcome === "cancelled").length,
    dead: Object.fromEntries(countBy(dead, ({ reason }) => reason ?? "(none)")),
    effects: accepted.size,
    writes: evidence.writes.length,
    ...counts,
    faultsMissing,
    violations,
  };
}

function wronglyEnded({ tickets, endings, hooks, live }: Evidence): number {
  const ended = countBy(endings, ({ number }) => number);
  const heard = countBy(hooks, ({ number }) => number);
  const waiting = new Set(live);
  return tickets.filter(({ number, kind }) => {
    const times = waiting.has(number) ? 0 : 1;
    return (ended.get(number) ?? 0) !== times ||
      (heard.get(number) ?? 0) !== (kind === "fault_hooked" ? times : 0);
  }).length;
}

function overTheLimit(transitions: readonly Transition[], limit: number): number {
  const running = new Map<string, number>();
  let over = 0;
  for (const { kind, lane, was, becomes } of transitions) {
    const seat = `${kind} ${lane}`;
    const now = (running.get(seat) ?? 0) + Number(becomes === "running") - Number(was === "running");
    running.set(seat, now);
    if (becomes === "running" && was !== "running" && now > limit) over++;
  }
  return over;
}

function countBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of list) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
