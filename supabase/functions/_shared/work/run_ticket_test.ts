import assert from "node:assert/strict";
import { z } from "zod";
import { createLog } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { handler, type Job } from "./handler.ts";
import {
  claimedTicket,
  type QueueStandIn,
  queueStandIn,
  type QueueStandInOptions,
} from "./queue_stand_in.ts";
import { runTicket, Stopped, type StopReason } from "./run_ticket.ts";
import type { ClaimedTicket, Outcome, Progress } from "./ticket.ts";

type Payload = { to: number };
type Run = (job: Job<Payload>) => AsyncGenerator<Progress, Outcome, void>;

interface Turn {
  readonly queue: QueueStandIn;
  readonly stop: AbortController;
  /** The log's lines, parsed. */
  readonly lines: Record<string, unknown>[];
  /** The one summary line, without time and level. */
  readonly summary: () => Record<string, unknown>;
  readonly run: () => Promise<void>;
}

/** One turn of a ticket of kind `count`, run by `run`. The clock moves 5 ms with each look at it. */
function turnOf(
  run: Run,
  options: { ticket?: Partial<ClaimedTicket>; queue?: QueueStandInOptions; stop?: AbortController } = {},
): Turn {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: "debug", write: (line) => lines.push(JSON.parse(line)) });
  const stop = options.stop ?? new AbortController();
  const queue = queueStandIn(options.queue);
  let milliseconds = 0;
  return {
    queue,
    stop,
    lines,
    summary() {
      const ended = lines.filter(({ event }) => event === "ticket_ended");
      assert.equal(ended.length, 1, `${ended.length} summary lines`);
      const { time: _time, level: _level, event: _event, ...fields } = ended[0] ?? {};
      return fields;
    },
    run: () =>
      runTicket(claimedTicket(options.ticket), {
        queue,
        handlers: { count: handler(z.object({ to: z.number() }), run) },
        log,
        stop,
        clock: () => milliseconds += 5,
      }),
  };
}

const problem = { code: "quota_used_up", message: "The quota is used up.", hint: "Wait.", status: 429 };
const unreachable = () =>
  Promise.reject(
    new PipelineError({ code: "database_unreachable", message: "The database did not answer.", status: 503 }),
  );
const lost = () =>
  Promise.reject(new PipelineError({ code: "lease_lost", message: "Its lease was lost.", status: 409 }));
const forever = new Promise<never>(() => {});

/** Rejects when the signal aborts, as `fetch` does. */
function waitFor(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Says when a handler has come so far. */
function milestone() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { reached: promise, reach: resolve };
}

async function* outcomeOnly(outcome: Outcome): AsyncGenerator<Progress, Outcome, void> {
  yield { seen: 1 };
  return outcome;
}

const outcomes: readonly [
  name: string,
  outcome: Outcome,
  told: unknown[][],
  outcome: string,
  code?: string,
][] = [
  [
    "done is finished with its result",
    { outcome: "done", result: { n: 2 } },
    [["finish", 1, { n: 2 }]],
    "done",
  ],
  ["done without a result is finished with null", { outcome: "done" }, [["finish", 1, null]], "done"],
  ["ended says nothing more to the queue", { outcome: "ended", as: "done" }, [], "done"],
  [
    "yield takes the last checkpoint, the delay and its reason",
    { outcome: "yield", afterSeconds: 30, reason: problem },
    [["yield", 1, { seen: 1 }, 30, "quota_used_up"]],
    "queued",
    "quota_used_up",
  ],
  [
    "failed spends an attempt",
    { outcome: "failed", problem, final: false, retryAfterSeconds: 9 },
    [["fail", 1, problem, { outcome: "failed", problem, final: false, retryAfterSeconds: 9 }]],
    "queued",
    "quota_used_up",
  ],
  [
    "failed for good ends the ticket",
    { outcome: "failed", problem, final: true },
    [["fail", 1, problem, { outcome: "failed", problem, final: true }]],
    "dead",
    "quota_used_up",
  ],
];

