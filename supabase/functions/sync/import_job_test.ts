import assert from "node:assert/strict";
import { type RpcAnswers, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket, Stopped } from "@shared/work/run_ticket.ts";
import { importJob } from "./import_job.ts";
import { type Connector, PlatformError } from "./platforms/connector.ts";
import { beginning, connectionId, held, page } from "./sync_turn.ts";

const jobId = "66666666-6666-4666-8666-666666666666";
const source = { external_id: "C01", kind: "channel", name: "#general", metadata: { is_private: false } };
const begun = {
  scope: { days: 90, items: 3, threads: true },
  source,
  selected: ["C01", "C02"],
  cursor: null,
  items: 0,
  changed: 0,
  pages: 0,
};

/** Runs one turn of an import, as the worker does. */
async function turn(
  importHistory: Connector["importHistory"],
  options: { rpc?: RpcAnswers; stop?: AbortController } = {},
) {
  let items = 0;
  const database = rpcStandIn({
    begin_import: () => begun,
    begin_sync: () => ({ ...beginning, unit: null, cursor: null }),
    store_import_page: ({ p_page }) => {
      const count: number = Object(p_page).items.length;
      items += count;
      return { stored: count, changed: count, items };
    },
    needs_reauth: () => true,
    ...options.rpc,
  });
  const queue = queueStandIn();
  const lines: Record<string, unknown>[] = [];
  const connector: Connector = {
    discover: () => Promise.reject(new Error("nobody lists here")),
    sync: () => {
      throw new Error("An import is no sync");
    },
    importHistory,
  };
  await runTicket(
    claimedTicket({
      kind: "import_source",
      platform: "slack",
      payload: { connection_id: connectionId, platform: "slack", job_id: jobId },
    }),
    {
      queue,
      handlers: { import_source: importJob(database, () => Promise.resolve(connector)) },
      log: createLog({ write: (line) => lines.push(JSON.parse(line)) }),
      stop: options.stop ?? new AbortController(),
      clock: () => 0,
    },
  );
  return { database, queue, summary: lines.at(-1) ?? {} };
}

Deno.test("an import reads its source within its scope, and each page is stored with the import's cursor", async () => {
  let asked: unknown;
  const scene = await turn(async function* (from, scope, cursor, pass, selected) {
    asked = [from, scope, cursor, pass.tier, selected];
    yield await Promise.resolve(page(4));
    yield page(5);
  });
  assert.deepEqual(asked, [
    { externalId: "C01", kind: "channel", name: "#general", metadata: { is_private: false } },
    begun.scope,
    null,
    "free",
    begun.selected,
  ]);
  assert.deepEqual(
    scene.database.argumentsOf("store_import_page"),
    [4, 5].map((at) => ({
      ...held,
      p_page: { items: [{ ...page(at).items[0], content: `Message ${at}` }], cursor: { at } },
    })),
  );
  const result = { items: 2, changed: 2, pages: 2 };
  assert.deepEqual(scene.queue.told, [
    ["save", 1, { items: 1, changed: 1, pages: 1 }],
    ["save", 1, result],
    ["finish", 1, result],
  ]);
});

Deno.test("an import goes on from its own cursor, and stops at the number of items asked for", async () => {
  let from: unknown;
  let cleaned = false;
  const [first] = page(1).items;
  assert.ok(first);
  const scene = await turn(async function* (_source, _scope, cursor) {
    from = cursor;
    try {
      yield await Promise.resolve({ ...page(7), items: [first, first, first] });
      yield page(8);
    } finally {
      cleaned = true;
    }
  }, {
    rpc: {
      begin_import: () => ({ ...begun, cursor: { at: 6 }, items: 1, changed: 1, pages: 1 }),
      store_import_page: ({ p_page }) => ({
        stored: 2,
        changed: 2,
        items: 1 + Object(p_page).items.length,
      }),
    },
  });
  assert.deepEqual(from, { at: 6 });
  assert.equal(cleaned, true);
  assert.equal(scene.database.argumentsOf("store_import_page").length, 1);
  assert.deepEqual(scene.queue.told.at(-1), ["finish", 1, { items: 3, changed: 3, pages: 2 }]);
});

Deno.test("an import whose last page is stored already calls nothing", async () => {
  const scene = await turn(() => {
    throw new Error("nobody reads");
  }, { rpc: { begin_import: () => ({ ...begun, items: 3, changed: 2, pages: 9 }) } });
  assert.deepEqual(scene.queue.told, [["finish", 1, { items: 3, changed: 2, pages: 9 }]]);
});

Deno.test("a cancelled import stops between two pages and keeps what is stored", async () => {
  const stop = new AbortController();
  const scene = await turn(async function* () {
    yield await Promise.resolve(page(4));
    stop.abort(new Stopped("cancelled"));
    yield page(5);
  }, { stop });
  assert.equal(scene.database.argumentsOf("store_import_page").length, 1);
  assert.deepEqual(scene.queue.told.at(-1), ["yield", 1, { items: 1, changed: 1, pages: 1 }, 0]);
});

Deno.test("a rate limit is waited for, a dead token marks the connection, and a failing source fails the import", async () => {
  const limited = await turn(() => {
    throw new PlatformError("rate_limited", "Slack asks to wait.", { retryAfterSeconds: 30 });
  });
  assert.deepEqual(limited.queue.told.map((one) => [one[0], one[3]]), [["yield", 30]]);

  const dead = await turn(() => {
    throw new PlatformError("needs_reauth", "The token was revoked.");
  });
  assert.deepEqual(dead.database.argumentsOf("needs_reauth"), [{
    p_connection: connectionId,
    p_reason: "The token was revoked.",
  }]);
  assert.equal(dead.summary["code"], "needs_reauth");

  const closed = await turn(async function* () {
    const failed = [{ source: "C01", error: "access_denied" as const, message: "Not in the channel." }];
    yield await Promise.resolve({ ...page(4), failed });
  });
  assert.deepEqual(closed.database.argumentsOf("store_import_page"), []);
  const [word, , problem, end] = closed.queue.told.at(-1) ?? [];
  assert.deepEqual([word, Object(problem).code, Object(end).final], ["fail", "access_denied", true]);
});

Deno.test("an import that was superseded, deselected or removed ends without another attempt", async () => {
  for (const code of ["unknown_import", "source_not_selected", "import_superseded", "unknown_connection"]) {
    const gone = new PipelineError({ code, message: "It is gone.", status: 404 });
    const scene = await turn(async function* () {}, { rpc: { begin_import: () => Promise.reject(gone) } });
    const [word, , problem, end] = scene.queue.told.at(-1) ?? [];
    assert.deepEqual([word, Object(problem).code, Object(end).final], ["fail", code, true]);
  }
});
