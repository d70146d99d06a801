import assert from "node:assert/strict";
import { z } from "zod";
import { signWakeUp } from "../auth/wake_up.ts";
import type { Deadline } from "../http/edge_runtime.ts";
import { createLog } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { type AnyHandler, handler } from "./handler.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { claimedTicket, queueStandIn, type QueueStandInOptions } from "./queue_stand_in.ts";
import { createWorker } from "./worker.ts";

const secret = "current-secret-0123456789";
const now = new Date("2026-11-23T09:00:00Z");
const wakeUp = "33333333-3333-4333-8333-333333333333";

/** A deadline that passes when the test says so. */
function handDeadline(): Deadline & { pass(): void } {
  const controller = new AbortController();
  return {
    remainingMs: () => controller.signal.aborted ? 0 : 60_000,
    get passed() {
      return controller.signal.aborted;
    },
    signal: () => ({ signal: controller.signal, release() {} }),
    pass: () => controller.abort(new DOMException("over", "TimeoutError")),
  };
}

const done: AnyHandler = handler(z.object({ to: z.number() }), async function* () {
  yield* [];
  return await Promise.resolve({ outcome: "done" });
});

/** Answers `yield` when stopped, like every handler that heeds its signal. */
const waits: AnyHandler = handler(z.unknown(), async function* ({ signal }) {
  yield { waiting: true };
  return await new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
});

function workerWith(options: QueueStandInOptions & { handler?: AnyHandler } = {}) {
  const queue = queueStandIn(options);
  const unloading = new AbortController();
  const deadline = handDeadline();
  const background: Promise<unknown>[] = [];
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => lines.push(JSON.parse(line)) });
  const watched: number[] = [];
  const heartbeat = createHeartbeat(queue, log, () => () => {});
  const worker = createWorker({
    queue,
    log,
    handlers: { count: options.handler ?? done },
    heartbeat: {
      ...heartbeat,
      watch(ticket, stop) {
        watched.push(ticket.id);
        heartbeat.watch(ticket, stop);
      },
      forget(ticket) {
        watched.splice(watched.indexOf(ticket.id), 1);
        heartbeat.forget(ticket);
      },
    },
    deadline,
    unloading: unloading.signal,
    secrets: { current: secret },
    now: () => now,
    clock: () => 0,
    background: (work) => background.push(work),
  });
  return { queue, worker, deadline, unloading, background, lines, watched };
}

const seconds = now.getTime() / 1000;

async function signed(body: string, options: { at?: number; by?: string; signal?: AbortSignal } = {}) {
  const { at = seconds, by = secret, signal } = options;
  return new Request("http://functions/sync", {
    method: "POST",
    body,
    headers: { "x-pipeline-timestamp": String(at), "x-pipeline-signature": await signWakeUp(body, by, at) },
    ...(signal && { signal }),
  });
}

const wake = (id = wakeUp) => signed(JSON.stringify({ wake_up: id }));
const tickets = (count: number, parts = {}) =>
  Array.from({ length: count }, (_, at) => claimedTicket({ id: at + 1, ...parts }));

async function answerOf(response: Response): Promise<[status: number, code: string]> {
  return [response.status, z.object({ code: z.string() }).parse(await response.json()).code];
}

Deno.test("who is not the database gets 401 by name, and nothing is claimed", async () => {
  const { worker, queue, background, lines } = workerWith({ waiting: tickets(3) });
  const body = JSON.stringify({ wake_up: wakeUp });
  const unsigned = new Request("http://functions/sync", { method: "POST", body });
  const wrong = await signed(body, { by: "another-secret-0123456789" });
  const stale = await signed(body, { at: seconds - 301 });
  const changed = new Request(await signed(body), { body: body.replace("3", "4"), method: "POST" });
  assert.deepEqual(await answerOf(await worker(unsigned)), [401, "wake_up_unsigned"]);
  assert.deepEqual(await answerOf(await worker(wrong)), [401, "wake_up_signature_wrong"]);
  assert.deepEqual(await answerOf(await worker(stale)), [401, "wake_up_stale"]);
  assert.deepEqual(await answerOf(await worker(changed)), [401, "wake_up_signature_wrong"]);
  assert.deepEqual([queue.told, background], [[], []]);
  assert.deepEqual(lines.map(({ event }) => event), Array(4).fill("wake_up_refused"));
});

