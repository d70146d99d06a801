import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import { assertTrue, clockOf, DAY, HOUR, selectedIn, source, sourcesIn } from "./notion/truth_check.ts";
import { NotionStore, openNotion } from "./notion/workplace_notion.ts";
import type { RateBudget } from "./rate_budget.ts";

/** The workplace opens in the middle of a minute, stands still and meters no call. */
async function openWorkplace(days = 5): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

Deno.test("a first pass holds the truth of what is selected: pages, rows, properties, nested text, no more and no less", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { pages, tasks, projects, customers } = sourcesIn(workplace);
  const sources = [...pages, tasks, projects, customers];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  assert.ok(store.rows.size > 130);
  assertTrue(workplace, store, sources);
  assert.deepEqual(store.failed, []);
});

Deno.test("an untouched workspace is a few calls, writes nothing, and is seen, so that it does not expire", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { pages, tasks } = sourcesIn(workplace);
  const sources = [...pages, tasks];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  workplace.clock.advance(HOUR);
  // The second pass looks at empty rows once more; from the third on there is nothing to do.
  await store.sync(connector, sources);
  workplace.clock.advance(HOUR);
  const before = JSON.stringify([...store.rows]);
  const { journal } = workplace.notion;
  const mark = journal.latest;
  await store.sync(connector, sources);
  assert.deepEqual(journal.countByMethod(mark), { "pages.retrieve": pages.length, "dataSources.query": 1 });
  assert.deepEqual(
    [...store.rows.values()].map(({ item }) => item),
    JSON.parse(before).map(([, row]: [string, { item: unknown }]) => row.item),
  );

  workplace.clock.advance(DAY);
  await store.sync(connector, sources);
  const now = workplace.clock.now().getTime();
  assert.ok([...store.rows.values()].every(({ seenAt }) => seenAt === now));
});

Deno.test("what changes is found: texts, properties, titles, new rows, and edits within the minute of the last pass", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const { pages, tasks, customers } = sourcesIn(workplace);
  const sources = [...pages, tasks, customers];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);

  const { id: line } = library.appendBlock({ to: places.hq, block: { type: "paragraph", text: "One" } });
  const row = library.addRow({
    dataSource: places.tables.tasks,
    title: "Fresh task",
    values: { Estimate: 3 },
  });
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);

  // Ten seconds later, in the same minute: Notion shows no newer edit.
  workplace.clock.advance(10_000);
  library.editBlock({ block: line, text: "Two" });
  library.setProperty({ page: row.id, name: "Estimate", value: 13 });
  library.rename({ page: row.id, title: "Renamed task" });
  workplace.clock.advance(HOUR);
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);

  library.appendBlock({ to: row.id, block: { type: "paragraph", text: "A body at last" } });
  workplace.clock.advance(3 * HOUR);
  workplace.notion.live();
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
  assert.deepEqual(store.deletions, []);
});

Deno.test("with more pages than are asked for one by one, the search tells which ones changed", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library } = workplace.notion.workspace;
  const all = workplace.notion.truth().pages.filter(({ dataSource }) => dataSource === undefined);
  const sources = all.map(({ id }) => source("page", id));
  assert.ok(sources.length > 25);
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
  workplace.clock.advance(HOUR);
  for (const { id } of all.slice(0, 3)) {
    library.appendBlock({ to: id, block: { type: "paragraph", text: "Edited within the hour" } });
  }
  const { journal } = workplace.notion;
  const mark = journal.latest;
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
  const counts = journal.countByMethod(mark);
  assert.equal(counts["search"], 1);
  assert.equal(counts["pages.retrieve"], undefined);
  assert.ok((counts["blocks.children.list"] ?? 0) < 60);
});

Deno.test("a search that turns in circles hands over to asking for every page, and its watermark loses nothing", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library } = workplace.notion.workspace;
  const all = workplace.notion.truth().pages.filter(({ dataSource }) => dataSource === undefined);
  const sources = all.map(({ id }) => source("page", id));
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  workplace.clock.advance(HOUR);
  for (const id of library.pages.keys()) {
    library.rename({ page: id, title: `Again ${library.title(id)}`.trim() });
  }
  workplace.notion.search.loops = true;
  workplace.notion.faults.at({
    method: "search",
    call: 1,
    times: Infinity,
    fault: { kind: "repeated_cursor" },
  });
  const mark = workplace.notion.journal.latest;
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
  assert.ok((workplace.notion.journal.countByMethod(mark)["search"] ?? 0) < 10);
});

