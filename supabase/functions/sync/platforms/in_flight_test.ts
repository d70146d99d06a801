import assert from "node:assert/strict";
import { inFlight } from "./in_flight.ts";

async function all<R>(results: AsyncGenerator<R>): Promise<R[]> {
  const got: R[] = [];
  for await (const result of results) got.push(result);
  return got;
}

Deno.test("no more than so many are under way at once, and all are done", async () => {
  let [now, most] = [0, 0];
  const results = await all(inFlight(3, [1, 2, 3, 4, 5, 6, 7], async (one) => {
    most = Math.max(most, now += 1);
    for (let turn = 0; turn < one; turn += 1) await Promise.resolve();
    now -= 1;
    return one * 10;
  }));
  assert.equal(most, 3);
  assert.deepEqual(results.toSorted((a, b) => a - b), [10, 20, 30, 40, 50, 60, 70]);
});

Deno.test("after a failure nothing begins any more, what was under way is handed on, and the failure is thrown", async () => {
  const begun: number[] = [];
  const got: number[] = [];
  const slow = Promise.withResolvers<void>();
  const work = async (one: number) => {
    begun.push(one);
    if (one === 2) {
      slow.resolve();
      throw new Error("no");
    }
    await slow.promise;
    return one;
  };
  await assert.rejects(async () => {
    for await (const one of inFlight(3, [1, 2, 3, 4, 5], work)) got.push(one);
  }, { message: "no" });
  assert.deepEqual(begun, [1, 2, 3]);
  assert.deepEqual(got, [1, 3]);
});

Deno.test("whoever stops listening aborts the rest", async () => {
  const aborted: number[] = [];
  for await (
    const one of inFlight(3, [1, 2, 3], async (one, signal) => {
      if (one === 1) return one;
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        .finally(() => aborted.push(one));
      return one;
    })
  ) {
    assert.equal(one, 1);
    break;
  }
  assert.deepEqual(aborted, [2, 3]);
});
