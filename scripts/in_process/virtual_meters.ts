/**
 * The rate meters on a virtual time: `pipeline.reserve` and `pipeline.hold_back` as the SQL has them, except that whoever
 * would have to wait lets the time pass instead. A sweep of hours of waiting takes seconds with them.
 */
import { z } from "zod";
import type { VirtualTime } from "./virtual_time.ts";

const reserve = z.object({
  p_key: z.string(),
  p_allowed: z.number().int().positive(),
  p_period_seconds: z.number().positive(),
  p_longest_wait_seconds: z.number().nullish(),
  p_units: z.number().positive().nullish(),
});
const holdBack = z.object({
  p_key: z.string(),
  p_seconds: z.number().nonnegative(),
  p_allowed: z.number().int().positive().nullish(),
  p_period_seconds: z.number().positive().nullish(),
});

interface Meter {
  allowed: number;
  periodMs: number;
  /** A learnt pace outlives what callers believe. */
  isLearnt: boolean;
  taken: { at: number; units: number }[];
  heldUntil: number;
}

export interface VirtualMeters {
  /** Seconds that the caller has to come back after; 0 when it may go on (and time has passed if it had to wait). */
  reserve(args: unknown): number;
  holdBack(args: unknown): void;
  clear(): void;
}

export function virtualMeters(time: VirtualTime): VirtualMeters {
  const meters = new Map<string, Meter>();
  return {
    reserve(args) {
      const asked = reserve.parse(args);
      const units = asked.p_units ?? 1;
      const meter = meters.get(asked.p_key) ??
        { allowed: 0, periodMs: 0, isLearnt: false, taken: [], heldUntil: 0 };
      meters.set(asked.p_key, meter);
      if (!meter.isLearnt) {
        meter.allowed = asked.p_allowed;
        meter.periodMs = asked.p_period_seconds * 1000;
      }
      const now = time.now().getTime();
      const start = Math.max(now, meter.heldUntil, freeAt(meter, now, Math.min(units, meter.allowed)));
      const wait = (start - now) / 1000;
      if (wait > (asked.p_longest_wait_seconds ?? Infinity)) return wait;
      time.advance(start - now);
      meter.taken = meter.taken.filter(({ at }) => at > start - meter.periodMs);
      meter.taken.push({ at: start, units });
      return 0;
    },
    holdBack(args) {
      const said = holdBack.parse(args);
      const meter = meters.get(said.p_key) ??
        { allowed: 1, periodMs: 1000, isLearnt: false, taken: [], heldUntil: 0 };
      meters.set(said.p_key, meter);
      meter.heldUntil = Math.max(meter.heldUntil, time.now().getTime() + said.p_seconds * 1000);
      if (typeof said.p_allowed !== "number" || typeof said.p_period_seconds !== "number") return;
      meter.allowed = said.p_allowed;
      meter.periodMs = said.p_period_seconds * 1000;
      meter.isLearnt = true;
    },
    clear: () => meters.clear(),
  };
}

/** When so many units fit into the window before it. */
function freeAt({ allowed, periodMs, taken }: Meter, now: number, units: number): number {
  let used = taken.filter(({ at }) => at > now - periodMs).reduce((sum, one) => sum + one.units, 0);
  let at = now;
  for (const one of taken) {
    if (used + units <= allowed) break;
    if (one.at <= now - periodMs) continue;
    used -= one.units;
    at = one.at + periodMs;
  }
  return at;
}
