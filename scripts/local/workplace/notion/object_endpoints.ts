import { z } from "zod";
import { pageMarkdown } from "./markdown.ts";
import { listPage, notFound } from "./notion_answer.ts";
import {
  canSee,
  type Endpoint,
  endpoint,
  id,
  type NotionCall,
  paging,
  visibleDatabase,
  visibleDataSource,
  visiblePage,
} from "./notion_call.ts";
import { invalid } from "./notion_answer.ts";
import {
  blockJson,
  commentJson,
  databaseJson,
  dataSourceJson,
  pageJson,
  visibleChildren,
} from "./object_json.ts";
import { personJson, typedValue } from "./property_json.ts";
import type { NotionJson } from "./rich_text.ts";
import { rowOf } from "./row_values.ts";

/** The bot of a connection. */
function botJson({ connection: { botId, workspace, owner }, library }: NotionCall): NotionJson {
  return {
    object: "user",
    id: botId,
    name: "Assistant",
    avatar_url: null,
    type: "bot",
    bot: {
      owner: { type: "user", user: personJson(library, owner) },
      workspace_id: workspace.id,
      workspace_limits: { max_file_upload_size_in_bytes: 5_242_880 },
      workspace_name: workspace.name,
    },
  };
}

/** The id of a block that a connection can see; pages and databases are blocks too. @throws NotionRefusal 404 */
function visibleBlock(call: NotionCall, blockId: string): string {
  const { blocks, pages, databases } = call.library;
  const exists = blocks.has(blockId) || pages.has(blockId) || databases.has(blockId);
  if (!exists || !canSee(call, blockId)) throw notFound("block", blockId);
  return blockId;
}

const PAGED_PROPERTIES = ["title", "rich_text", "people", "relation"];

/** `GET /v1/pages/{id}/properties/{property}`: one value; the four that can be long come as a list. */
const retrieveProperty = endpoint(
  z.object({ page_id: id, property_id: z.string(), ...paging }),
  (call, asked) => {
    const page = visiblePage(call, asked.page_id);
    const row = rowOf(call.library, page);
    const column = row?.source.columns.find((one) => one.id === asked.property_id);
    if (row === undefined || column === undefined) {
      throw invalid(`Could not find property with name or id: ${asked.property_id}`);
    }
    const value = typedValue(call.library, row, column, (related) => canSee(call, related));
    const item = (one: unknown) => ({
      ...{ object: "property_item", id: column.id, type: column.type },
      [column.type]: one,
    });
    if (!PAGED_PROPERTIES.includes(column.type) || !Array.isArray(value)) return item(value);
    const list = listPage(
      value.map((one: unknown, index) => ({ one, index })),
      { cursor: asked.start_cursor, size: asked.page_size },
      { type: "property_item", idOf: ({ index }) => String(index), json: ({ one }) => item(one) },
    );
    return {
      ...list,
      property_item: { id: column.id, next_url: null, type: column.type, [column.type]: {} },
    };
  },
);

/** Users, pages, blocks, databases, data sources and comments, by the SDK's names for them. */
export const OBJECT_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "users.me": botJson,
  "users.list": endpoint(z.object(paging), (call, asked) => {
    const people = call.library.members.map(({ key }) => personJson(call.library, key));
    return listPage([...people, botJson(call)], { cursor: asked.start_cursor, size: asked.page_size }, {
      ...{ type: "user", json: (user) => user },
      idOf: (user) => String(user.id),
    });
  }),
  "users.retrieve": endpoint(z.object({ user_id: id }), (call, { user_id: userId }) => {
    if (userId === call.connection.botId) return botJson(call);
    const person = call.library.members.find((one) => one.id === userId);
    if (person === undefined) throw notFound("user", userId);
    return personJson(call.library, person.key);
  }),
  "pages.retrieve": endpoint(
    z.object({ page_id: id }),
    (call, { page_id: pageId }) => pageJson(call, visiblePage(call, pageId)),
  ),
  "pages.retrieveMarkdown": endpoint(
    z.object({ page_id: id }),
    (call, { page_id: pageId }) => pageMarkdown(call, visiblePage(call, pageId)),
  ),
  "pages.properties.retrieve": retrieveProperty,
  "blocks.retrieve": endpoint(
    z.object({ block_id: id }),
    (call, { block_id: blockId }) => blockJson(call, visibleBlock(call, blockId)),
  ),
  "blocks.children.list": endpoint(z.object({ block_id: id, ...paging }), (call, asked) => {
    const children = visibleChildren(call, visibleBlock(call, asked.block_id));
    return listPage(children, { cursor: asked.start_cursor, size: asked.page_size }, {
      ...{ type: "block", idOf: (child) => child, json: (child) => blockJson(call, child) },
    });
  }),
  "databases.retrieve": endpoint(
    z.object({ database_id: id }),
    (call, { database_id: databaseId }) => databaseJson(call, visibleDatabase(call, databaseId)),
  ),
  "dataSources.retrieve": endpoint(
    z.object({ data_source_id: id }),
    (call, { data_source_id: sourceId }) => dataSourceJson(call, visibleDataSource(call, sourceId)),
  ),
  "comments.list": endpoint(z.object({ block_id: id, ...paging }), (call, asked) => {
    const on = visibleBlock(call, asked.block_id);
    const comments = call.library.comments.filter(({ parent }) => parent === on);
    return listPage(comments, { cursor: asked.start_cursor, size: asked.page_size }, {
      ...{ type: "comment", idOf: (comment) => comment.id, json: (comment) => commentJson(call, comment) },
    });
  }),
};
