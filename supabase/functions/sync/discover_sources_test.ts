import assert from "node:assert/strict";
import { Stopped } from "@shared/work/run_ticket.ts";
import type { Discovery } from "./platforms/connector.ts";
import { beginning, connectionId, held, nothing, turn } from "./sync_turn.ts";

Deno.test("discovery stores the people first, so that names are known, and then ends its ticket with the sources", async () => {
  const found: Discovery = {
    sources: [{ external_id: "C01", kind: "channel", name: "#general", metadata: { num_members: 3 } }],
    ranked: ["C01"],
    people: [{ external_id: "U01", name: "Ana", email: "ana@acme.example" }],
  };
  const { database, queue, summary } = await turn("discover_sources", {
    discover: () => Promise.resolve(found),
  });
  assert.deepEqual(database.asked, [
    { name: "begin_sync", args: held },
    { name: "store_people", args: { p_connection: connectionId, p_people: found.people } },
    { name: "finish_discovery", args: { ...held, p_sources: found.sources, p_ranked: found.ranked } },
  ]);
  assert.deepEqual(queue.told, [["save", 1, { sources: 1, people: 1 }]]);
  assert.equal(summary["outcome"], "done");
});

Deno.test("a stop during discovery hands the ticket back and ends nothing", async () => {
  const stop = new AbortController();
  const { queue, database } = await turn("discover_sources", {
    discover: () => {
      stop.abort(new Stopped("unloading"));
      return Promise.resolve(nothing);
    },
  }, { stop });
  assert.deepEqual(queue.told, [["yield", 1, {}, 0]]);
  assert.deepEqual(database.asked.map(({ name }) => name), ["begin_sync"]);
});

Deno.test("a slot that comes soon after another sync calls nothing", async () => {
  const { opened, queue, summary } = await turn("discover_sources", {}, {
    rpc: { begin_sync: () => ({ ...beginning, unit: null, cursor: null, too_soon: true }) },
  });
  assert.deepEqual(opened, []);
  assert.deepEqual(queue.told, [["finish", 1, { skipped: "too_soon" }]]);
  assert.equal(summary["outcome"], "done");
});