Deno.test("a signed body that is no wake-up gets 400, and nothing is claimed", async () => {
  const { worker, queue } = workerWith({ waiting: tickets(3) });
  for (const body of ["", "{", "[]", "null", "{}", '{"wake_up":"soon"}', '{"wake_up":7}']) {
    assert.deepEqual(await answerOf(await worker(await signed(body))), [400, "malformed_wake_up"], body);
  }
  assert.deepEqual(queue.told, []);
});

Deno.test("a wake-up answers 202 with what it claimed before the work is done, and goes on until nothing is left", async () => {
  const gate = Promise.withResolvers<void>();
  const slow = handler(z.unknown(), async function* () {
    yield* [];
    await gate.promise;
    return { outcome: "done" };
  });
  const { worker, queue, background, watched } = workerWith({
    waiting: tickets(5),
    perCall: 2,
    handler: slow,
  });
  const response = await worker(await wake());
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { claimed: 2 });
  assert.deepEqual(queue.told, [["claim", false]]);
  assert.deepEqual(watched, [1, 2]);
  gate.resolve();
  await Promise.all(background);
  assert.deepEqual(queue.with("claim"), [
    ["claim", false],
    ["claim", true],
    ["claim", true],
    ["claim", true],
  ]);
  assert.deepEqual(queue.with("finish").map(([, id]) => id), [1, 2, 3, 4, 5]);
  assert.deepEqual(watched, []);
});

