import assert from "node:assert/strict";
import type { RpcArguments, RpcResult } from "@shared/db/pipeline_database.ts";
import { type RpcAnswers, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import { write } from "../../../scripts/local/emulators/writer.ts";
import { backtestDeliverable } from "./backtest_deliverable.ts";
import { writingModel } from "./run_model_stand_in.ts";
import { contentId, gatheredItem, runOf } from "./run_stand_in.ts";

const ticket = claimedTicket({
  kind: "backtest_deliverable",
  payload: { backtest_id: "88888888-8888-4888-8888-888888888888" },
});
const slots = ["2026-11-20T09:00:00+00:00", "2026-11-21T09:00:00+00:00", "2026-11-22T09:00:00+00:00"];

/** One turn of a backtest with the real SDK against the emulated model; the database keeps which slots were played. */
async function turn(options: { done?: number; news?: (slot: string) => number; database?: RpcAnswers } = {}) {
  const { news = () => 2 } = options;
  let done = options.done ?? 0;
  const lines: Record<string, unknown>[] = [];
  await using model = await writingModel(write);
  const ended = (): undefined => {
    done += 1;
  };
  const database = rpcStandIn({
    backtest_slots: () => slots.slice(done),
    begin_version: ({ p_as_of }) =>
      runOf({
        version: { id: contentId(slots.indexOf(p_as_of ?? "")), number: null, purpose: "backtest" },
        at: p_as_of ?? "",
      }),
    gather_evidence: ({ p_at }) =>
      Array.from(
        { length: news(p_at) },
        (_, n) =>
          gatheredItem(n + 1, { source_timestamp: new Date(Date.parse(p_at) - 60_000).toISOString() }),
      ) as RpcResult<"gather_evidence">,
    evidence_fingerprint: () => "fingerprint",
    search_platform_content: () => [],
    reserve_spend: () => 1,
    settle_spend: () => undefined,
    budget_left: () => 5,
    finish_version: () => {
      ended();
      return {};
    },
    skip_version: ended,
    ...options.database,
  });
  const queue = queueStandIn();
  const log = createLog({ level: "info", write: (line) => lines.push(JSON.parse(line)) });
  await runTicket(ticket, {
    queue,
    handlers: {
      backtest_deliverable: backtestDeliverable({
        environment: model.environment,
        database,
        log,
        egress: () => Promise.reject(new Error("The model has a way out of its own")),
      }),
    },
    log,
    stop: new AbortController(),
    clock: () => 0,
  });
  return {
    database,
    queue,
    begun: database.argumentsOf("begin_version").map((args) =>
      (args as RpcArguments<"begin_version">).p_as_of
    ),
    finished: database.argumentsOf("finish_version") as {
      p_version: { draft: string; usage: { cost_usd: number } };
    }[],
    outcome: lines.find(({ event }) => event === "ticket_ended")?.["outcome"],
  };
}
/** On Deno 2.1 a closed HTTP server of Node's leaves an interval behind, which is the emulator's and not ours. */
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });

test("each slot is played in order, as of its own instant, with a checkpoint before it, and then the ticket is done", async () => {
  const { begun, finished, queue, outcome } = await turn();
  assert.deepEqual(begun, slots);
  assert.equal(finished.length, 3);
  const costs = finished.map(({ p_version }) => p_version.usage.cost_usd);
  assert.ok(
    Math.min(...costs) > 0 && Math.max(...costs) < 1.2 * Math.min(...costs),
    "each has its own costs only",
  );
  const checkpoints = queue.with("save").map(([, , progress]) =>
    progress as { slot?: string; left?: number }
  );
  assert.deepEqual(checkpoints.flatMap(({ slot }) => slot ?? []), slots);
  assert.equal(outcome, "done");
  assert.deepEqual(queue.with("finish").map(([, , result]) => result), [{ played: 3 }]);
});

test("a slot without news is skipped with its reason, and the next one is played", async () => {
  const { database, finished } = await turn({ news: (slot) => slot === slots[1] ? 0 : 2 });
  assert.equal(finished.length, 2);
  const [skipped] = database.argumentsOf("skip_version") as RpcArguments<"skip_version">[];
  assert.deepEqual([skipped?.p_version_id, skipped?.p_reason], [contentId(1), "skipped_empty"]);
});

test("what was played before a crash is not played again", async () => {
  const { begun, outcome } = await turn({ done: 2 });
  assert.deepEqual([begun, outcome], [[slots[2]], "done"]);
  const none = await turn({ done: 3 });
  assert.deepEqual([none.begun, none.outcome], [[], "done"]);
});

test("it counts against the day and not against the cap of one run, and waits when the day is used up", async () => {
  const { database } = await turn();
  for (const reserved of database.argumentsOf("reserve_spend") as RpcArguments<"reserve_spend">[]) {
    assert.ok((reserved.p_run_cap_usd ?? 0) >= 1_000_000);
    assert.equal(reserved.p_cap_usd, undefined);
  }
  let calls = 0;
  const { queue, finished } = await turn({
    database: {
      reserve_spend: () => {
        // Each slot takes a look-up, a reading and the text.
        if (++calls > 3) {
          throw new PipelineError({ code: "budget_exceeded", message: "Used up", status: 402 });
        }
        return 1;
      },
    },
  });
  assert.equal(finished.length, 1);
  assert.deepEqual(queue.with("yield").map(([, , , seconds, reason]) => [seconds, reason]), [[
    15 * 3600,
    "deferred_budget",
  ]]);
});

test("a backtest that is gone ends for good, and nothing is written", async () => {
  const gone = () => {
    throw new PipelineError({ code: "unknown_backtest", message: "Gone", status: 404 });
  };
  const { queue, finished } = await turn({ database: { begin_version: gone } });
  assert.equal((queue.with("fail")[0]?.[3] as { final: boolean }).final, true);
  assert.equal(finished.length, 0);
});
