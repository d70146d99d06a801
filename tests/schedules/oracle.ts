/** When a rule's slots are in a zone, by Temporal alone. */
import { Temporal } from "temporal-polyfill/implementation";
import { isElapsed, type Rule, wallTimesOf } from "./rule.ts";

/** A stretch of time in which a zone's clock runs evenly. Epoch seconds; `offset` seconds are added for the local time. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

export interface Zone {
  readonly name: string;
  /** How far it is known, epoch seconds. */
  readonly until: number;
  readonly stretches: readonly Stretch[];
  /** The same for zones whose clocks are the same all the time. */
  readonly clock: string;
}

/** A zone from one instant to another, as Temporal knows it. */
export function readZone(name: string, from: number, to: number): Zone {
  const stretches: Stretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from * 1_000).toZonedDateTimeISO(name);
  while (at.epochMilliseconds < to * 1_000) {
    const next = at.getTimeZoneTransition("next");
    const end = Math.min(next === null ? to : next.epochMilliseconds / 1_000, to);
    stretches.push({ from: at.epochMilliseconds / 1_000, to: end, offset: at.offsetNanoseconds / 1e9 });
    if (next === null) break;
    at = next;
  }
  return { name, until: to, stretches, clock: JSON.stringify(stretches) };
}

const DAY = 86_400;

export class Oracle {
  readonly #wallTimes = new Map<string, readonly number[]>();
  readonly #answers = new Map<string, readonly number[]>();

  /** Knows the time from one instant to another, epoch seconds. */
  constructor(readonly anchor: Temporal.PlainDate, readonly from: number, readonly to: number) {}

  /** Every slot after `from` and up to `to`, epoch seconds, ascending, each once. */
  slots(rule: Rule, zone: Zone, from: number, to: number): readonly number[] {
    const asked = JSON.stringify(rule);
    // Many zones are names of one clock, and Temporal takes its time.
    return remember(this.#answers, `${zone.clock} ${from} ${to} ${asked}`, () => {
      // Two days more on both sides: no local date is further from UTC, nor any gap longer.
      const [first, last] = [from - 2 * DAY, to + 2 * DAY];
      const wallTimes = isElapsed(rule)
        ? this.#between(asked, rule, first, last)
        : wallTimesOf(rule, this.anchor, dateOf(first), dateOf(last));
      const slots = isElapsed(rule)
        ? elapsed(rule, wallTimes, zone)
        : wallTimes.map((time) => compatible(time, zone));
      return [...new Set(slots)].filter((at) => at > from && at <= to).sort((left, right) => left - right);
    });
  }

  /** The few rules of many slots are asked of everywhere: they are worked out once. */
  #between(asked: string, rule: Rule, first: number, last: number): readonly number[] {
    const all = remember(
      this.#wallTimes,
      asked,
      () => wallTimesOf(rule, this.anchor, dateOf(this.from - 2 * DAY), dateOf(this.to + 2 * DAY)),
    );
    return all.slice(countUpTo(all, first), countUpTo(all, last));
  }
}

/** How many of the ascending numbers are not greater than `limit`. */
export function countUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function remember<T>(known: Map<string, T>, key: string, find: () => T): T {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}

/** The instant of a local time: in a gap moved forward by it, in a fold the first. */
function compatible(wallTime: number, { name }: Zone): number {
  const local = Temporal.PlainDateTime.from(new Date(wallTime * 1_000).toISOString().slice(0, 19));
  return local.toZonedDateTime(name, { disambiguation: "compatible" }).epochMilliseconds / 1_000;
}

/** Whenever the zone's clock shows one of the times. */
function elapsed(rule: Rule, wallTimes: readonly number[], { stretches }: Zone): number[] {
  return stretches.flatMap(({ from, to, offset }) =>
    wallTimes.map((time) => time - offset).filter((at) =>
      // An hour that is full at the very instant at which clocks change has elapsed, whatever they show then.
      at >= from && (rule.frequency === "hourly" ? at <= to : at < to)
    )
  );
}

function dateOf(epochSeconds: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(epochSeconds * 1_000).toZonedDateTimeISO("UTC").toPlainDate();
}
