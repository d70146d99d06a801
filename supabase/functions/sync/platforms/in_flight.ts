/** Several pieces of work at a time. */

/**
 * Works on the inputs, at most so many at a time, and yields the results as they come. When one fails, no other begins;
 * what was under way is yielded, and then the first failure is thrown. Whoever stops listening aborts the rest.
 */
export async function* inFlight<T, R>(
  most: number,
  inputs: Iterable<T>,
  work: (input: T, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<R, void, void> {
  const stop = new AbortController();
  const waiting = inputs[Symbol.iterator]();
  const running = new Map<number, Promise<Settled<R>>>();
  let [started, failed] = [0, false];
  let failure: unknown;
  const fill = () => {
    while (!failed && running.size < most) {
      const next = waiting.next();
      if (next.done) return;
      const key = started++;
      running.set(key, settled(key, work(next.value, stop.signal)));
    }
  };
  try {
    for (fill(); running.size > 0; fill()) {
      const first = await Promise.race(running.values());
      running.delete(first.key);
      if (first.ok) {
        yield first.value;
      } else if (!failed) {
        [failed, failure] = [true, first.reason];
      }
    }
  } finally {
    stop.abort(new DOMException("Nobody waits for the rest any more.", "AbortError"));
    await Promise.allSettled(running.values());
  }
  if (failed) throw failure;
}

type Settled<R> =
  | { readonly key: number; readonly ok: true; readonly value: R }
  | { readonly key: number; readonly ok: false; readonly reason: unknown };

async function settled<R>(key: number, work: Promise<R>): Promise<Settled<R>> {
  try {
    return { key, ok: true, value: await work };
  } catch (reason) {
    return { key, ok: false, reason };
  }
}
