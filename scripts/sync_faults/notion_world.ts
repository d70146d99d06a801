/** Notion: one shared space with pages and a database whose rows are of every age, to edit, move to the trash and delete. */
import type { Block } from "../local/workplace/notion/block.ts";
import type { NotionFault } from "../local/workplace/notion/faults.ts";
import type { Library } from "../local/workplace/notion/library.ts";
import type { Page } from "../local/workplace/notion/page.ts";
import type { PropertyConfig } from "../local/workplace/notion/property.ts";
import type { Truth, TruthPage } from "../local/workplace/notion/truth.ts";
import { AGES, type Grant, openWorkplace, type PlatformWorld, type WorldOptions } from "./platform_world.ts";
import type { WantedItem } from "./verdict.ts";

const COLUMNS: readonly PropertyConfig[] = [
  { id: "title", name: "Task", type: "title" },
  { id: "stat", name: "Status", type: "status", options: ["Not started", "Done"] },
  { id: "note", name: "Notes", type: "rich_text" },
];

interface Standing {
  readonly edited: Page;
  readonly line: Block;
  readonly struck: Block;
  /** Of some only, as a small plan has ten sources in all. */
  readonly gone?: Page;
  readonly row: Page;
  readonly rowGone: Page;
}

export async function openNotionWorld(options: WorldOptions): Promise<PlatformWorld> {
  const { time, ages = AGES } = options;
  const { workplace, close } = await openWorkplace(options);
  const { notion } = workplace;
  const { workspace, faults, connections } = notion;
  const { library } = workspace;
  const opening = time.now().getTime();
  const space = library.createPage({ title: "Sweep space", at: opening - 40 * 86_400_000 });
  library.appendBlock({
    to: space.id,
    block: { type: "paragraph", text: "What we work on" },
    at: opening - 40 * 86_400_000,
  });
  const source = library.newId();
  library.createDatabase({
    in: space.id,
    title: "Sweep tasks",
    at: opening - 40 * 86_400_000,
    sources: [{ id: source, name: "Sweep tasks", columns: COLUMNS }],
  });
  for (let filler = 0; filler < 5; filler++) {
    library.addRow({ dataSource: source, title: `Row that stays ${filler}`, at: opening - 40 * 86_400_000 });
  }
  const standing = ages.map((age, number) =>
    layOut(library, { space: space.id, source, at: opening - age, number })
  );
  let connection = connections.issue(workspace, { roots: [space.id] });
  const plan = (call: number, fault: NotionFault, before?: () => void) =>
    faults.at({ call, fault, ...(before && { before }) });
  const unsaid = new Map<string, string[]>();
  return {
    platform: "notion",
    workplace,
    journal: notion.journal,
    get grant(): Grant {
      return {
        provider: "notion",
        accountId: workspace.id,
        accountName: workspace.name,
        scopes: [],
        metadata: { bot_id: connection.botId, workspace_name: workspace.name },
        accessToken: connection.token,
        refreshToken: connection.refreshToken,
      };
    },
    regrant() {
      connection = connections.issue(workspace, { roots: [space.id] });
    },
    change(age) {
      standing.forEach((one, number) => {
        if (age !== undefined && number !== age) return;
        changeAll(library, one, number);
        unsaid.set(one.edited.id, [`First line ${number}`, `A line to strike ${number}`]);
      });
      if (age !== undefined) return;
      library.addRow({
        dataSource: source,
        title: "Added after the first sync",
        values: { Status: "Not started" },
      });
    },
    wanted: (selected) => wantedPages(notion.truth(connection), selected, unsaid),
    inject(kind, call, hangUp) {
      switch (kind) {
        case "rate_limited":
          return plan(call, { kind: "rate_limited", retryAfter: 30 });
        case "server_error":
          return plan(call, { kind: "http_status", status: 500 });
        case "timeout":
          return plan(call, { kind: "timeout" }, hangUp);
        case "expired_token":
          return plan(call, { kind: "notion_error", status: 401, code: "unauthorized" });
        case "revoked_token":
          return faults.at({
            call,
            before: () => {
              connection.state = "revoked";
            },
          });
        case "repeated_page_token":
          return plan(call, { kind: "repeated_cursor" });
        case "truncated_json":
        case "dropped_page":
        case "empty_200":
          return plan(call, { kind });
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

function layOut(
  library: Library,
  { space, source, at, number }: { space: string; source: string; at: number; number: number },
): Standing {
  const paragraph = (to: string, text: string) =>
    library.appendBlock({ to, block: { type: "paragraph", text }, at });
  const edited = library.createPage({ in: space, title: `Page ${number}`, at });
  const line = paragraph(edited.id, `First line ${number}`);
  const struck = paragraph(edited.id, `A line to strike ${number}`);
  library.appendBlock({
    to: edited.id,
    block: {
      type: "toggle",
      text: `Folded ${number}`,
      children: [{ type: "paragraph", text: `Inside ${number}` }],
    },
    at,
  });
  const gone = number % 2 === 0
    ? library.createPage({ in: space, title: `Page that goes ${number}`, at })
    : undefined;
  if (gone !== undefined) paragraph(gone.id, `Not for long ${number}`);
  const row = library.addRow({
    dataSource: source,
    title: `Row ${number}`,
    values: { Status: "Not started", Notes: `Noted ${number}` },
    at,
  });
  paragraph(row.id, `What the row is about ${number}`);
  return {
    edited,
    line,
    struck,
    ...(gone && { gone }),
    row,
    rowGone: library.addRow({ dataSource: source, title: `Row that goes ${number}`, at }),
  };
}

function changeAll(library: Library, one: Standing, number: number): void {
  library.editBlock({ block: one.line.id, text: `Line put right ${number}` });
  library.deleteBlock({ block: one.struck.id });
  library.appendBlock({ to: one.edited.id, block: { type: "paragraph", text: `Appended ${number}` } });
  library.setProperty({ page: one.row.id, name: "Status", value: "Done" });
  library.appendBlock({ to: one.row.id, block: { type: "paragraph", text: `Done because ${number}` } });
  // In each of the ways in which something can go; never more at once than a fifth of all, which would be held back.
  const page = one.gone?.id ?? one.rowGone.id;
  if (number < 2) library.trash({ page });
  else if (number < 4) library.purge({ page });
  else library.unshare({ page });
}

/** A page is wanted by itself; a row by its database. */
function wantedPages(
  { pages, databases }: Truth,
  selected: ReadonlySet<string>,
  unsaid: ReadonlyMap<string, string[]>,
): WantedItem[] {
  const databaseOf = new Map(
    databases.flatMap(({ id, dataSources }) => dataSources.map((source) => [source.id, id] as const)),
  );
  const sourcesOf = ({ id, dataSource = "" }: TruthPage) =>
    [id, dataSource, databaseOf.get(dataSource) ?? ""].filter((one) => selected.has(one));
  return pages.filter((page) => sourcesOf(page).length > 0).map((page) => ({
    key: `/${page.id}`,
    sources: sourcesOf(page),
    says: [
      page.title,
      ...page.blocks.map(({ text }) => text).filter((text) => text !== ""),
      ...page.properties.map(({ text }) => text).filter((text) => text !== ""),
    ],
    ...(unsaid.has(page.id) && { unsays: unsaid.get(page.id) ?? [] }),
  }));
}