Deno.test("a ticket that waits long keeps none of the others waiting, and at most one and a half claims run at once", async () => {
  const gate = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  let [runs, most, ended] = [0, 0, 0];
  const firstWaits = handler(z.object({ to: z.number() }), async function* ({ ticket }) {
    most = Math.max(most, ++runs);
    yield { begun: true };
    if (ticket.id === 1) await gate.promise;
    runs -= 1;
    ended += 1;
    if (ended === 8) others.resolve();
    return { outcome: "done" };
  });
  const { worker, queue, background } = workerWith({ waiting: tickets(9), perCall: 4, handler: firstWaits });
  await worker(await wake());
  await others.promise;
  gate.resolve();
  await Promise.all(background);
  assert.deepEqual(queue.with("finish").map(([, id]) => Number(id)).toSorted(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(queue.with("finish").at(-1)?.[1], 1);
  assert.ok(most <= 6, `${most} ran at once`);
});

Deno.test("a claim for more that fails is told once everything that runs has ended", async () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const firstWaits = handler(z.object({ to: z.number() }), async function* ({ ticket }) {
    yield* [];
    if (ticket.id === 1) await gate.promise;
    return { outcome: "done" };
  });
  let claims = 0;
  const { worker, queue, background } = workerWith({
    handler: firstWaits,
    instead: {
      claim: () => {
        claims += 1;
        if (claims === 1) return Promise.resolve(tickets(2));
        asked.resolve();
        return Promise.reject(new TypeError("no network"));
      },
    },
  });
  await worker(await wake());
  let told = false;
  const ended = assert.rejects(Promise.all(background), TypeError).then(() => told = true);
  await asked.promise;
  await Promise.resolve();
  assert.equal(told, false);
  gate.resolve();
  await ended;
  assert.deepEqual(queue.with("finish").map(([, id]) => id), [2, 1]);
  assert.equal(claims, 2);
});

Deno.test("a wake-up that comes again claims nothing", async () => {
  const { worker, queue, background } = workerWith({ waiting: tickets(2), perCall: 1 });
  const [first, again] = [await wake(), await wake()];
  assert.deepEqual(await (await worker(first)).json(), { claimed: 1 });
  const replay = await worker(again);
  assert.equal(replay.status, 202);
  assert.deepEqual(await replay.json(), { claimed: 0 });
  await Promise.all(background);
  assert.deepEqual(queue.with("finish").map(([, id]) => id), [1, 2]);
});

Deno.test("a ticket that crashed once has the isolate to itself: nothing is claimed after it", async () => {
  const { worker, queue, background } = workerWith({ waiting: tickets(3, { crashes: 1 }), perCall: 1 });
  assert.deepEqual(await (await worker(await wake())).json(), { claimed: 1 });
  await Promise.all(background);
  assert.deepEqual(queue.told, [["claim", false], ["finish", 1, null]]);
});

Deno.test("a deadline that passes stops what runs and the drain", async () => {
  const { worker, queue, background, deadline } = workerWith({
    waiting: tickets(9),
    perCall: 2,
    handler: waits,
  });
  await worker(await wake());
  deadline.pass();
  await Promise.all(background);
  assert.deepEqual(queue.with("claim"), [["claim", false]]);
  assert.deepEqual(queue.with("yield").map(([, id, , delay]) => [id, delay]), [[1, 0], [2, 0]]);
});

Deno.test("the notice of unloading hands everything back and claims no more", async () => {
  const { worker, queue, background, unloading } = workerWith({
    waiting: tickets(9),
    perCall: 2,
    handler: waits,
  });
  await worker(await wake());
  unloading.abort(new DOMException("early_drop", "AbortError"));
  await Promise.all(background);
  assert.deepEqual(queue.with("claim"), [["claim", false]]);
  assert.deepEqual(queue.with("yield").map(([, id]) => id), [1, 2]);
});

Deno.test("tickets whose claim was answered after the notice of unloading go back at once", async () => {
  const claimed = Promise.withResolvers<ReturnType<typeof tickets>>();
  const asked = Promise.withResolvers<void>();
  const { worker, queue, background, unloading } = workerWith({
    handler: waits,
    instead: {
      claim: () => {
        asked.resolve();
        return claimed.promise;
      },
    },
  });
  const answer = worker(await wake());
  await asked.promise;
  unloading.abort(new DOMException("wall_clock", "AbortError"));
  claimed.resolve(tickets(1));
  assert.equal((await answer).status, 202);
  await Promise.all(background);
  assert.deepEqual(queue.with("yield").map(([, id]) => id), [1]);
});

Deno.test("an isolate near its end answers 503 and leaves the wake-up for the next one", async () => {
  for (const end of ["deadline", "unloading"] as const) {
    const { worker, queue, deadline, unloading } = workerWith({ waiting: tickets(1) });
    if (end === "deadline") deadline.pass();
    else unloading.abort();
    assert.deepEqual(await answerOf(await worker(await wake())), [503, "isolate_ending"]);
    assert.deepEqual(queue.told, []);
  }
});

Deno.test("who wakes and hangs up does not take back what was claimed", async () => {
  const caller = new AbortController();
  const { worker, queue, background } = workerWith({
    instead: {
      claim: (_, again) => {
        caller.abort();
        return Promise.resolve(again ? [] : tickets(1));
      },
    },
  });
  await worker(await signed(JSON.stringify({ wake_up: wakeUp }), { signal: caller.signal }));
  await Promise.all(background);
  assert.deepEqual(queue.with("finish").map(([, id]) => id), [1]);
});

Deno.test("a claim that fails is answered with its problem, and a foreign error with none of its text", async () => {
  const unreachable = new PipelineError({ code: "database_unreachable", message: "No answer.", status: 503 });
  for (
    const [thrown, expected] of [
      [unreachable, [503, "database_unreachable"]],
      [new TypeError("CANARY"), [500, "internal_error"]],
    ] as const
  ) {
    const { worker, background, lines } = workerWith({ instead: { claim: () => Promise.reject(thrown) } });
    const response = await worker(await wake());
    const text = await response.clone().text();
    assert.deepEqual(await answerOf(response), expected);
    assert.doesNotMatch(text + JSON.stringify(lines), /CANARY/);
    assert.deepEqual(background, []);
  }
});

Deno.test("one ticket that fails takes no other along", async () => {
  const fragile = handler(z.object({ to: z.number() }), async function* ({ ticket }) {
    yield* [];
    if (ticket.id === 2) throw new Error("broken");
    return await Promise.resolve({ outcome: "done" });
  });
  const { worker, queue, background } = workerWith({ waiting: tickets(3), handler: fragile });
  await worker(await wake());
  await Promise.all(background);
  assert.deepEqual(queue.with("finish").map(([, id]) => id), [1, 3]);
  assert.deepEqual(queue.with("fail").map(([, id]) => id), [2]);
});
