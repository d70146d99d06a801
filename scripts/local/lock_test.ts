import assert from "node:assert/strict";
import { Lock } from "./lock.ts";

Deno.test("tasks never overlap and keep the order of asking", async () => {
  const lock = new Lock();
  const seen: string[] = [];
  const task = (name: string) => async () => {
    seen.push(`${name} begins`);
    await Promise.resolve();
    await Promise.resolve();
    seen.push(`${name} ends`);
  };
  await Promise.all([lock.run(task("a")), lock.run(task("b")), lock.run(task("c"))]);
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

Deno.test("a task that throws gives the lock back and its error to its own caller", async () => {
  const lock = new Lock();
  const failing = lock.run(() => Promise.reject(new Error("mine")));
  const next = lock.run(() => Promise.resolve("next"));
  await assert.rejects(failing, /mine/);
  assert.equal(await next, "next");
  assert.equal(lock.depth, 0);
});

Deno.test("an aborted waiter never runs, and those behind it still wait for those before it", async () => {
  const lock = new Lock();
  const holding = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = lock.run(async () => {
    await holding.promise;
    order.push("first");
  });
  const abort = new AbortController();
  const second = lock.run(() => {
    order.push("second");
    return Promise.resolve();
  }, abort.signal);
  const third = lock.run(() => {
    order.push("third");
    return Promise.resolve();
  });
  abort.abort(new Error("gave up"));
  await assert.rejects(second, /gave up/);
  assert.deepEqual(order, []);
  holding.resolve();
  await Promise.all([first, third]);
  assert.deepEqual(order, ["first", "third"]);
});
