/** What a sync of the simulated workplace's Notion must hold, told by the workplace itself. For tests only. */
import assert from "node:assert/strict";
import type { SourceToRead } from "../connector.ts";
import type { NotionStore } from "./workplace_notion.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

interface TruthPage {
  readonly id: string;
  readonly title: string;
  readonly lastEditedTime: string;
  readonly dataSource?: string;
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly text: string }[];
  readonly properties: readonly { readonly name: string; readonly type: string; readonly text: string }[];
}

/** What of a simulated workplace is looked at. */
interface Workplace {
  readonly clock: { now(): Date };
  readonly notion: {
    truth(): {
      readonly pages: readonly TruthPage[];
      readonly databases: readonly {
        readonly id: string;
        readonly dataSources: readonly { readonly rows: readonly string[] }[];
      }[];
    };
    readonly workspace: {
      readonly library: { title(id: string): string; dataSource(id: string): { readonly database: string } };
      readonly places: {
        readonly hq: string;
        readonly handbook: string;
        readonly deploys: string;
        readonly incidents: string;
        readonly tables: { readonly tasks: string; readonly projects: string; readonly customers: string };
        readonly projects: ReadonlyMap<string, { readonly spec: string; readonly decisions: string }>;
      };
    };
  };
}

export const source = (kind: "page" | "database", externalId: string): SourceToRead => ({
  ...{ kind, externalId, name: "", metadata: {} },
});

/** Selections of the tests: some pages, all databases. */
export function sourcesIn(workplace: Workplace) {
  const { library, places } = workplace.notion.workspace;
  const database = (table: string) => source("database", library.dataSource(table).database);
  const project = [...places.projects.values()][0];
  assert.ok(project);
  return {
    pages: [places.hq, places.handbook, places.deploys, places.incidents, project.spec, project.decisions]
      .map((id) => source("page", id)),
    tasks: database(places.tables.tasks),
    projects: database(places.tables.projects),
    customers: database(places.tables.customers),
  };
}

export const letters = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

/** Ids of the selected pages and rows with the sources that each belongs to. */
export function selectedIn(workplace: Workplace, sources: readonly SourceToRead[]) {
  const { pages, databases } = workplace.notion.truth();
  const chosen = new Set(sources.map(({ externalId }) => externalId));
  const belongs = new Map<string, string[]>();
  const add = (id: string, to: string) => belongs.set(id, [...belongs.get(id) ?? [], to].toSorted());
  for (const { id } of pages) if (chosen.has(id)) add(id, id);
  for (const { id, dataSources } of databases) {
    if (chosen.has(id)) { for (const { rows } of dataSources) for (const row of rows) add(row, id); }
  }
  return new Map(
    pages.filter(({ id }) => belongs.has(id)).map((page) => [page.id, {
      page,
      sources: belongs.get(page.id) ?? [],
    }]),
  );
}

function assertSays(content: string, page: TruthPage): void {
  const said = letters(content);
  const isCut = content.length >= 10_000;
  for (const { name, text, type } of page.properties) {
    if (type === "title" || type === "relation" || text === "") continue;
    assert.ok(isCut || said.includes(letters(`${name} ${text}`)), `${page.title}: ${name} is not ${text}`);
  }
  for (const { text } of isCut ? [] : page.blocks) {
    assert.ok(said.includes(letters(text)), `${page.title} does not say: ${text}`);
  }
  if (isCut || page.blocks.some(({ type }) => type === "file")) return;
  // Without the titles of what stands in it and the signs of lists, the text is the truth's and no more.
  const body = content.split("\n").filter((line) => !/^\s*(Page|Database): /.test(line))
    .map((line) => line.replace(/^\s*(\d+\. |\[[x ]\] )/, "")).join("\n");
  const own = page.properties.length === 0 ? letters(body) : letters(body).slice(-letters(page.text).length);
  if (page.text !== "") assert.equal(own, letters(page.text), page.title);
}

/** Whether the store holds what there is within the selection, and nothing else. */
export function assertTrue(workplace: Workplace, store: NotionStore, sources: readonly SourceToRead[]): void {
  const truth = selectedIn(workplace, sources);
  const held = [...store.rows].filter(([, row]) => !row.deleted && row.sources.length > 0).map(([id]) => id);
  const name = (id: string) => workplace.notion.workspace.library.title(id) || id;
  assert.deepEqual(held.map(name).toSorted(), [...truth.keys()].map(name).toSorted());
  for (const [id, { page, sources }] of truth) {
    const row = store.rows.get(id);
    assert.ok(row);
    assert.equal(row.item.title, page.title || "Untitled");
    assert.deepEqual(row.sources.toSorted(), sources, page.title);
    assertSays(row.item.content, page);
    assert.equal(row.item.metadata["last_edited"], page.lastEditedTime);
  }
}

export const clockOf = (workplace: Workplace) => () => workplace.clock.now();
