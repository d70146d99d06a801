/**
 * Slack's timestamps: seconds and six digits of microseconds as text, the id of a message in its channel. They have a
 * fixed number of digits, so text order is time order; nothing is ever made a float.
 */
import { z } from "zod";

export const timestamp = z.string().regex(/^\d{10}\.\d{6}$/);

/** What lies from `from` (inclusive; null: from the beginning) to `before` (exclusive; null: up to now). */
export interface Stretch {
  readonly from: string | null;
  readonly before: string | null;
}

export function isWithin(ts: string, { from, before }: Stretch): boolean {
  return (from === null || ts >= from) && (before === null || ts < before);
}

/** Whether nothing can lie in it. */
export function isEmpty({ from, before }: Stretch): boolean {
  return from !== null && before !== null && from >= before;
}

/** What is left of a stretch without another one: nothing, a part, or two. */
export function without({ from, before }: Stretch, taken: Stretch): Stretch[] {
  const isApart = (taken.before !== null && from !== null && taken.before <= from) ||
    (before !== null && taken.from !== null && taken.from >= before);
  if (isApart) return [{ from, before }];
  return [
    ...(taken.before === null ? [] : [{ from: taken.before, before }]),
    ...(taken.from === null ? [] : [{ from, before: taken.from }]),
  ].filter((rest) => !isEmpty(rest));
}

/** The microsecond before a timestamp. */
export const justBefore = (ts: string): string => ofMicros(micros(ts) - 1n);
/** The microsecond after a timestamp. */
export const justAfter = (ts: string): string => ofMicros(micros(ts) + 1n);

/** The timestamp that a message of this instant would have. */
export const tsOf = (instant: Date): string => ofMicros(BigInt(instant.getTime()) * 1000n);

const daySeconds = 86_400;
/** The day (UTC, counted from 1970) of a timestamp. */
export const dayOf = (ts: string): number => Math.floor(Number(ts.slice(0, 10)) / daySeconds);
/** The first timestamp of a day. */
export const dayStart = (day: number): string => ofMicros(BigInt(day) * BigInt(daySeconds) * 1_000_000n);

/** Whole seconds from one timestamp to a later one. */
export const secondsBetween = (earlier: string, later: string): number =>
  Number(later.slice(0, 10)) - Number(earlier.slice(0, 10));

/** Seconds and microseconds as ISO 8601, digit by digit: a float would round the last ones. */
export function instantOf(ts: string): string {
  const [seconds = "0", micros = "000000"] = ts.split(".");
  return new Date(Number(seconds) * 1000).toISOString().replace(/\.000Z$/, `.${micros}Z`);
}

const micros = (ts: string): bigint => BigInt(ts.replace(".", ""));

/** A timestamp of whole microseconds since 1970. */
export function ofMicros(micros: bigint): string {
  const digits = String(micros < 0n ? 0n : micros).padStart(16, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