Deno.test("a page that is selected and a row of a selected database is one item of both; deselecting leaves the other", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { tasks, pages } = sourcesIn(workplace);
  const [row] = selectedIn(workplace, [tasks]).keys();
  assert.ok(row);
  const both = [...pages, tasks, source("page", row)];
  const store = new NotionStore("starter", clockOf(workplace), 300);
  await store.sync(connector, both);
  assertTrue(workplace, store, both);
  assert.deepEqual(store.rows.get(row)?.sources.toSorted(), [row, tasks.externalId].toSorted());
  assert.equal([...store.rows.keys()].filter((id) => id === row).length, 1);

  const without = [...pages, tasks];
  workplace.clock.advance(DAY);
  await store.sync(connector, without);
  assertTrue(workplace, store, without);

  const newly = [...without, source("page", row)];
  workplace.clock.advance(HOUR);
  await store.sync(connector, newly);
  assertTrue(workplace, store, newly);
});

Deno.test("trash, deletion for good, unsharing and moves leave the content, and coming back brings it back", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const { tasks, pages } = sourcesIn(workplace);
  const [thrown, purged, hidden, moved] = [...selectedIn(workplace, [tasks]).keys()];
  const apart = library.createPage({ in: places.hq, title: "Apart" }).id;
  const old = library.createPage({ in: places.hq, title: "Old" }).id;
  assert.ok(thrown && purged && hidden && moved);
  const sources = [...pages, tasks, source("page", apart), source("page", old)];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);

  library.trash({ page: thrown });
  library.trash({ page: old });
  library.purge({ page: purged });
  library.unshare({ page: hidden });
  library.unshare({ page: apart });
  library.move({ page: moved, to: places.hq });
  workplace.clock.advance(DAY);
  await store.sync(connector, sources);
  // Notion itself says what is in the trash; what is missing needs a second witness.
  assert.deepEqual(store.deletions.toSorted(), [thrown, old].toSorted());
  assert.deepEqual(
    store.failed.map(({ source, error }) => [source, error]).toSorted(),
    [
      [apart, "not_found"],
      [old, "not_found"],
    ].toSorted(),
  );
  workplace.clock.advance(DAY);
  await store.sync(connector, sources);
  const found = [...sources.filter(({ externalId }) => ![apart, old].includes(externalId))];
  assertTrue(workplace, store, found);

  library.restore({ page: thrown });
  library.restore({ page: old });
  library.share({ page: hidden });
  library.share({ page: apart });
  library.move({ page: moved, to: places.tables.tasks });
  workplace.clock.advance(DAY);
  await store.sync(connector, sources);
  assertTrue(workplace, store, sources);
  assert.deepEqual(store.failed, []);
});

Deno.test("a database that is unshared or thrown away fails alone, and its rows go after two passes", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library } = workplace.notion.workspace;
  const { tasks, customers, projects } = sourcesIn(workplace);
  const sources = [tasks, customers, projects];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  library.unshare({ page: customers.externalId });
  library.trash({ page: projects.externalId });
  for (let pass = 1; pass <= 2; pass += 1) {
    workplace.clock.advance(DAY);
    await store.sync(connector, sources);
    assert.deepEqual(
      store.failed.map(({ source }) => source).toSorted(),
      [
        customers.externalId,
        projects.externalId,
      ].toSorted(),
    );
  }
  assertTrue(workplace, store, [tasks]);
});

Deno.test("a renamed database keeps its rows; a formula and a rollup that changed without an edit are seen within a day", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const { projects, tasks } = sourcesIn(workplace);
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, [projects]);
  workplace.clock.advance(HOUR);
  library.rename({ page: projects.externalId, title: "Undertakings" });
  const [project] = library.dataSource(places.tables.projects).rows;
  assert.ok(project);
  library.addRow({
    dataSource: places.tables.tasks,
    title: "More",
    values: { Project: [project], Estimate: 8 },
  });
  await store.sync(connector, [projects]);
  workplace.clock.advance(DAY);
  await store.sync(connector, [projects]);
  assertTrue(workplace, store, [projects]);
  const { sources } = await connector.discover();
  const names = new Map(sources.map(({ external_id, name }) => [external_id, name]));
  assert.equal(names.get(projects.externalId), "Undertakings");
  assert.equal(names.get(tasks.externalId), "Tasks");
});

Deno.test("a selected page that moves says where it stands now", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const page = library.createPage({ in: places.hq, title: "Wanderer" });
  const sources = [source("page", page.id)];
  const store = new NotionStore("free", clockOf(workplace));
  await store.sync(connector, sources);
  assert.deepEqual(store.rows.get(page.id)?.item.metadata["parent"], { type: "page", id: places.hq });
  workplace.clock.advance(HOUR);
  library.move({ page: page.id, to: places.meetings });
  await store.sync(connector, sources);
  assert.deepEqual(store.rows.get(page.id)?.item.metadata["parent"], { type: "page", id: places.meetings });
});

