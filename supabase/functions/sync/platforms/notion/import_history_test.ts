import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { clockOf, DAY, source, sourcesIn } from "./truth_check.ts";
import { NotionStore, openNotion } from "./workplace_notion.ts";

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 5, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

function tasks(workplace: Workplace) {
  const { places } = workplace.notion.workspace;
  return workplace.notion.truth().pages.filter(({ dataSource }) => dataSource === places.tables.tasks);
}

Deno.test("rows are imported back to a day, beyond what a tier syncs, and the unit's cursor stays as it is", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const database = sourcesIn(workplace).tasks;
  const store = new NotionStore("free", clockOf(workplace), 10);
  await store.sync(connector, [database]);
  const cursor = structuredClone(store.cursor);
  await store.import(connector, database, { days: 30, items: 1000, threads: false });
  const since = new Date(workplace.clock.now().getTime() - 30 * DAY).toISOString();
  const wanted = tasks(workplace).filter(({ lastEditedTime }) => lastEditedTime >= since).map(({ id }) => id);
  assert.ok(wanted.length > 20 && wanted.length < tasks(workplace).length);
  assert.deepEqual([...store.rows.keys()].toSorted(), wanted.toSorted());
  assert.deepEqual(store.cursor, cursor);
  assert.ok([...store.rows.values()].every(({ sources }) => sources.join() === database.externalId));
});

Deno.test("an import ends at its number of items, and goes on from its cursor when it is stopped", async () => {
  await using workplace = await openWorkplace();
  const database = sourcesIn(workplace).tasks;
  const store = new NotionStore("free", clockOf(workplace));
  const scope = { days: null, items: 73, threads: false };
  let cursor = null;
  for (let turn = 0; turn < 60; turn += 1) {
    const { connector } = openNotion(workplace, workplace.notion.connection);
    cursor = await store.import(connector, database, scope, cursor, 3);
  }
  const edits = tasks(workplace).map(({ lastEditedTime }) => lastEditedTime).toSorted().toReversed();
  assert.ok(store.rows.size >= 73 && store.rows.size < 80, String(store.rows.size));
  assert.ok([...store.rows.values()].every(({ item }) => item.source_timestamp >= (edits[78] ?? "")));
});

Deno.test("one page is imported as it stands, and keeps the sources it had", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const [row] = tasks(workplace);
  assert.ok(row);
  const database = sourcesIn(workplace).tasks;
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, [database]);
  workplace.notion.workspace.library.rename({ page: row.id, title: "Imported by hand" });
  workplace.clock.advance(DAY);
  const page = source("page", row.id);
  await store.import(connector, page, { days: null, items: 1, threads: false });
  assert.equal(store.rows.get(row.id)?.item.title, "Imported by hand");
  assert.deepEqual(store.rows.get(row.id)?.sources.toSorted(), [row.id, database.externalId].toSorted());
  const unknown = source("page", "00000000-0000-4000-8000-000000000000");
  await assert.rejects(store.import(connector, unknown, { days: null, items: 1, threads: false }), {
    code: "not_found",
  });
});
