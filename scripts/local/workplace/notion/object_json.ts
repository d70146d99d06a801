import { blockContent } from "./block_json.ts";
import { minuteOf } from "./minute.ts";
import { canSee, type NotionCall } from "./notion_call.ts";
import type { Comment, Database, DataSource, Page, Place } from "./page.ts";
import { columnJson, valueJson } from "./property_json.ts";
import { type NotionJson, pageUrl, richTextJson } from "./rich_text.ts";
import { rowOf } from "./row_values.ts";

/** A page or row. */
export function pageJson(call: NotionCall, page: Page): NotionJson {
  const { library } = call;
  const row = rowOf(library, page);
  const sees = (id: string) => canSee(call, id);
  const properties = row === undefined
    ? { title: { id: "title", type: "title", title: richTextJson(page.title, library) } }
    : Object.fromEntries(
      row.source.columns.map((column) => [column.name, valueJson(library, row, column, sees)]),
    );
  return {
    object: "page",
    id: page.id,
    ...times(call, page),
    cover: null,
    icon: page.icon === undefined ? null : { type: "emoji", emoji: page.icon },
    parent: parentJson(call, page.place),
    ...trash(call, library.isTrashed(page.id)),
    is_locked: false,
    properties,
    url: pageUrl(page.id),
    public_url: null,
  };
}

/** A database: the container, without columns. */
export function databaseJson(call: NotionCall, database: Database): NotionJson {
  const { library } = call;
  const { created_time, last_edited_time } = times(call, database);
  return {
    object: "database",
    id: database.id,
    title: richTextJson(database.title, library),
    description: richTextJson(database.description, library),
    parent: parentJson(call, database.place),
    is_inline: database.inline,
    ...trash(call, library.isTrashed(database.id)),
    is_locked: false,
    created_time,
    last_edited_time,
    data_sources: database.dataSources.map((id) => ({ id, name: library.dataSource(id).name })),
    icon: null,
    cover: null,
    url: pageUrl(database.id),
    public_url: null,
  };
}

/** A data source with its columns. */
export function dataSourceJson(call: NotionCall, source: DataSource): NotionJson {
  const { library } = call;
  const database = library.database(source.database);
  return {
    object: "data_source",
    id: source.id,
    title: richTextJson(source.name, library),
    description: [],
    parent: { type: "database_id", database_id: database.id },
    database_parent: parentJson(call, database.place),
    is_inline: database.inline,
    ...trash(call, library.isTrashed(database.id)),
    ...times(call, database),
    properties: Object.fromEntries(
      source.columns.map((column) => [column.name, columnJson(library, source, column)]),
    ),
    icon: null,
    cover: null,
    url: pageUrl(database.id),
    public_url: null,
  };
}

/** A block, or the block as which a page or database stands in its parent. */
export function blockJson(call: NotionCall, id: string): NotionJson {
  const { library } = call;
  const block = library.blocks.get(id);
  const hasChildren = visibleChildren(call, id).length > 0;
  if (block === undefined) {
    const standing = library.pages.get(id) ?? library.database(id);
    const type = library.pages.has(id) ? "child_page" : "child_database";
    return {
      ...{ object: "block", id, parent: parentJson(call, standing.place), ...times(call, standing) },
      ...{ has_children: type === "child_page" && hasChildren, ...trash(call, library.isTrashed(id)) },
      ...{ type, [type]: { title: library.title(id) } },
    };
  }
  const { body } = block;
  // Renamed by version 2026-03-11.
  const type = body.type === "meeting_notes" && call.version === "2025-09-03" ? "transcription" : body.type;
  const [firstRow = ""] = library.childrenOf(id);
  const width = library.blocks.get(firstRow)?.body.cells?.length ?? 0;
  return {
    object: "block",
    id,
    parent: parentJson(call, { kind: "inside", id: block.parent }),
    ...times(call, block),
    has_children: hasChildren,
    ...trash(call, library.isTrashed(id)),
    type,
    [type]: blockContent(body, library, width),
  };
}

/**
 * Ids of what stands in a page or block, for a connection: pages in the trash or kept apart are left out, and a
 * synced copy shows what its original holds, if the connection can see that.
 */
export function visibleChildren(call: NotionCall, id: string): string[] {
  const { library } = call;
  const original = library.blocks.get(id)?.body.syncedFrom;
  if (original !== undefined && !(library.blocks.has(original) && canSee(call, original))) return [];
  return library.childrenOf(original ?? id).filter((child) =>
    library.blocks.has(child) ||
    (canSee(call, child) && (library.isTrashed(id) || !library.isTrashed(child)))
  );
}

export function commentJson({ library }: NotionCall, comment: Comment): NotionJson {
  const onBlock = library.blocks.has(comment.parent);
  const type = onBlock ? "block_id" : "page_id";
  const { id, name } = library.person(comment.by);
  return {
    object: "comment",
    id: comment.id,
    parent: { type, [type]: comment.parent },
    discussion_id: comment.discussion,
    created_time: minuteOf(comment.at),
    last_edited_time: minuteOf(comment.at),
    created_by: { object: "user", id },
    rich_text: richTextJson(comment.text, library),
    display_name: { type: "user", resolved_name: name },
  };
}

function parentJson({ library }: NotionCall, place: Place): NotionJson {
  if (place.kind === "workspace") return { type: "workspace", workspace: true };
  if (place.kind === "data_source") {
    const { database } = library.dataSource(place.id);
    return { type: "data_source_id", data_source_id: place.id, database_id: database };
  }
  return library.blocks.has(place.id)
    ? { type: "block_id", block_id: place.id }
    : { type: "page_id", page_id: place.id };
}

function times(
  { library }: NotionCall,
  { createdAt, createdBy, editedAt, editedBy }: Pick<
    Page,
    "createdAt" | "createdBy" | "editedAt" | "editedBy"
  >,
) {
  return {
    created_time: minuteOf(createdAt),
    last_edited_time: minuteOf(editedAt),
    created_by: { object: "user", id: library.person(createdBy).id },
    last_edited_by: { object: "user", id: library.person(editedBy).id },
  };
}

/** Until version 2026-03-11 the same fact went by two names. */
function trash({ version }: NotionCall, inTrash: boolean): NotionJson {
  return { in_trash: inTrash, ...(version === "2025-09-03" && { archived: inTrash }) };
}