for (const [name, outcome, told, said, code] of outcomes) {
  Deno.test(`an outcome reaches the queue: ${name}`, async () => {
    const turn = turnOf(() => outcomeOnly(outcome));
    await turn.run();
    assert.deepEqual(turn.queue.told, [["save", 1, { seen: 1 }], ...told]);
    assert.equal(turn.summary().outcome, said);
    assert.equal(turn.summary().code, code);
  });
}

Deno.test("the handler gets its payload parsed, its lease, and the time of the claim", async () => {
  let got: Job<Payload> | undefined;
  const turn = turnOf(async function* (job) {
    got = job;
    yield* [];
    return { outcome: "done" };
  }, { ticket: { payload: { to: 7, stray: true } } });
  await turn.run();
  assert.deepEqual(got?.payload, { to: 7 });
  assert.deepEqual(got?.held, { id: 1, lease: "11111111-1111-4111-8111-111111111111" });
  assert.equal(got?.now.toISOString(), "2026-11-23T09:00:00.000Z");
});

Deno.test("checkpoints are saved in the order in which they were yielded, each before the next step begins", async () => {
  const order: string[] = [];
  const turn = turnOf(async function* ({ payload }) {
    for (let step = 1; step <= payload.to; step += 1) {
      order.push(`step ${step}`);
      yield { step };
    }
    return { outcome: "done" };
  }, {
    ticket: { payload: { to: 3 } },
    queue: {
      instead: {
        save: (tickets) => {
          order.push(`save ${JSON.stringify(tickets[0]?.progress)}`);
          return Promise.resolve(tickets.map(({ id }) => ({ id, held: true, cancelAsked: false })));
        },
      },
    },
  });
  await turn.run();
  assert.deepEqual(order, [
    "step 1",
    'save {"step":1}',
    "step 2",
    'save {"step":2}',
    "step 3",
    'save {"step":3}',
  ]);
});

Deno.test("a checkpoint that finds the lease lost stops the handler, and nothing more is told", async () => {
  const after: string[] = [];
  const turn = turnOf(async function* () {
    try {
      yield { step: 1 };
      after.push("went on");
      return { outcome: "done" };
    } finally {
      after.push("cleaned up");
    }
  }, { queue: { instead: { save: () => Promise.resolve([{ id: 1, held: false, cancelAsked: false }]) } } });
  await turn.run();
  assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }]]);
  assert.deepEqual(after, ["cleaned up"]);
  assert.equal(turn.summary().outcome, "lease_lost");
});

Deno.test("a write that was refused because the lease is lost ends the turn without a word", async () => {
  const turn = turnOf(async function* () {
    yield { step: 1 };
    return await lost();
  });
  await turn.run();
  assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }]]);
  assert.equal(turn.summary().outcome, "lease_lost");
  assert.deepEqual(turn.lines.filter(({ level }) => level !== "info"), []);
});

for (const verb of ["finish", "yield", "fail"] as const) {
  Deno.test(`a lease that is lost at the last word ('${verb}') is told as that and nothing else`, async () => {
    const ways: Record<typeof verb, Outcome> = {
      finish: { outcome: "done" },
      yield: { outcome: "yield", afterSeconds: 1, reason: problem },
      fail: { outcome: "failed", problem, final: false },
    };
    const instead = verb === "finish" ? { finish: () => Promise.resolve(false) } : { [verb]: lost };
    const turn = turnOf(() => outcomeOnly(ways[verb]), { queue: { instead } });
    await turn.run();
    assert.equal(turn.summary().outcome, "lease_lost");
    assert.equal(turn.queue.told.length, 2);
  });
}

Deno.test("a cancel that a checkpoint learns of hands the ticket back, and the queue ends it", async () => {
  const turn = turnOf(async function* () {
    yield { step: 1 };
    yield { step: 2 };
    return { outcome: "done" };
  }, {
    queue: {
      instead: {
        save: () => Promise.resolve([{ id: 1, held: true, cancelAsked: true }]),
        yield: () => Promise.resolve("cancelled"),
      },
    },
  });
  await turn.run();
  assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }], ["yield", 1, { step: 1 }, 0]]);
  assert.equal(turn.summary().outcome, "cancelled");
  assert.equal(turn.summary().code, "cancelled");
});

