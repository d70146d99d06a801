import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { Stopped } from "@shared/work/run_ticket.ts";
import { beginning, connectionId, held, page, turn } from "./sync_turn.ts";

Deno.test("a unit is read from its stored cursor, and each page is stored with its cursor before its checkpoint", async () => {
  const order: string[] = [];
  let from: unknown;
  const scene = await turn("sync_unit", {
    async *sync(read, cursor) {
      from = [read, cursor];
      for (const at of [4, 5]) {
        order.push(`read ${at}`);
        yield await Promise.resolve(page(at));
      }
    },
  }, {
    rpc: {
      store_page: ({ p_page }) => {
        order.push(`store ${JSON.stringify(Object(p_page).cursor)}`);
        return { stored: 1, changed: 1, deleted: 0 };
      },
    },
  });
  assert.deepEqual(from, [{
    id: "C01",
    sources: [{ externalId: "C01", kind: "channel", name: "#general", metadata: { is_private: false } }],
    threads: [],
  }, { at: 3 }]);
  assert.deepEqual(order, ["read 4", 'store {"at":4}', "read 5", 'store {"at":5}']);
  assert.deepEqual(scene.queue.told, [
    ["save", 1, { pages: 1, items: 1, changed: 1, deleted: 0 }],
    ["save", 1, { pages: 2, items: 2, changed: 2, deleted: 0 }],
  ]);
  assert.deepEqual(scene.database.argumentsOf("finish_unit"), [{
    ...held,
    p_result: { pages: 2, items: 2, changed: 2, deleted: 0 },
  }]);
  const [stored] = scene.database.argumentsOf("store_page");
  assert.deepEqual(stored, {
    ...held,
    p_page: { items: [{ ...page(4).items[0], content: "Message 4" }], cursor: { at: 4 } },
  });
  assert.equal(scene.summary["outcome"], "done");
  assert.deepEqual(
    scene.opened.map(({ connection, platform, tokens }) => [connection.id, platform, tokens.access_token]),
    [[connectionId, "slack", "v1.sealed"]],
  );
});

Deno.test("a stop between two pages keeps what is stored, and the next turn counts on from it", async () => {
  const stop = new AbortController();
  let cleaned = false;
  const first = await turn("sync_unit", {
    async *sync() {
      try {
        yield await Promise.resolve(page(4));
        stop.abort(new Stopped("deadline"));
        yield page(5);
      } finally {
        cleaned = true;
      }
    },
  }, { stop });
  const progress = { pages: 1, items: 1, changed: 1, deleted: 0 };
  assert.deepEqual(first.queue.told, [["save", 1, progress], ["yield", 1, progress, 0]]);
  assert.equal(first.database.argumentsOf("store_page").length, 1);
  assert.deepEqual(first.database.argumentsOf("finish_unit"), []);
  assert.equal(cleaned, true);

  const next = await turn("sync_unit", {
    async *sync() {
      yield await Promise.resolve(page(5));
    },
  }, { ticket: { progress, turn: 1 } });
  assert.deepEqual(next.database.argumentsOf("finish_unit"), [{
    ...held,
    p_result: { pages: 2, items: 2, changed: 2, deleted: 0 },
  }]);
});

Deno.test("a page that is refused because the lease was lost ends the turn without a word", async () => {
  const lost = new PipelineError({ code: "lease_lost", message: "Its lease was lost.", status: 409 });
  const scene = await turn("sync_unit", {
    async *sync() {
      yield await Promise.resolve(page(4));
    },
  }, { rpc: { store_page: () => Promise.reject(lost) } });
  assert.deepEqual(scene.queue.told, []);
  assert.equal(scene.summary["outcome"], "lease_lost");
});

Deno.test("what a page says of items, listings and failing sources is stored as it says it", async () => {
  const said = {
    ...page(4),
    seen: [{ container_id: "C01", item_id: "3", sources: ["C01"] }, { container_id: "C01", item_id: "2" }],
    gone: [{ container_id: "C01", item_id: "1" }],
    enumerated: [{ began: "2026-11-23T09:00:00Z", container_id: "C01", thread_id: null }],
    failed: [{ source: "C01", error: "access_denied" as const, message: "Not in the channel." }],
    progress: { percent: 40, secondsLeft: 90 },
  };
  const scene = await turn("sync_unit", {
    async *sync() {
      yield await Promise.resolve(said);
    },
  });
  const [stored] = scene.database.argumentsOf("store_page");
  assert.deepEqual(Object(stored).p_page, {
    ...said,
    items: [{ ...page(4).items[0], content: "Message 4" }],
  });
});

Deno.test("a unit of which everything was deselected since is not read, and ends", async () => {
  const scene = await turn("sync_unit", {
    async *sync() {
      yield await Promise.reject(new Error("read"));
    },
  }, { rpc: { begin_sync: () => ({ ...beginning, unit: { id: "C01", sources: [], threads: [] } }) } });
  assert.equal(scene.summary["outcome"], "done");
});

Deno.test("a connector asks what is stored of its own connection only", async () => {
  const known: unknown[] = [];
  const scene = await turn("sync_unit", {
    async *sync(_unit, _cursor, pass) {
      yield* [];
      known.push(...await pass.stored("C01", ["1", "2"]), ...await pass.stored("C01", []));
    },
  }, {
    rpc: {
      stored_items: () => [{
        item_id: "1",
        sources: ["C01"],
        metadata: { reply_count: 2 },
        edited_at: "2026-11-23T10:00:00+00:00",
        source_timestamp: "2026-11-23T09:00:00+00:00",
        deleted: false,
      }],
    },
  });
  assert.deepEqual(known, [["1", {
    sources: ["C01"],
    metadata: { reply_count: 2 },
    editedAt: "2026-11-23T10:00:00+00:00",
    sourceTimestamp: "2026-11-23T09:00:00+00:00",
    deleted: false,
  }]]);
  assert.deepEqual(scene.database.argumentsOf("stored_items"), [{
    p_connection: connectionId,
    p_platform: "slack",
    p_container: "C01",
    p_ids: ["1", "2"],
  }]);
});
