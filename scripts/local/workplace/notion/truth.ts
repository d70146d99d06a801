import type { Block } from "./block.ts";
import { ownText } from "./block_json.ts";
import type { NotionConnection } from "./connections.ts";
import { minuteOf } from "./minute.ts";
import { canSee } from "./notion_call.ts";
import { isEntered, type PropertyType } from "./property.ts";
import { valueText } from "./property_json.ts";
import { rowOf } from "./row_values.ts";

/** One block of a page, wherever it is nested. */
export interface TruthBlock {
  id: string;
  type: Block["body"]["type"];
  /** 1 for what stands directly on the page. */
  depth: number;
  /** Its own words; empty for a frame. */
  text: string;
}

/** The value of one column of a row. */
export interface TruthProperty {
  name: string;
  type: PropertyType;
  text: string;
  /** It follows from the row, its history or other rows: it can change without an edit of the row. */
  computed: boolean;
}

/** A live page as a perfect sync would hold it. */
export interface TruthPage {
  id: string;
  title: string;
  /** As the API gives it: floored to the minute. */
  lastEditedTime: string;
  author: string;
  /** Set on rows. */
  dataSource?: string;
  /** What it stands in, nearest first, as far as those are pages or databases. */
  path: readonly string[];
  /** Every block at every depth, in the order of reading; child pages and databases are pages of their own. */
  blocks: readonly TruthBlock[];
  /** The words of `blocks`, one a line, empty ones left out. */
  text: string;
  /** Columns in their order; none for a page that is no row. */
  properties: readonly TruthProperty[];
  /** Remarks on the page, oldest first. */
  comments: readonly string[];
}

/** A live database. */
export interface TruthDatabase {
  id: string;
  title: string;
  dataSources: readonly { id: string; name: string; rows: readonly string[] }[];
}

export interface Truth {
  pages: readonly TruthPage[];
  databases: readonly TruthDatabase[];
}

/** Everything a connection can see that is not in the trash. */
export function truth(connection: NotionConnection): Truth {
  const { library } = connection.workspace;
  const live = (id: string) => canSee({ connection, library }, id) && !library.isTrashed(id);
  const pages = [...library.pages.values()].filter(({ id }) => live(id)).map((page): TruthPage => {
    const blocks = blocksOf(connection, page.id, 1, new Set());
    const row = rowOf(library, page);
    const [, ...around] = library.around(page.id);
    return {
      id: page.id,
      title: library.title(page.id),
      lastEditedTime: minuteOf(page.editedAt),
      author: library.person(page.createdBy).name,
      ...(row && { dataSource: row.source.id }),
      path: around.filter((id) => !library.blocks.has(id)),
      blocks,
      text: blocks.map(({ text }) => text).filter((text) => text !== "").join("\n"),
      properties: (row?.source.columns ?? []).map((column) => ({
        ...{ name: column.name, type: column.type, computed: !isEntered(column) },
        text: row === undefined ? "" : valueText(library, row, column, live),
      })),
      comments: library.comments.filter(({ parent }) => parent === page.id)
        .map(({ text }) => ownText({ body: { type: "paragraph", text } }, library)),
    };
  });
  const databases = [...library.databases.values()].filter(({ id }) => live(id)).map((database) => ({
    id: database.id,
    title: database.title,
    dataSources: database.dataSources.map((id) => {
      const { name, rows } = library.dataSource(id);
      return { id, name, rows: rows.filter(live) };
    }),
  }));
  return { pages, databases };
}

/** The blocks under a page or block; a synced copy holds what its original holds, but never itself. */
function blocksOf(
  connection: NotionConnection,
  parent: string,
  depth: number,
  open: ReadonlySet<string>,
): TruthBlock[] {
  const { library } = connection.workspace;
  const original = library.blocks.get(parent)?.body.syncedFrom;
  const shown = original === undefined ||
    (library.blocks.has(original) && canSee({ connection, library }, original));
  if (!shown || open.has(original ?? parent)) return [];
  const opened = new Set([...open, original ?? parent]);
  return library.childrenOf(original ?? parent).flatMap((id) => {
    const block = library.blocks.get(id);
    if (block === undefined) return [];
    const own = { id, type: block.body.type, depth, text: ownText(block, library) };
    return [own, ...blocksOf(connection, id, depth + 1, opened)];
  });
}