Deno.test("as weeks of work go by, each pass holds the truth of its day", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { pages, tasks, projects, customers } = sourcesIn(workplace);
  const sources = [...pages, tasks, projects, customers];
  const store = new NotionStore("pro", clockOf(workplace));
  for (let pass = 0; pass < 24; pass += 1) {
    workplace.clock.advance(pass % 4 === 3 ? 2 * DAY + 40_000 : 7 * HOUR + 13_000);
    workplace.live();
    await store.sync(connector, sources);
    if (pass % 4 === 3) {
      // Formulas and rollups change without an edit and are seen by the review of the day, which this pass is.
      assertTrue(workplace, store, sources);
    }
  }
  assert.deepEqual(store.deletions, []);
});

Deno.test("an item says who edited it last, where it opens, and how far the reading is", async () => {
  await using workplace = await openWorkplace();
  const { library, places } = workplace.notion.workspace;
  const [ana, bo, guest] = library.members;
  assert.ok(ana && bo && guest);
  const { connector } = openNotion(workplace, workplace.notion.connection, {
    ownerId: bo.id,
    names: new Map([[ana.id, "Ana of the directory"]]),
  });
  workplace.clock.advance(HOUR);
  library.appendBlock({ to: places.hq, block: { type: "paragraph", text: "Mine" }, by: bo.key });
  library.appendBlock({ to: places.handbook, block: { type: "paragraph", text: "Hers" }, by: ana.key });
  const unit = { id: "workspace", sources: [source("page", places.hq), source("page", places.handbook)] };
  const store = new NotionStore("pro", clockOf(workplace));
  const progress = [];
  for await (const page of connector.sync(unit, null, store.pass())) {
    store.apply(page);
    progress.push(page.progress?.percent);
  }
  const [mine, hers] = [store.rows.get(places.hq)?.item, store.rows.get(places.handbook)?.item];
  assert.deepEqual([mine?.author, mine?.author_id, mine?.is_user_authored], [bo.name, bo.id, true]);
  assert.deepEqual([hers?.author, hers?.is_user_authored], ["Ana of the directory", false]);
  assert.equal(mine?.permalink, `https://www.notion.so/${places.hq.replaceAll("-", "")}`);
  assert.deepEqual([mine?.container_id, mine?.content_type, mine?.edited_at], [
    "",
    "page",
    mine?.source_timestamp,
  ]);
  assert.deepEqual(progress, progress.toSorted((one, other) => (one ?? 0) - (other ?? 0)));
  assert.equal(progress.at(-1), 100);
});

Deno.test("a dead token is never a pass without items, and one source that cannot be read does not stop the others", async () => {
  await using workplace = await openWorkplace();
  const { connection, connections, workspace: { places } } = workplace.notion;
  const { connector } = openNotion(workplace, connection);
  const unknown = source("page", "00000000-0000-4000-8000-000000000000");
  const { customers } = sourcesIn(workplace);
  const sources = [unknown, source("page", "no id at all"), source("page", places.hq), customers];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  assert.deepEqual(store.failed.map(({ source, error }) => [source, error]).toSorted(), [
    [unknown.externalId, "not_found"],
    ["no id at all", "not_found"],
  ]);
  assertTrue(workplace, store, [source("page", places.hq), customers]);
  connections.end(connection.token);
  for (const some of [sources, [customers], [unknown]]) {
    await assert.rejects(store.sync(connector, some), { code: "needs_reauth" });
  }
});

Deno.test("paced by its budget, a sync of hundreds of calls meets no refusal for too many", async () => {
  await using workplace = await openWorkplace();
  workplace.notion.rateLimits.enforced = true;
  const { connection, journal } = workplace.notion;
  const made = new Map<string, number[]>();
  const budget = pacedBudget(made, workplace.clock);
  const { connector } = openNotion(workplace, connection, { budget });
  const { pages, tasks, projects, customers } = sourcesIn(workplace);
  const sources = [...pages, tasks, projects, customers];
  const store = new NotionStore("pro", clockOf(workplace));
  await store.sync(connector, sources);
  await store.sync(connector, sources);
  // More than the budget of one minute.
  assert.ok(journal.latest > 300, String(journal.latest));
  assert.equal(journal.countRateLimited(), 0);
  assertTrue(workplace, store, sources);
});

/** A budget that waits by moving the clock. */
function pacedBudget(
  made: Map<string, number[]>,
  clock: { now(): Date; advance(milliseconds: number): void },
): RateBudget {
  return {
    take({ key, allowed, periodSeconds }) {
      const calls = made.get(key) ?? [];
      const oldest = calls.at(-allowed);
      const now = clock.now().getTime();
      if (oldest !== undefined) clock.advance(Math.max(0, oldest + periodSeconds * 1000 - now));
      made.set(key, [...calls, clock.now().getTime()]);
      return Promise.resolve();
    },
    holdBack: () => Promise.reject(new Error("there was a refusal")),
  };
}
