/**
 * Slack's `ts`: the id of a message in its channel, seconds and six digits of microseconds as a string. Two
 * of them in this fixed width compare as strings; as numbers they would lose digits.
 */
export type Ts = string;

/** The `ts` of an instant given in whole microseconds since the epoch. */
export function tsOfMicros(micros: bigint): Ts {
  const seconds = micros / 1_000_000n;
  return `${String(seconds).padStart(10, "0")}.${String(micros % 1_000_000n).padStart(6, "0")}`;
}

/** Whole microseconds since the epoch of a `ts`. */
export function microsOfTs(ts: Ts): bigint {
  return BigInt(ts.replace(".", ""));
}

/** The instant of a `ts`, cut to milliseconds. */
export function dateOfTs(ts: Ts): Date {
  return new Date(Number(microsOfTs(ts) / 1000n));
}

/**
 * Brings what a caller may send as a time ("0", "1700000000", "1700000000.5") to the fixed width, or
 * undefined.
 */
export function parseTs(text: string): Ts | undefined {
  const match = /^(\d{1,10})(?:\.(\d{1,6})\d*)?$/.exec(text);
  if (match === null) return undefined;
  return `${(match[1] ?? "").padStart(10, "0")}.${(match[2] ?? "").padEnd(6, "0")}`;
}
