import assert from "node:assert/strict";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { PlatformError } from "./connector.ts";
import { createRateBudget, type Pace } from "./rate_budget.ts";

const pace: Pace = { key: "slack:T01:conversations.history", allowed: 50, periodSeconds: 61 };

function budgetThatWaits(seconds: number) {
  const database = rpcStandIn({ reserve: () => seconds, hold_back: () => undefined });
  const waited: number[] = [];
  const { signal } = new AbortController();
  const wait = (milliseconds: number) => {
    waited.push(milliseconds);
    return Promise.resolve();
  };
  return { budget: createRateBudget({ database, signal, wait }), database, waited };
}

Deno.test("a call that may start now starts without waiting, and its slot is reserved by key and pace", async () => {
  const { budget, database, waited } = budgetThatWaits(0);
  await budget.take(pace);
  assert.deepEqual(waited, []);
  assert.deepEqual(database.argumentsOf("reserve"), [{
    p_key: "slack:T01:conversations.history",
    p_allowed: 50,
    p_period_seconds: 61,
    p_longest_wait_seconds: 10,
    p_units: 1,
  }]);
});

Deno.test("a dear call reserves all its units at once", async () => {
  const { budget, database } = budgetThatWaits(0);
  await budget.take(pace, 40);
  assert.deepEqual(database.asked.map(({ args }) => Object(args).p_units), [40]);
});

Deno.test("a short wait is waited here, to the millisecond; ten seconds are the longest", async () => {
  for (const seconds of [0.25, 10]) {
    const { budget, waited } = budgetThatWaits(seconds);
    await budget.take(pace);
    assert.deepEqual(waited, [seconds * 1000]);
  }
});

Deno.test("a longer wait is refused as rate_limited with its length, and not waited for", async () => {
  const { budget, waited } = budgetThatWaits(10.001);
  await assert.rejects(budget.take(pace), (thrown) => {
    assert.ok(thrown instanceof PlatformError);
    assert.deepEqual([thrown.code, thrown.retryAfterSeconds], ["rate_limited", 10.001]);
    return true;
  });
  assert.deepEqual(waited, []);
});

Deno.test("holding back tells the meter that all isolates share", async () => {
  const { budget, database } = budgetThatWaits(0);
  await budget.holdBack(pace, 33);
  assert.deepEqual(database.asked, [{ name: "hold_back", args: { p_key: pace.key, p_seconds: 33 } }]);
});

Deno.test("a slower pace that the platform turned out to keep is told to the meter", async () => {
  const { budget, database } = budgetThatWaits(0);
  await budget.holdBack(pace, 33, { allowed: 1, periodSeconds: 61 });
  assert.deepEqual(database.argumentsOf("hold_back"), [
    { p_key: pace.key, p_seconds: 33, p_allowed: 1, p_period_seconds: 61 },
  ]);
});

Deno.test("an abort ends the wait at once with its own reason and leaves no timer", {
  sanitizeOps: true,
  sanitizeResources: true,
}, async () => {
  const reserved = Promise.withResolvers<void>();
  const database = rpcStandIn({
    reserve: () => {
      reserved.resolve();
      return 9;
    },
  });
  const stop = new AbortController();
  const taken = createRateBudget({ database, signal: stop.signal }).take(pace);
  await reserved.promise;
  await Promise.resolve();
  const reason = new Error("deadline");
  stop.abort(reason);
  // A timer that is left makes the test runner fail this test.
  await assert.rejects(taken, (thrown) => thrown === reason);
});

Deno.test("the real wait ends by itself", async () => {
  const database = rpcStandIn({ reserve: () => 0.001 });
  await createRateBudget({ database, signal: new AbortController().signal }).take(pace);
});
