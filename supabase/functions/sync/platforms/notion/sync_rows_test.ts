import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import type { Pass } from "../connector.ts";
import { assertTrue, clockOf, DAY, HOUR, sourcesIn } from "./truth_check.ts";
import { NotionStore, openNotion } from "./workplace_notion.ts";

/** The workplace opens in the middle of a minute, stands still and meters no call. */
async function openWorkplace(days = 5): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

/** Ids of the tasks, newest edit first, and how they were edited. */
function newest(workplace: Workplace): { id: string; edited: string }[] {
  const { library, places } = workplace.notion.workspace;
  return workplace.notion.truth().pages.filter(({ dataSource }) => dataSource === places.tables.tasks)
    .map(({ id, lastEditedTime }) => ({ id, edited: lastEditedTime }))
    .toSorted((one, other) => other.edited.localeCompare(one.edited))
    .filter(({ id }) => !library.isTrashed(id));
}

/** Whether the store holds the newest so many tasks; those of the last minute in any number. */
function assertNewest(workplace: Workplace, store: NotionStore, count: number): void {
  const all = newest(workplace);
  const edge = all[count - 1]?.edited ?? "";
  const live = new Set([...store.rows].filter(([, { deleted }]) => !deleted).map(([id]) => id));
  for (const { id, edited } of all) {
    if (edited > edge) assert.ok(live.has(id), `a row of ${edited} is not held`);
    if (edited < edge) assert.ok(!live.has(id), `a row of ${edited} is held`);
  }
  assert.equal(live.size, Math.min(count, all.length));
}

async function tasksOf(tier: Pass["tier"], rowsPerPass: number) {
  const workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { tasks } = sourcesIn(workplace);
  const store = new NotionStore(tier, clockOf(workplace), rowsPerPass);
  const pass = async (hours = 6) => {
    workplace.clock.advance(hours * HOUR);
    await store.sync(connector, [tasks]);
  };
  return { workplace, store, tasks, pass };
}

Deno.test("on Free the newest rows of one pass are what is synced; a row that falls out of them is no deletion", async () => {
  const { workplace, store, pass } = await tasksOf("free", 20);
  await using _ = workplace;
  const { library, places } = workplace.notion.workspace;
  await pass();
  assertNewest(workplace, store, 20);
  const first = new Set(store.rows.keys());
  for (let day = 0; day < 3; day += 1) {
    for (let n = 0; n < 5; n += 1) {
      library.addRow({ dataSource: places.tables.tasks, title: `New ${day}.${n}` });
    }
    await pass(24);
  }
  assert.deepEqual(store.deletions, []);
  assert.ok([...first].every((id) => store.rows.get(id)?.deleted === false));
  assert.equal(store.rows.size, 35);
});

Deno.test("on Free a row among the newest that is gone is missed by two passes and then deleted", async () => {
  const { workplace, store, pass } = await tasksOf("free", 20);
  await using _ = workplace;
  const { library } = workplace.notion.workspace;
  await pass();
  const [, , third] = newest(workplace);
  assert.ok(third);
  library.purge({ page: third.id });
  await pass();
  assert.deepEqual(store.deletions, []);
  await pass();
  assert.deepEqual(store.deletions, [third.id]);
});

Deno.test("on Starter each pass reads on, up to three passes' worth of rows", async () => {
  const { workplace, store, pass } = await tasksOf("starter", 20);
  await using _ = workplace;
  for (const count of [20, 40, 60, 60, 60]) {
    await pass(1);
    assertNewest(workplace, store, count);
  }
});

Deno.test("on Pro the passes go on to the last row, however many there are, and deletions are seen then", async () => {
  const { workplace, store, tasks, pass } = await tasksOf("pro", 25);
  await using _ = workplace;
  const { library, places } = workplace.notion.workspace;
  for (const count of [25, 50]) {
    await pass(1);
    assertNewest(workplace, store, count);
  }
  // What is edited meanwhile comes first and takes nothing from the rest.
  const [oldest] = newest(workplace).toReversed();
  assert.ok(oldest);
  library.setProperty({ page: oldest.id, name: "Estimate", value: 12 });
  library.addRow({ dataSource: places.tables.tasks, title: "Meanwhile" });
  for (let n = 0; n < 12; n += 1) await pass(1);
  assertTrue(workplace, store, [tasks]);
  assert.deepEqual(store.deletions, []);
  library.trash({ page: oldest.id });
  await pass(24);
  assertTrue(workplace, store, [tasks]);
});

Deno.test("more rows of one minute than a pass reads are all read in the end", async () => {
  const { workplace, store, tasks, pass } = await tasksOf("pro", 10);
  await using _ = workplace;
  const { library, places } = workplace.notion.workspace;
  for (let n = 0; n < 35; n += 1) library.addRow({ dataSource: places.tables.tasks, title: `Imported ${n}` });
  for (let n = 0; n < 40; n += 1) await pass(1);
  assertTrue(workplace, store, [tasks]);
});

Deno.test("a container of two data sources is one database: its newest rows count together", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { customers } = sourcesIn(workplace);
  const { library, places } = workplace.notion.workspace;
  for (let n = 0; n < 4; n += 1) {
    workplace.clock.advance(HOUR);
    const dataSource = n % 2 === 0 ? places.tables.customers : places.tables.requests;
    library.addRow({ dataSource, title: `Row ${n}` });
  }
  const store = new NotionStore("free", clockOf(workplace), 3);
  await store.sync(connector, [customers]);
  assert.deepEqual([...store.rows.values()].map(({ item }) => item.title).toSorted(), [
    "Row 1",
    "Row 2",
    "Row 3",
  ]);
});

Deno.test("a row that is edited while several answers are listed is not missed", async () => {
  const { workplace, store, pass } = await tasksOf("pro", 300);
  await using _ = workplace;
  const { library } = workplace.notion.workspace;
  await pass();
  await pass();
  const oldest = newest(workplace).at(-1);
  assert.ok(oldest);
  for (let day = 0; day < 3; day += 1) {
    // Each listing of all rows finds it moved from behind to the front between two of its answers.
    workplace.clock.advance(DAY);
    workplace.notion.faults.clear();
    workplace.notion.faults.at({
      ...{ method: "dataSources.query", call: 1 },
      after: () => library.setProperty({ page: oldest.id, name: "Estimate", value: day + 1 }),
    });
    await pass(0);
  }
  assert.deepEqual(store.deletions, []);
  assert.equal(store.rows.get(oldest.id)?.missed, 0);
});

Deno.test("rows say what their columns hold, related rows by their titles", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const { tasks, projects } = sourcesIn(workplace);
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, [tasks]);
  const [first] = library.dataSource(places.tables.tasks).rows;
  const truth = workplace.notion.truth().pages.find(({ id }) => id === first);
  const project = truth?.properties.find(({ name }) => name === "Project")?.text;
  assert.ok(project);
  assert.ok(store.rows.get(first ?? "")?.item.content.split("\n").includes(`Project: ${project}`));
  // A few look-ups for all tasks together.
  const asked = workplace.notion.journal.calls({ method: "pages.retrieve" });
  assert.equal(asked.length, new Set(asked.map(({ args }) => args["page_id"])).size);
  assert.ok(asked.length <= places.projects.size);
  const many = new NotionStore("pro", clockOf(workplace));
  await many.sync(connector, [projects]);
  const texts = [...many.rows.values()].map(({ item }) => item.content).join("\n");
  assert.match(texts, /^Tasks: .* and \d+ or more other pages$/m);
  assert.match(texts, /^Task count: \d+$/m);
});
