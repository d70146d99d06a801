import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { openNotion } from "./workplace_notion.ts";

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 5, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

/** Ids that a perfect discovery offers: pages that are no rows, and databases. */
function offered(workplace: Workplace): string[] {
  const { pages, databases } = workplace.notion.truth();
  const own = pages.filter(({ dataSource }) => dataSource === undefined);
  return [...own, ...databases].map(({ id }) => id).toSorted();
}

Deno.test("discovery offers every page and database with its title and place; rows come with their database", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { sources } = await connector.discover();
  assert.deepEqual(sources.map(({ external_id }) => external_id).toSorted(), offered(workplace));
  const { pages, databases } = workplace.notion.truth();
  const titles = new Map([...pages, ...databases].map(({ id, title }) => [id, title]));
  for (const { external_id: id, name } of sources) assert.equal(name, titles.get(id) || "Untitled");
  const { library, places } = workplace.notion.workspace;
  const tasks = sources.find(({ external_id }) =>
    external_id === library.dataSource(places.tables.tasks).database
  );
  const { parent_type, parent_id, url } = tasks?.metadata ?? {};
  assert.deepEqual([tasks?.kind, parent_type, parent_id], ["database", "page", places.hq]);
  assert.match(String(url), /^https:\/\/www\.notion\.so\//);
  const hq = sources.find(({ external_id }) => external_id === places.hq);
  assert.deepEqual([hq?.kind, hq?.metadata["parent_type"], hq?.metadata["parent_id"]], [
    "page",
    "workspace",
    null,
  ]);
});

Deno.test("what was edited last ranks first, and what has no title after all others", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  workplace.clock.advance(3_600_000);
  library.appendBlock({ to: places.handbook, block: { type: "paragraph", text: "New" } });
  library.createPage({ in: places.hq, title: "Untitled draft" });
  const { sources, ranked } = await connector.discover();
  assert.equal(ranked.length, sources.length);
  const byId = new Map(sources.map((source) => [source.external_id, source]));
  assert.ok([places.hq, places.handbook].includes(ranked[0] ?? ""));
  const names = ranked.map((id) => byId.get(id)?.name ?? "");
  const first = names.findIndex((name) => name.startsWith("Untitled"));
  assert.ok(first > 0 && names.slice(first).every((name) => name.startsWith("Untitled")));
  const edits = ranked.slice(0, first).map((id) => String(byId.get(id)?.metadata["last_edited"]));
  assert.deepEqual(edits, edits.toSorted().toReversed());
});

Deno.test("a search that leads from its end to its start, or repeats an answer in between, still offers everything", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { faults, journal, search } = workplace.notion;
  search.loops = true;
  const mark = journal.latest;
  const looped = await connector.discover();
  assert.deepEqual(looped.sources.map(({ external_id }) => external_id).toSorted(), offered(workplace));
  assert.ok((journal.countByMethod(mark)["search"] ?? 0) < 12);
  search.loops = false;
  for (const call of [1, 2]) {
    faults.clear();
    faults.at({ method: "search", call, fault: { kind: "repeated_cursor" } });
    const { sources } = await connector.discover();
    assert.deepEqual(sources.map(({ external_id }) => external_id).toSorted(), offered(workplace));
  }
});

Deno.test("an answer that is dropped is not taken for an empty workspace", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { faults } = workplace.notion;
  faults.at({ method: "search", call: 1, fault: { kind: "dropped_page" } });
  const { sources } = await connector.discover();
  assert.deepEqual(sources.map(({ external_id }) => external_id).toSorted(), offered(workplace));
  faults.at({ method: "search", call: 2, fault: { kind: "dropped_page" } });
  await assert.rejects(connector.discover(), { code: "provider_down" });
});

Deno.test("people are told by name; a connection that may not read about them finds its sources all the same", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openNotion(workplace, workplace.notion.connection);
  const { faults, workspace: { library } } = workplace.notion;
  const { people } = await connector.discover();
  for (const { id, name, email } of library.members) {
    const person = people.find(({ external_id }) => external_id === id);
    assert.deepEqual([person?.name, person?.email], [name, email]);
  }
  const fault = { kind: "notion_error", status: 403, code: "restricted_resource" } as const;
  faults.at({ method: "users.list", call: 1, fault });
  const without = await connector.discover();
  assert.deepEqual([without.people, without.sources.length], [[], offered(workplace).length]);
});
