import assert from "node:assert/strict";
import {
  backgroundWorkSettled,
  isolateAgeMs,
  isolateDeadline,
  unloadSignal,
  waitUntil,
} from "./edge_runtime.ts";

const noFailure = (error: unknown) => {
  throw error;
};

Deno.test("background work is handed to the platform and can be awaited", async () => {
  const handed: Promise<unknown>[] = [];
  Reflect.set(globalThis, "EdgeRuntime", { waitUntil: (promise: Promise<unknown>) => handed.push(promise) });
  try {
    const order: string[] = [];
    waitUntil(
      Promise.resolve().then(() => {
        order.push("first");
        waitUntil(Promise.resolve().then(() => order.push("started by first")), noFailure);
      }),
      noFailure,
    );
    await backgroundWorkSettled();
    assert.deepEqual(order, ["first", "started by first"]);
    assert.equal(handed.length, 2);
  } finally {
    Reflect.deleteProperty(globalThis, "EdgeRuntime");
  }
});

Deno.test("without the platform the work runs all the same, and its failure is told instead of thrown", async () => {
  const failures: unknown[] = [];
  const fault = new Error("lost");
  waitUntil(Promise.reject(fault), (error) => failures.push(error));
  await backgroundWorkSettled();
  assert.deepEqual(failures, [fault]);
});

Deno.test("the deadline is 80 % of the wall clock, counted from the isolate's boot", () => {
  let age = 30_000;
  const deadline = isolateDeadline({ wallClockSeconds: 150, ageMs: () => age });
  assert.equal(deadline.remainingMs(), 90_000);
  assert.equal(deadline.passed, false);
  age = 120_000;
  assert.equal(deadline.remainingMs(), 0);
  assert.equal(deadline.passed, true);
  assert.equal(isolateDeadline({ wallClockSeconds: 400, ageMs: () => 0 }).remainingMs(), 320_000);
});

Deno.test("the deadline's signal aborts when it passes, at once when it has, and never after its release", async () => {
  const passed = isolateDeadline({ wallClockSeconds: 10, ageMs: () => 9_000 }).signal();
  assert.equal(passed.signal.aborted, true);
  assert.equal(passed.signal.reason.name, "TimeoutError");

  const soon = isolateDeadline({ wallClockSeconds: 10, ageMs: () => 7_999 }).signal();
  await new Promise((resolve) => soon.signal.addEventListener("abort", resolve, { once: true }));

  const released = isolateDeadline({ wallClockSeconds: 10, ageMs: () => 0 }).signal();
  released.release();
  assert.equal(released.signal.aborted, false);
});

Deno.test("the isolate's age grows and includes the time before this module ran", () => {
  const first = isolateAgeMs();
  assert.ok(first > 0);
  assert.ok(isolateAgeMs() >= first);
});

Deno.test("the announced end of the isolate aborts with the reason that the runtime gives", () => {
  for (
    const [detail, reason] of [[{ reason: "wall_clock" }, "wall_clock"], [{ reason: "x" }, "unknown"], [
      null,
      "unknown",
    ]]
  ) {
    const target = new EventTarget();
    const signal = unloadSignal(target);
    assert.equal(signal.aborted, false);
    target.dispatchEvent(new CustomEvent("beforeunload", { detail }));
    assert.equal(signal.reason.message, reason);
  }
  const plain = new EventTarget();
  const signal = unloadSignal(plain);
  plain.dispatchEvent(new Event("beforeunload"));
  assert.equal(signal.reason.message, "unknown");
});
