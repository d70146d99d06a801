/** The sweep over one platform: every call of a first and of an incremental sync, each with every kind of fault. */
import type { Call } from "../local/workplace/journal.ts";
import { seededRandom } from "../local/workplace/world/random.ts";
import { type CaseResult, type PassesNeeded, type PlannedCase, runCase } from "./fault_case.ts";
import { beginLife, type LifeOptions } from "./life.ts";
import { type LongLife, longLife } from "./long_life.ts";
import { FAULT_KINDS, PAGE_FAULTS, type Platform } from "./platform_world.ts";
import { faultsOf, isClean } from "./verdict.ts";

export interface SweepOptions extends LifeOptions {
  readonly platform: Platform;
  /** Only so many cases, drawn by the seed; all when left out. */
  readonly sample?: number;
  readonly onCase?: (done: number, of: number, result: SweptCase) => void;
  readonly signal?: AbortSignal;
}

export type SweptCase = PlannedCase & CaseResult & { readonly method: string };

export interface SweepReport {
  readonly platform: Platform;
  readonly cohort: string;
  /** Calls of the sync without faults, by phase. */
  readonly calls: { readonly first: number; readonly incremental: number };
  readonly needed: PassesNeeded;
  /** Things that the sync without faults holds in the end. */
  readonly items: number;
  readonly cases: readonly SweptCase[];
  /** Three weeks without a fault; left out where only a sample was asked for. */
  readonly longLife?: LongLife;
}

/** More passes than this without a fault mean that the changes are never found. */
const mostPasses = 12;

/** @throws when the sync is wrong even without a fault. */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  const whole = await withoutFaults(options);
  const planned = drawn(plannedCases(whole.trace), options);
  const cases: SweptCase[] = [];
  for (const one of planned) {
    options.signal?.throwIfAborted();
    const result = { ...one, ...await runCase(options, one, whole.needed) };
    cases.push(result);
    options.onCase?.(cases.length, planned.length, result);
  }
  return {
    platform: options.platform,
    cohort: options.cohort ?? "marketplace",
    calls: { first: whole.trace.first.length, incremental: whole.trace.incremental.length },
    needed: whole.needed,
    items: whole.items,
    cases,
    ...(options.sample === undefined && { longLife: await longLife(options) }),
  };
}

interface Trace {
  readonly first: readonly Call[];
  readonly incremental: readonly Call[];
}

interface Faultless {
  readonly trace: Trace;
  readonly needed: PassesNeeded;
  readonly items: number;
}

/** The sync without a fault: its calls, and how many passes it needs. */
export async function withoutFaults(options: LifeOptions): Promise<Faultless> {
  await using life = await beginLife(options);
  const { journal } = life.world;
  let items = 0;
  const untilClean = async (phase: string): Promise<number> => {
    for (let passes = 1;; passes++) {
      await life.pass();
      const verdict = await life.verdict();
      items = verdict.held;
      if (isClean(verdict)) return passes;
      if (passes === mostPasses) {
        const [{ kind, key, why } = { kind: "", key: "", why: "" }] = faultsOf(verdict);
        const { length } = faultsOf(verdict);
        throw new Error(
          `The ${phase} sync is wrong without any fault after ${passes} passes: ${length} findings, e.g. ${kind} ${key} ${why}`,
        );
      }
      life.time.advance(6 * 3_600_000);
    }
  };
  await life.connect();
  const first = await untilClean("first");
  const { latest } = journal;
  life.time.advance(31 * 60_000);
  life.world.change();
  const incremental = await untilClean("incremental");
  const all = journal.calls({});
  return {
    items,
    needed: { first, incremental },
    trace: {
      first: all.filter(({ seq }) => seq <= latest),
      incremental: all.filter(({ seq }) => seq > latest),
    },
  };
}

function plannedCases({ first, incremental }: Trace): (PlannedCase & { method: string })[] {
  const of = (phase: PlannedCase["phase"], calls: readonly Call[]) =>
    calls.flatMap(({ method, objects }, at) =>
      FAULT_KINDS
        // A page can be dropped or repeated where there are pages only.
        .filter((kind) => objects !== undefined || !PAGE_FAULTS.includes(kind))
        .map((kind) => ({ phase, call: at + 1, kind, method }))
    );
  return [...of("first", first), ...of("incremental", incremental)];
}

function drawn<C extends PlannedCase>(cases: readonly C[], { sample, seed }: SweepOptions): readonly C[] {
  if (sample === undefined || sample >= cases.length) return cases;
  const random = seededRandom(seed).fork("sample");
  // Every kind in turn, so that a small sample leaves none out.
  const byKind = FAULT_KINDS.map((kind) => {
    const own = cases.filter((one) => one.kind === kind);
    return random.fork(kind).sample(own, own.length);
  });
  const inTurn = Array.from({ length: cases.length }, (_, round) => byKind.map((own) => own[round])).flat();
  return inTurn.filter((one) => one !== undefined).slice(0, sample);
}
