/** What a connection can see: pages and databases, and the people of the workspace. */
import { type DiscoveredSource, type Discovery, type Person, PlatformError } from "../connector.ts";
import { inFlight } from "../in_flight.ts";
import {
  type Hit,
  type NotionDatabase,
  type NotionDataSource,
  type NotionPage,
  plainOf,
  type RichText,
} from "./notion_answers.ts";
import { type NotionClient, refusalOf } from "./notion_client.ts";
import { placeOf, titleOf, toInstant, untitled } from "./notion_item.ts";
import { callsAtOnce } from "./page_reader.ts";

/** Ten thousand objects: about half a minute of Notion's pace. Rows count, though none of them is offered. */
const mostSearches = 100;
/** Databases whose own title is asked for, newest first; further ones are called like their data source. */
const mostDatabases = 150;
const mostPeopleCalls = 50;

export async function discover(client: NotionClient): Promise<Discovery> {
  const [hits, people] = await Promise.all([everything(client), peopleOf(client)]);
  const live = hits.filter(({ in_trash }) => !in_trash);
  const pages = live.filter((hit) => hit.object === "page");
  const tables = live.filter((hit) => hit.object === "data_source");
  const databases = await databasesOf(client, tables);
  const offered = new Set(databases.map(({ external_id }) => external_id));
  // The rows of a database come with it.
  const own = pages.filter(({ parent }) =>
    parent.type !== "data_source_id" || parent.database_id === undefined || !offered.has(parent.database_id)
  );
  const sources = [...own.map(pageSource), ...databases];
  const editOf = ({ metadata }: DiscoveredSource) => String(metadata["last_edited"]);
  const isNameless = ({ name }: DiscoveredSource) => name.startsWith(untitled);
  const ranked = sources.toSorted((one, other) =>
    Number(isNameless(one)) - Number(isNameless(other)) || editOf(other).localeCompare(editOf(one)) ||
    one.external_id.localeCompare(other.external_id)
  ).map(({ external_id }) => external_id);
  return { sources, ranked, people };
}

/**
 * All that the search finds. It can turn in circles (its last answer leads to its first, or one leads to itself). Whether
 * that happened at its end cannot be told, and what is missing in a discovery is taken for gone; so it is asked once more
 * from the start, and what both found counts.
 */
async function everything(client: NotionClient): Promise<Hit[]> {
  const found = new Map<string, Hit>();
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    if (await searchAll(client, found) === "ended") break;
  }
  return [...found.values()];
}

async function searchAll(client: NotionClient, found: Map<string, Hit>): Promise<"ended" | "circled"> {
  const met = new Set<string>();
  let cursor: string | null = null;
  for (let calls = 0; calls < mostSearches; calls += 1) {
    let answer: Awaited<ReturnType<NotionClient["search"]>> = await client.search(cursor);
    if (answer.results.length === 0) {
      if (cursor !== null) {
        throw new PlatformError("provider_down", "Notion promised more search results and sent none.");
      }
      // Everything would be taken for gone because of one empty answer: it is believed when it comes twice.
      answer = await client.search(null);
    }
    const fresh = answer.results.filter(({ id }) => !met.has(id));
    for (const hit of fresh) {
      met.add(hit.id);
      found.set(hit.id, hit);
    }
    if (!answer.has_more) return "ended";
    if (fresh.length === 0 || answer.next_cursor === null || answer.next_cursor === cursor) return "circled";
    cursor = answer.next_cursor;
  }
  return "ended";
}

function pageSource(page: NotionPage): DiscoveredSource {
  return {
    external_id: page.id,
    kind: "page",
    name: titleOf(page).slice(0, 500),
    metadata: metadataOf(page, page.last_edited_time),
  };
}

async function databasesOf(
  client: NotionClient,
  tables: readonly NotionDataSource[],
): Promise<DiscoveredSource[]> {
  const byDatabase = Map.groupBy(tables, ({ parent, id }) => parent.database_id ?? id);
  const wanted = [...byDatabase].map(([id, own], nth) => ({ id, own, isAsked: nth < mostDatabases }));
  const sources: DiscoveredSource[] = [];
  const answers = inFlight(callsAtOnce, wanted, async ({ id, own, isAsked }) => {
    const edits = own.map(({ last_edited_time }) => toInstant(last_edited_time));
    const container = isAsked ? await containerOf(client, id) : undefined;
    if (container === undefined) return databaseSource(id, edits, own[0]);
    return container.in_trash ? undefined : databaseSource(id, edits, container);
  });
  for await (const source of answers) if (source !== undefined) sources.push(source);
  return sources;
}

async function containerOf(client: NotionClient, id: string): Promise<NotionDatabase | undefined> {
  try {
    return await client.database(id);
  } catch (thrown) {
    // Its data source is shared and it is not.
    if (["object_not_found", "restricted_resource"].includes(refusalOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}

function databaseSource(
  id: string,
  edits: readonly string[],
  named: NotionDatabase | NotionDataSource | undefined,
): DiscoveredSource {
  const title: RichText = named?.title ?? [];
  const newest = [...edits, ...(named ? [toInstant(named.last_edited_time)] : [])].toSorted().at(-1) ?? "";
  const place = named !== undefined && "database_parent" in named ? named.database_parent : undefined;
  return {
    external_id: id,
    kind: "database",
    name: plainOf(title).replace(/\s+/g, " ").trim().slice(0, 500) || untitled,
    metadata: metadataOf({ parent: place ?? named?.parent, url: named?.url ?? "" }, newest),
  };
}

function metadataOf(
  { parent, url }: { parent: NotionPage["parent"] | undefined; url: string },
  lastEdited: string,
): DiscoveredSource["metadata"] {
  const place = parent === undefined ? { type: "unknown", id: null } : placeOf(parent);
  return {
    parent_type: place.type,
    parent_id: place.id,
    last_edited: lastEdited === "" ? null : toInstant(lastEdited),
    url,
  };
}

/** Everybody's name; nobody's when the connection may not read about people. */
async function peopleOf(client: NotionClient): Promise<Person[]> {
  const people = new Map<string, Person>();
  let cursor: string | null = null;
  for (let calls = 0; calls < mostPeopleCalls; calls += 1) {
    let answer: Awaited<ReturnType<NotionClient["users"]>>;
    try {
      answer = await client.users(cursor);
    } catch (thrown) {
      if (refusalOf(thrown) === "restricted_resource") break;
      throw thrown;
    }
    const before = people.size;
    for (const { id, name, person } of answer.results) {
      if (name) people.set(id, { external_id: id, name, ...(person?.email && { email: person.email }) });
    }
    if (!answer.has_more || answer.next_cursor === null) break;
    if (
      answer.next_cursor === cursor ||
      (people.size === before && answer.results.every(({ id }) => people.has(id)))
    ) {
      throw new PlatformError("provider_down", "Notion repeated a part of its list of people.");
    }
    cursor = answer.next_cursor;
  }
  return [...people.values()];
}