for (const reason of ["deadline", "unloading", "cancelled"] satisfies StopReason[]) {
  Deno.test(`a handler stopped in a wait (${reason}) yields with its last checkpoint and spends nothing`, async () => {
    const { reached, reach } = milestone();
    const turn = turnOf(async function* ({ signal }) {
      yield { step: 1 };
      reach();
      return await waitFor(signal);
    });
    const running = turn.run();
    await reached;
    turn.stop.abort(new Stopped(reason));
    await running;
    assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }], ["yield", 1, { step: 1 }, 0]]);
    assert.equal(turn.summary().outcome, "queued");
    assert.equal(turn.summary().code, reason);
  });
}

Deno.test("a handler stopped because its lease was lost leaves the queue alone", async () => {
  const { reached, reach } = milestone();
  const turn = turnOf(async function* ({ signal }) {
    yield { step: 1 };
    reach();
    return await waitFor(signal);
  });
  const running = turn.run();
  await reached;
  turn.stop.abort(new Stopped("lease_lost"));
  await running;
  assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }]]);
  assert.equal(turn.summary().outcome, "lease_lost");
});

Deno.test("a ticket that starts when the time is up goes back as it came", async () => {
  const stop = new AbortController();
  stop.abort(new Stopped("deadline"));
  const turn = turnOf(async function* ({ signal }) {
    yield* [];
    return await waitFor(signal);
  }, { stop, ticket: { progress: { step: 4 } } });
  await turn.run();
  assert.deepEqual(turn.queue.told, [["yield", 1, { step: 4 }, 0]]);
});

Deno.test("a handler that ignores its signal is left behind", async () => {
  const { reached, reach } = milestone();
  const turn = turnOf(async function* () {
    yield { step: 1 };
    reach();
    return await forever;
  });
  const running = turn.run();
  await reached;
  turn.stop.abort(new Stopped("unloading"));
  await running;
  assert.deepEqual(turn.queue.with("yield"), [["yield", 1, { step: 1 }, 0]]);
});

Deno.test("a checkpoint whose answer does not come is not waited for when the time is up", async () => {
  const { reached, reach } = milestone();
  const turn = turnOf(async function* () {
    yield { step: 1 };
    return { outcome: "done" };
  }, {
    queue: {
      instead: {
        save: () => {
          reach();
          return forever;
        },
      },
    },
  });
  const running = turn.run();
  await reached;
  turn.stop.abort(new Stopped("deadline"));
  await running;
  assert.deepEqual(turn.queue.told, [["save", 1, { step: 1 }], ["yield", 1, { step: 1 }, 0]]);
});

