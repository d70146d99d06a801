/** A worker that dies at any of its calls: the version is written once all the same, by whoever comes after it. */
import assert from "node:assert/strict";
import type { PipelineDatabase, RpcResult } from "@shared/db/pipeline_database.ts";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import { write } from "../../../scripts/local/emulators/writer.ts";
import { type Crash, type Guard, guardOf } from "./delivery/crash_stand_in.ts";
import { generateDeliverable } from "./generate_deliverable.ts";
import { type WritingModel, writingModel } from "./run_model_stand_in.ts";
import { deliverableId, gatheredItem, legal, runOf, seenAt } from "./run_stand_in.ts";

const ticket = claimedTicket({ kind: "generate_deliverable", payload: { deliverable_id: deliverableId } });
const log = createLog({ write: () => {} });

/** What lasts between workers: the version, as the database's functions keep it, and what was reserved. */
function lasting(rows: RpcResult<"gather_evidence">, run = runOf()) {
  let status: "none" | "generating" | "generated" | "skipped" = "none";
  let versions = 0;
  const drafts: string[] = [];
  const open = new Set<number>();
  let reserved = 0;
  const refuse = (code: string): never => {
    throw new PipelineError({ code, message: code, status: 409 });
  };
  const end = (as: "generated" | "skipped") => {
    if (status !== "generating") refuse("no_open_version");
    status = as;
  };
  const database = rpcStandIn({
    begin_version() {
      if (status === "generated" || status === "skipped") refuse("lease_lost");
      if (status === "none") versions += 1;
      status = "generating";
      return run as never;
    },
    gather_evidence: () => rows,
    evidence_fingerprint: () => "fingerprint",
    search_platform_content: () => [],
    current_evidence: ({ p_items }) =>
      (p_items as { id: string; revision: number }[]).map(({ id, revision }) => ({
        id,
        revision,
        current_revision: revision,
        readable: true,
      })),
    budget_left: () => 5,
    reserve_spend() {
      open.add(++reserved);
      return reserved;
    },
    settle_spend({ p_id }): undefined {
      open.delete(p_id);
    },
    finish_version({ p_version }) {
      end("generated");
      drafts.push((p_version as { draft: string }).draft);
      return {};
    },
    skip_version(): undefined {
      end("skipped");
    },
  });
  return {
    database,
    drafts,
    open,
    get versions() {
      return versions;
    },
    get ended() {
      return status === "generated" || status === "skipped";
    },
  };
}

/** One worker's turn, all of whose words go through its guard. */
async function work(model: WritingModel, database: PipelineDatabase, guard: Guard): Promise<void> {
  const queue = queueStandIn();
  const guarded: PipelineDatabase = {
    call: (name, args, signal) => guard.make(() => database.call(name, args, signal)),
  };
  await runTicket(ticket, {
    queue: {
      ...queue,
      save: (tickets) => guard.make(() => queue.save(tickets)),
      fail: (...told) => guard.make(() => queue.fail(...told)),
      yield: (...told) => guard.make(() => queue.yield(...told)),
    },
    handlers: {
      generate_deliverable: generateDeliverable({
        environment: model.environment,
        database: guarded,
        log,
        egress: () => Promise.reject(new Error("The model has a way out of its own")),
      }),
    },
    log,
    stop: new AbortController(),
    clock: () => 0,
  });
}

const news = [gatheredItem(1), gatheredItem(2), gatheredItem(3, { source_id: legal })] as RpcResult<
  "gather_evidence"
>;
const scenes = [
  ["a text", news, runOf(), 15],
  [
    "a sign of life",
    [],
    runOf({ seen: seenAt("2026-11-22T09:00:00Z"), deliverable: { when_unchanged: "heartbeat" } }),
    4,
  ],
  ["a run without news", [], runOf({ seen: seenAt("2026-11-22T09:00:00Z") }), 3],
] as const;

for (const [what, rows, run, fewest] of scenes) {
  // On Deno 2.1 a closed HTTP server of Node's leaves an interval behind, which is the emulator's and not ours.
  Deno.test({
    name: `${what}: dead before or after any call, it is written once by whoever comes next`,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using model = await writingModel(write);
      const whole = lasting([...rows], run);
      const counted = guardOf();
      await work(model, whole.database, counted);
      assert.ok(whole.ended && counted.calls >= fewest, `${counted.calls} calls`);
      for (let at = 1; at <= counted.calls; at++) {
        for (const when of ["before", "after"] as const) {
          const crash: Crash = { at, when };
          const kept = lasting([...rows], run);
          await work(model, kept.database, guardOf(crash));
          if (!kept.ended) await work(model, kept.database, guardOf());
          const point = `${when} call ${at} of ${counted.calls}`;
          assert.deepEqual([kept.ended, kept.versions], [true, 1], point);
          assert.deepEqual(kept.drafts, whole.drafts, point);
          assert.ok(
            kept.open.size <= 1,
            `${point}: at most the dead worker's own reservation runs out by itself`,
          );
        }
      }
    },
  });
}
