import assert from "node:assert/strict";
import { createLog } from "../http/log.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { claimedTicket } from "./queue_stand_in.ts";
import { queueStandIn } from "./queue_stand_in.ts";
import { Stopped } from "./run_ticket.ts";
import type { SaveAnswer, WorkQueue } from "./work_queue.ts";

/** A heartbeat that beats by hand, with its timers and what it asked. */
function heartbeat(save: (ids: number[]) => Promise<SaveAnswer[]> = (ids) => Promise.resolve(ids.map(held))) {
  const lines: Record<string, unknown>[] = [];
  const asked: { id: number; lease: string }[][] = [];
  const timers: { milliseconds: number; running: boolean; run: () => void }[] = [];
  const queue: WorkQueue = {
    ...queueStandIn(),
    save: (tickets) => {
      asked.push(tickets.map(({ id, lease }) => ({ id, lease })));
      return save(tickets.map(({ id }) => id));
    },
  };
  const log = createLog({ write: (line) => lines.push(JSON.parse(line)) });
  const beats = createHeartbeat(queue, log, (milliseconds, run) => {
    const timer = { milliseconds, running: true, run };
    timers.push(timer);
    return () => timer.running = false;
  });
  return { beats, asked, timers, lines, running: () => timers.filter(({ running }) => running) };
}

const held = (id: number): SaveAnswer => ({ id, held: true, cancelAsked: false });
const leases = ["", 1, 2, 3].map((n) => `${n}`.repeat(8) + "-1111-4111-8111-111111111111");
const ticket = (id: number, seconds = 60, lease = leases[id] ?? "") =>
  claimedTicket({ id, lease_token: lease, lease_seconds: seconds });

function reasonOf(stop: AbortController): string | undefined {
  return stop.signal.reason instanceof Stopped ? stop.signal.reason.reason : undefined;
}

Deno.test("one beat renews the leases of all watched tickets in one call, without progress", async () => {
  const { beats, asked } = heartbeat();
  const stops = [1, 2, 3].map((id) => {
    const stop = new AbortController();
    beats.watch(ticket(id), stop);
    return stop;
  });
  beats.forget(ticket(2));
  await beats.beat();
  assert.deepEqual(asked, [[{ id: 1, lease: leases[1] }, { id: 3, lease: leases[3] }]]);
  assert.deepEqual(stops.map(({ signal }) => signal.aborted), [false, false, false]);
});

Deno.test("nothing is watched: nothing is asked", async () => {
  const { beats, asked } = heartbeat();
  await beats.beat();
  assert.deepEqual(asked, []);
});

Deno.test("it beats every third of the shortest lease, by one timer, and stops with the last ticket", () => {
  const { beats, running } = heartbeat();
  beats.watch(ticket(1, 90), new AbortController());
  assert.deepEqual(running().map(({ milliseconds }) => milliseconds), [30_000]);
  beats.watch(ticket(2, 60), new AbortController());
  assert.deepEqual(running().map(({ milliseconds }) => milliseconds), [20_000]);
  beats.watch(ticket(3, 300), new AbortController());
  assert.deepEqual(running().map(({ milliseconds }) => milliseconds), [20_000]);
  beats.forget(ticket(1));
  beats.forget(ticket(2));
  assert.equal(running().length, 1);
  beats.forget(ticket(3));
  assert.equal(running().length, 0);
  beats.watch(ticket(1, 90), new AbortController());
  assert.deepEqual(running().map(({ milliseconds }) => milliseconds), [30_000]);
  beats.forget(ticket(1));
});

Deno.test("a ticket that joins does not put off the beat of those that wait for it", () => {
  const { beats, timers, running } = heartbeat();
  for (const id of [1, 2, 3]) beats.watch(ticket(id, 60), new AbortController());
  assert.equal(timers.length, 1);
  assert.equal(running().length, 1);
});

Deno.test("a lost lease and a cancel stop their own ticket only, each by its name", async () => {
  const { beats } = heartbeat(() =>
    Promise.resolve([held(1), { id: 2, held: false, cancelAsked: false }, {
      id: 3,
      held: true,
      cancelAsked: true,
    }])
  );
  const stops = [1, 2, 3].map((id) => {
    const stop = new AbortController();
    beats.watch(ticket(id), stop);
    return stop;
  });
  await beats.beat();
  assert.deepEqual(stops.map(reasonOf), [undefined, "lease_lost", "cancelled"]);
});

Deno.test("an answer about an ended turn does not stop the same ticket's next turn", async () => {
  const answer = Promise.withResolvers<SaveAnswer[]>();
  const { beats, asked } = heartbeat(() => answer.promise);
  const [earlier, later] = [new AbortController(), new AbortController()];
  beats.watch(ticket(1), earlier);
  const beat = beats.beat();
  beats.watch(ticket(1, 60, leases[2]), later);
  beats.forget(ticket(1));
  answer.resolve([{ id: 1, held: false, cancelAsked: false }]);
  await beat;
  assert.equal(later.signal.aborted, false);
  void beats.beat();
  assert.deepEqual(asked.at(-1), [{ id: 1, lease: leases[2] }]);
});

Deno.test("a beat that fails is survived, and the next one comes", async () => {
  let calls = 0;
  const { beats, lines } = heartbeat((ids) => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error("CANARY")) : Promise.resolve(ids.map(held));
  });
  const stop = new AbortController();
  beats.watch(ticket(1), stop);
  await beats.beat();
  await beats.beat();
  assert.equal(calls, 2);
  assert.equal(stop.signal.aborted, false);
  assert.deepEqual(lines.map(({ event, step }) => [event, step]), [["ticket_failed", "heartbeat"]]);
  assert.doesNotMatch(JSON.stringify(lines), /CANARY/);
});

Deno.test("the real timer beats by itself and is gone with the last ticket", {
  sanitizeOps: true,
  sanitizeResources: true,
}, async () => {
  const beaten = Promise.withResolvers<void>();
  const queue: WorkQueue = {
    ...queueStandIn(),
    save: (tickets) => {
      beaten.resolve();
      return Promise.resolve(tickets.map(({ id }) => held(id)));
    },
  };
  const beats = createHeartbeat(queue, createLog({ write: () => {} }));
  beats.watch(claimedTicket({ lease_seconds: 0.003 }), new AbortController());
  await beaten.promise;
  // The test runner fails this test when the timer is still there at its end.
  beats.forget(claimedTicket({ lease_seconds: 0.003 }));
});
