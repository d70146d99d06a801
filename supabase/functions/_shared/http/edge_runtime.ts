/**
 * What the Edge Runtime offers beyond Deno: work that outlives its response, the isolate's age, and the notice that the
 * isolate is about to end. Under plain Deno the same calls work, without the platform's limits.
 */

interface EdgeRuntimeGlobal {
  waitUntil(promise: Promise<unknown>): void;
}

const edgeRuntime = (): EdgeRuntimeGlobal | undefined => {
  const candidate: unknown = Reflect.get(globalThis, "EdgeRuntime");
  return isEdgeRuntime(candidate) ? candidate : undefined;
};

function isEdgeRuntime(candidate: unknown): candidate is EdgeRuntimeGlobal {
  return typeof candidate === "object" && candidate !== null && "waitUntil" in candidate &&
    typeof candidate.waitUntil === "function";
}

const pending = new Set<Promise<unknown>>();

/**
 * Lets `work` go on after the response was sent; the platform keeps the isolate until it settles or a limit is reached.
 * Work that fails is reported to `onFailure` instead of ending the isolate with everything else in it.
 */
export function waitUntil(work: Promise<unknown>, onFailure: (error: unknown) => void): void {
  const kept: Promise<unknown> = work.catch(onFailure).finally(() => pending.delete(kept));
  pending.add(kept);
  edgeRuntime()?.waitUntil(kept);
}

/** Resolves when all work given to {@link waitUntil} has settled, work that it started meanwhile included. */
export async function backgroundWorkSettled(): Promise<void> {
  while (pending.size > 0) await Promise.allSettled(pending);
}

/**
 * The isolate's age counts from its boot, which was a little before this module ran. `performance.now()` is zero at
 * boot; where a runtime starts it earlier (a prepared process), only the time since this module ran can be ours.
 */
const ageAtImport = performance.now() < 10_000 ? performance.now() : 0;
const importedAt = performance.now();

/** Milliseconds since the isolate booted, by a clock that does not jump. */
export const isolateAgeMs = (): number => performance.now() - importedAt + ageAtImport;

/** The share of the wall clock after which no new work starts: `beforeunload` comes at 90 %. */
const usableShare = 0.8;

export interface Deadline {
  /** Milliseconds that are left; zero or less when it has passed. */
  remainingMs(): number;
  readonly passed: boolean;
  /** A signal that aborts at the deadline with a `TimeoutError`. Call `release` when the work is done before it. */
  signal(): { readonly signal: AbortSignal; release(): void };
}

/**
 * The moment at which this isolate stops working: 80 % of its wall clock, counted from its boot, not from the request,
 * because the platform counts so too.
 *
 * @param options.wallClockSeconds what the platform allows, 150 (free) or 400 (paid)
 * @param options.ageMs the isolate's age in milliseconds, for tests
 */
export function isolateDeadline(options: { wallClockSeconds: number; ageMs?: () => number }): Deadline {
  const { wallClockSeconds, ageMs = isolateAgeMs } = options;
  const endsAtAge = wallClockSeconds * 1000 * usableShare;
  const remainingMs = () => endsAtAge - ageMs();
  return {
    remainingMs,
    get passed() {
      return remainingMs() <= 0;
    },
    signal() {
      const controller = new AbortController();
      const abort = () =>
        controller.abort(new DOMException("The isolate's wall clock is nearly used up", "TimeoutError"));
      if (remainingMs() <= 0) abort();
      const timer = controller.signal.aborted ? undefined : setTimeout(abort, remainingMs());
      return { signal: controller.signal, release: () => clearTimeout(timer) };
    },
  };
}

/** Why the runtime ends the isolate; `unknown` when it does not say. */
export type UnloadReason = "cpu" | "memory" | "wall_clock" | "early_drop" | "termination" | "unknown";
const unloadReasons = ["cpu", "memory", "wall_clock", "early_drop", "termination"] as const;

/**
 * A signal that aborts when the runtime announces the isolate's end. Little time is left then: release leases, no more.
 * Its reason is an `AbortError` whose message is the {@link UnloadReason}.
 */
export function unloadSignal(target: EventTarget = globalThis): AbortSignal {
  const controller = new AbortController();
  target.addEventListener("beforeunload", (event) => {
    controller.abort(new DOMException(unloadReason(event), "AbortError"));
  }, { once: true });
  return controller.signal;
}

function unloadReason(event: object): UnloadReason {
  const detail: unknown = "detail" in event ? event.detail : undefined;
  const said = typeof detail === "object" && detail !== null && "reason" in detail
    ? detail.reason
    : undefined;
  return unloadReasons.find((reason) => reason === said) ?? "unknown";
}
