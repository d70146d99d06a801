import type { Client } from "@notionhq/client";
import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { VERSIONS } from "./notion_call.ts";
import { all, OPENING, sdkClient } from "./sdk_client.ts";
import { truth } from "./truth.ts";

type Json = Record<string, unknown>;

/** Narrows an unknown of the API to an object; the tests read it without the SDK's wide unions. */
function object(value: unknown): Json {
  assert.ok(typeof value === "object" && value !== null);
  return { ...value };
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

const plain = (rich: unknown) => list(rich).map((item) => String(item.plain_text)).join("");

/** A block's words, read from the API's JSON alone. */
function wordsOf(block: Json): string {
  const content = object(block[String(block.type)]);
  const external = content.external === undefined ? {} : object(content.external);
  return [
    plain(content.rich_text ?? content.title),
    Array.isArray(content.cells) ? content.cells.map(plain).join(" | ") : "",
    content.expression,
    content.url ?? external.url,
    plain(content.caption),
  ].filter((part) => typeof part === "string" && part !== "").join(" ");
}

async function readBlocks(client: Client, parent: string, depth: number): Promise<unknown[]> {
  const children = await all((cursor) =>
    client.blocks.children.list({ block_id: parent, page_size: 100, ...(cursor && { start_cursor: cursor }) })
  );
  const blocks: unknown[] = [];
  for (const child of children) {
    const block = object(child);
    if (block.type === "child_page" || block.type === "child_database") continue;
    const type = block.type === "transcription" ? "meeting_notes" : block.type;
    blocks.push({ id: block.id, type, depth, text: wordsOf(block) });
    if (block.has_children === true) blocks.push(...await readBlocks(client, String(block.id), depth + 1));
  }
  return blocks;
}

/** A property in words, read from the API's JSON alone. */
function propertyText(property: Json): string | undefined {
  const value = property[String(property.type)];
  if (value === null || value === undefined) return "";
  switch (property.type) {
    case "title":
    case "rich_text":
      return plain(value);
    case "select":
    case "status":
      return String(object(value).name);
    case "multi_select":
    case "people":
      return list(value).map(({ name }) => name).join(", ");
    case "files":
      return list(value).map(({ external }) => object(external).url).join(", ");
    case "date":
      return [object(value).start, object(value).end].filter((one) => one !== null).join(" → ");
    case "unique_id":
      return `${object(value).prefix}-${object(value).number}`;
    case "last_edited_by":
      return String(object(value).name);
    case "formula":
      return String(object(value)[String(object(value).type)]);
    // Relations carry ids, and rollups may be lists: their own tests read those.
    case "relation":
    case "rollup":
      return undefined;
    default:
      return String(value);
  }
}

for (const version of VERSIONS) {
  Deno.test(`a full walk by the SDK under ${version} reads exactly the truth`, async () => {
    await using workplace = await startWorkplace({ seed: 7, days: 12, now: () => OPENING });
    workplace.notion.rateLimits.enforced = false;
    const client = sdkClient(workplace, { version });
    const found = await all((cursor) => client.search({ ...(cursor && { start_cursor: cursor }) }));
    const expected = truth(workplace.notion.connection);
    const pages = new Map(
      found.filter((one) => one.object === "page").map((page) => [page.id, object(page)]),
    );
    assert.deepEqual([...pages.keys()].sort(), expected.pages.map(({ id }) => id).sort());
    for (const page of expected.pages) {
      assert.deepEqual(await readBlocks(client, page.id, 1), page.blocks, page.title);
      const read = pages.get(page.id) ?? {};
      assert.equal(read.last_edited_time, page.lastEditedTime);
      const properties = object(read.properties);
      const title = Object.values(properties).map(object).find(({ type }) => type === "title");
      assert.equal(plain(title?.title), page.title);
      for (const { name, text } of page.properties) {
        const words = propertyText(object(properties[name]));
        if (words !== undefined) assert.equal(words, text, `${page.title}: ${name}`);
      }
    }
    for (const { id, dataSources } of expected.databases) {
      const database = await client.databases.retrieve({ database_id: id });
      assert.ok("data_sources" in database);
      assert.deepEqual(
        database.data_sources,
        dataSources.map(({ id: source, name }) => ({ id: source, name })),
      );
      for (const source of dataSources) {
        const rows = await all((cursor) =>
          client.dataSources.query({ data_source_id: source.id, ...(cursor && { start_cursor: cursor }) })
        );
        assert.deepEqual(rows.map((row) => row.id), source.rows);
      }
    }
  });
}

Deno.test("the truth has what makes Notion hard to read", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  const { pages, databases } = truth(workplace.notion.connection);
  assert.ok(pages.some(({ blocks }) => blocks.some(({ depth }) => depth > 5)), "blocks deeper than 3");
  assert.ok(pages.some(({ blocks }) => blocks.filter(({ depth }) => depth === 1).length > 100), "long pages");
  assert.ok(pages.some(({ title }) => title === ""), "untitled pages");
  assert.ok(pages.some(({ blocks }) => blocks.length === 0), "empty pages");
  assert.ok(pages.some(({ path }) => path.length >= 4), "pages nested in pages");
  assert.ok(databases.some(({ dataSources }) => dataSources.length === 2), "a container of two");
  assert.ok(
    databases.some(({ dataSources: [first] }) => (first?.rows.length ?? 0) > 100),
    "more than 100 rows",
  );
  const types = new Set(pages.flatMap(({ properties }) => properties.map(({ type }) => type)));
  assert.ok(types.size >= 18, `only ${types.size} types of properties`);
  const { library } = workplace.notion.workspace;
  const hidden = [...library.pages.values()].filter(({ id }) => !pages.some((page) => page.id === id));
  assert.ok(hidden.some(({ inTrash }) => inTrash) && hidden.some(({ restricted }) => restricted));
});
