import assert from "node:assert/strict";
import type { RpcResult } from "@shared/db/pipeline_database.ts";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { charactersPerItem, gather, windowStart } from "./gather.ts";
import { contentId, evidenceItem, launch, legal, runOf, userId } from "./run_stand_in.ts";

type Row = RpcResult<"gather_evidence">[number];
const now = new Date("2026-11-23T09:00:00Z");
const never = new AbortController().signal;
const daysBefore = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);
const scheduled = (frequency: string, last_run_at: string | null = null) =>
  runOf({ last_run_at, deliverable: { schedule: { frequency } } });

/** A row as `pipeline.gather_evidence` returns it. */
function row(n: number, parts: Partial<Row> = {}): Row {
  const { content_type: _, thread_id: __, ...item } = evidenceItem(n);
  return {
    title: "",
    permalink: "",
    source_name: "#launch",
    author: "Maya",
    ...item,
    content_type: "message",
    thread_id: "",
    source_id: launch,
    changed_at: item.source_timestamp,
    total: 1,
    ...parts,
  } as Row;
}

function gathering(rows: Row[], run = runOf()) {
  const database = rpcStandIn({ gather_evidence: () => rows });
  return { database, gathered: gather(database, run, now, never) };
}

Deno.test("a version of a rhythm looks back over its whole rhythm", () => {
  for (
    const [frequency, days] of [
      ["hourly", 1],
      ["daily", 1],
      ["weekly", 7],
      ["biweekly", 14],
      ["monthly", 31],
      ["cron", 7],
      ["once", 7],
    ] as const
  ) {
    assert.deepEqual(windowStart(scheduled(frequency), now), daysBefore(days), frequency);
  }
  assert.deepEqual(windowStart(runOf({ deliverable: { schedule: null } }), now), daysBefore(7));
});

Deno.test("after a pause it looks back to the last version; a recent version does not shorten the rhythm", () => {
  assert.deepEqual(windowStart(scheduled("daily", daysBefore(5).toISOString()), now), daysBefore(5));
  assert.deepEqual(windowStart(scheduled("weekly", daysBefore(1).toISOString()), now), daysBefore(7));
});

Deno.test("the database is asked for what changed since the last version, in the run's sources only", async () => {
  const first = gathering([]);
  assert.deepEqual(await first.gathered, { items: [], total: 0 });
  assert.deepEqual(first.database.argumentsOf("gather_evidence"), [{
    p_user: userId,
    p_sources: [launch, legal],
    p_changed_since: "1970-01-01T00:00:00.000Z",
    p_from: daysBefore(1).toISOString(),
    p_limit: 300,
  }]);

  const later = gathering([], scheduled("daily", "2026-11-22T09:00:00.123456+00:00"));
  await later.gathered;
  const [asked] = later.database.argumentsOf("gather_evidence") as { p_changed_since: string }[];
  // To the microsecond: rounded up, an item of the same millisecond would be lost.
  assert.equal(asked?.p_changed_since, "2026-11-22T09:00:00.123456+00:00");
});

Deno.test("items come oldest first within their source, sources in the run's order", async () => {
  const at = (source_timestamp: string) => ({ source_timestamp });
  const { gathered } = gathering([
    row(1, { ...at("2026-11-23T08:00:00.5+00:00") }),
    row(2, { ...at("2026-11-23T08:59:00+00:00"), source_id: legal }),
    row(3, { ...at("2026-11-23T08:00:00+00:00") }),
    row(4, { ...at("2026-11-23T08:00:00.25+00:00") }),
    row(5, { ...at("2026-11-23T07:00:00+00:00"), source_id: legal }),
  ]);
  const { items } = await gathered;
  assert.deepEqual(items.map(({ id }) => id), [3, 4, 1, 5, 2].map(contentId));
});

Deno.test("when the budget of characters runs out, what the database put last is left out, and still counted", async () => {
  const rows = Array.from({ length: 80 }, (_, n) => row(n, { content: "x".repeat(5000), total: 412 }));
  const { items, total } = await gathering(rows).gathered;
  assert.equal(items.length, 50, "60,000 characters of 1,200 each");
  assert.equal(total, 412);
  assert.deepEqual(new Set(items.map(({ id }) => id)), new Set(rows.slice(0, 50).map(({ id }) => id)));

  const short = await gathering(Array.from({ length: 80 }, (_, n) => row(n, { content: "short" }))).gathered;
  assert.equal(short.items.length, 80);
  assert.ok(charactersPerItem < 60_000, "one item alone always fits");
});

Deno.test("a row that is no evidence is a fault and not an item", async () => {
  await assert.rejects(gathering([row(1, { platform: "fax" as Row["platform"] })]).gathered);
});
