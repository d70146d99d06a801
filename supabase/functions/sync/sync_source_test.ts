import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { Stopped } from "@shared/work/run_ticket.ts";
import { connectionId, held, page, turn } from "./sync_turn.ts";

Deno.test("a source is read from its stored cursor, and each page is stored with its cursor before its checkpoint", async () => {
  const order: string[] = [];
  let from: unknown;
  const scene = await turn("sync_source", {
    async *sync(read, cursor) {
      from = [read, cursor];
      for (const at of [4, 5]) {
        order.push(`read ${at}`);
        yield await Promise.resolve(page(at));
      }
    },
  }, {
    rpc: {
      store_page: ({ p_cursor }) => {
        order.push(`store ${JSON.stringify(p_cursor)}`);
        return { stored: 1, changed: 1 };
      },
    },
  });
  assert.deepEqual(from, [{ externalId: "C01", name: "#general", metadata: { is_private: false } }, {
    at: 3,
  }]);
  assert.deepEqual(order, ["read 4", 'store {"at":4}', "read 5", 'store {"at":5}']);
  assert.deepEqual(scene.queue.told, [
    ["save", 1, { pages: 1, items: 1, changed: 1 }],
    ["save", 1, { pages: 2, items: 2, changed: 2 }],
  ]);
  assert.deepEqual(scene.database.argumentsOf("finish_source"), [{
    ...held,
    p_result: { pages: 2, items: 2, changed: 2 },
  }]);
  const [stored] = scene.database.argumentsOf("store_page");
  assert.deepEqual(stored, {
    ...held,
    p_items: [{ ...page(4).items[0], content: "Message 4" }],
    p_cursor: { at: 4 },
  });
  assert.equal(scene.summary["outcome"], "done");
  assert.deepEqual(scene.opened.map(({ connection, accessToken }) => [connection.id, accessToken]), [
    [connectionId, "v1.sealed"],
  ]);
});

Deno.test("a stop between two pages keeps what is stored, and the next turn counts on from it", async () => {
  const stop = new AbortController();
  let cleaned = false;
  const first = await turn("sync_source", {
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
  const progress = { pages: 1, items: 1, changed: 1 };
  assert.deepEqual(first.queue.told, [["save", 1, progress], ["yield", 1, progress, 0]]);
  assert.equal(first.database.argumentsOf("store_page").length, 1);
  assert.deepEqual(first.database.argumentsOf("finish_source"), []);
  assert.equal(cleaned, true);

  const next = await turn("sync_source", {
    async *sync() {
      yield await Promise.resolve(page(5));
    },
  }, { ticket: { progress, turn: 1 } });
  assert.deepEqual(next.database.argumentsOf("finish_source"), [{
    ...held,
    p_result: { pages: 2, items: 2, changed: 2 },
  }]);
});

Deno.test("a page that is refused because the lease was lost ends the turn without a word", async () => {
  const lost = new PipelineError({ code: "lease_lost", message: "Its lease was lost.", status: 409 });
  const scene = await turn("sync_source", {
    async *sync() {
      yield await Promise.resolve(page(4));
    },
  }, { rpc: { store_page: () => Promise.reject(lost) } });
  assert.deepEqual(scene.queue.told, []);
  assert.equal(scene.summary["outcome"], "lease_lost");
});