Deno.test("an error of ours spends an attempt, with its code, its hint and the wait that was asked for", async () => {
  for (const retryAfterSeconds of [undefined, 0, 17]) {
    const turn = turnOf(async function* () {
      yield* [];
      throw new PipelineError(problem, { retryAfterSeconds });
    });
    await turn.run();
    const how = { final: false, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    assert.deepEqual(turn.queue.told, [["fail", 1, problem, how]]);
    assert.equal(turn.summary().code, "quota_used_up");
    assert.equal(turn.lines.length, 1);
  }
});

Deno.test("a foreign error is internal_error to the queue, and its text is nowhere", async () => {
  const turn = turnOf(async function* () {
    yield* [];
    throw new TypeError("CANARY xoxb-1");
  });
  await turn.run();
  const [, , told, how] = turn.queue.told[0] ?? [];
  assert.equal(z.object({ code: z.string() }).parse(told).code, "internal_error");
  assert.deepEqual(how, { final: false });
  assert.doesNotMatch(JSON.stringify([turn.queue.told, turn.lines]), /CANARY|xoxb/);
  assert.equal(turn.summary().code, "internal_error");
  const [fault] = turn.lines;
  assert.equal(fault?.level, "error");
  assert.equal(fault?.error, "TypeError");
  assert.match(JSON.stringify(fault?.at), /run_ticket_test\.ts:\d+/);
});

Deno.test("a kind that this version does not know waits a minute for the version that does", async () => {
  const turn = turnOf(() => outcomeOnly({ outcome: "done" }), { ticket: { kind: "paint" } });
  await turn.run();
  assert.deepEqual(turn.queue.told, [["yield", 1, {}, 60, "unknown_kind"]]);
  assert.equal(turn.summary().code, "unknown_kind");
});

Deno.test("a payload of the wrong shape is final, and the handler never runs", async () => {
  const turn = turnOf(() => {
    throw new Error("ran");
  }, { ticket: { payload: { to: "CANARY" } } });
  await turn.run();
  const [verb, , told, how] = turn.queue.told[0] ?? [];
  const { code, message } = z.object({ code: z.string(), message: z.string() }).parse(told);
  assert.equal(verb, "fail");
  assert.equal(code, "malformed_payload");
  assert.match(message, /"count".*expected number/s);
  assert.doesNotMatch(message, /CANARY/);
  assert.equal(z.object({ final: z.boolean() }).parse(how).final, true);
  assert.equal(turn.summary().outcome, "dead");
});

for (const verb of ["save", "finish", "yield", "fail"] as const) {
  Deno.test(`a database that does not take '${verb}' never makes the turn throw`, async () => {
    const ways: Record<typeof verb, Outcome> = {
      save: { outcome: "done" },
      finish: { outcome: "done" },
      yield: { outcome: "yield", afterSeconds: 1, reason: problem },
      fail: { outcome: "failed", problem, final: false },
    };
    const turn = turnOf(() => outcomeOnly(ways[verb]), { queue: { instead: { [verb]: unreachable } } });
    await turn.run();
    // What could not be said is not lost: the attempt is given back with the reason, if the database takes that.
    const expected = verb === "fail" ? "unsaid" : "queued";
    assert.equal(turn.summary().outcome, expected);
  });
}

Deno.test("a database that takes nothing at all leaves the ticket to its lease, and the log says so", async () => {
  const instead = { save: unreachable, finish: unreachable, yield: unreachable, fail: unreachable };
  const turn = turnOf(() => outcomeOnly({ outcome: "done" }), { queue: { instead } });
  await turn.run();
  assert.equal(turn.summary().outcome, "unsaid");
  assert.equal(turn.lines.find(({ event }) => event === "ticket_failed")?.error_code, "database_unreachable");
});

Deno.test("a handler left at a checkpoint that could not be saved still cleans up", async () => {
  let cleaned = false;
  const turn = turnOf(async function* () {
    try {
      yield { step: 1 };
      return { outcome: "done" };
    } finally {
      cleaned = true;
    }
  }, { queue: { instead: { save: unreachable } } });
  await turn.run();
  assert.equal(cleaned, true);
});

Deno.test("the summary line says kind, ticket, person, counters, outcome and duration", async () => {
  const turn = turnOf(() => outcomeOnly({ outcome: "done" }), {
    ticket: { id: 42, attempt: 2, crashes: 1, turn: 3 },
  });
  await turn.run();
  assert.deepEqual(turn.summary(), {
    kind: "count",
    ticket_id: 42,
    user_id: "22222222-2222-4222-8222-222222222222",
    attempt: 2,
    crashes: 1,
    turns: 3,
    outcome: "done",
    duration_ms: 5,
  });
});

Deno.test("counters that stand at zero and a person that is nobody are left out of the summary", async () => {
  const turn = turnOf(() => outcomeOnly({ outcome: "done" }), { ticket: { user_id: null } });
  await turn.run();
  assert.deepEqual(Object.keys(turn.summary()), ["kind", "ticket_id", "attempt", "outcome", "duration_ms"]);
});
