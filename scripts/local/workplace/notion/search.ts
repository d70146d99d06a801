import { z } from "zod";
import { minuteOf } from "./minute.ts";
import { invalid, PAGE_SIZE } from "./notion_answer.ts";
import { canSee, endpoint, type NotionCall, paging } from "./notion_call.ts";
import { dataSourceJson, pageJson } from "./object_json.ts";
import type { NotionJson } from "./rich_text.ts";

interface Hit {
  id: string;
  title: string;
  editedAt: number;
  json(): NotionJson;
}

const asking = z.object({
  query: z.string().optional(),
  sort: z.object({
    timestamp: z.literal("last_edited_time").optional(),
    direction: z.enum(["ascending", "descending"]),
  }).optional(),
  filter: z.object({
    property: z.literal("object"),
    value: z.enum(["page", "data_source"], "should be `page` or `data_source`"),
  }).optional(),
  ...paging,
});

/**
 * `POST /v1/search`: pages and data sources by their titles, newest edit first unless asked otherwise.
 *
 * A cursor names the place behind the last hit in the order of the sort: what is edited between two pages moves
 * to the front and is seen again, or not seen at all, as with Notion's own.
 */
export const search = endpoint(asking, (call, asked) => {
  const wanted = asked.query?.toLowerCase() ?? "";
  const direction = asked.sort?.direction === "ascending" ? 1 : -1;
  const hits = hitsOf(call, asked.filter?.value)
    .filter(({ title }) => title.toLowerCase().includes(wanted))
    .sort((left, right) => direction * order(keyOf(left), keyOf(right)));
  const after = asked.start_cursor === undefined ? undefined : placeOf(asked.start_cursor);
  const from = after === undefined || after === ""
    ? 0
    : hits.findIndex((hit) => direction * order(keyOf(hit), after) > 0);
  const size = asked.page_size ?? PAGE_SIZE;
  const page = from === -1 ? [] : hits.slice(from, from + size);
  const last = page.at(-1);
  const more = last !== undefined && from + size < hits.length;
  const loop = call.search.loops && !more;
  return {
    object: "list",
    results: page.map((hit) => hit.json()),
    next_cursor: more ? cursorAt(keyOf(last)) : loop ? cursorAt("") : null,
    has_more: more || loop,
    type: "page_or_data_source",
    page_or_data_source: {},
    ...(call.version === "2026-03-11" && { request_status: { type: "complete" } }),
  };
});

function hitsOf(call: NotionCall, only: "page" | "data_source" | undefined): Hit[] {
  const { library, now, search: { indexDelayMs } } = call;
  const listed = (id: string) =>
    canSee(call, id) && !library.isTrashed(library.dataSources.get(id)?.database ?? id);
  const pages = [...library.pages.values()].filter(({ id, createdAt }) =>
    createdAt <= now - indexDelayMs && listed(id)
  );
  const sources = [...library.dataSources.values()].filter(({ id }) => listed(id));
  return [
    ...(only === "data_source" ? [] : pages).map((page): Hit => ({
      ...{ id: page.id, title: library.title(page.id), editedAt: page.editedAt },
      json: () => pageJson(call, page),
    })),
    ...(only === "page" ? [] : sources).map((source): Hit => ({
      ...{ id: source.id, title: source.name, editedAt: library.database(source.database).editedAt },
      json: () => dataSourceJson(call, source),
    })),
  ];
}

/** The order within one minute is nobody's business: Notion tells nothing finer. */
function keyOf({ editedAt, id }: Pick<Hit, "editedAt" | "id">): string {
  return `${minuteOf(editedAt)} ${id}`;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The form of a search cursor; callers must not look inside. */
export function cursorAt(key: string): string {
  return btoa(`search:${key}`);
}

function placeOf(cursor: string): string {
  try {
    const text = atob(cursor);
    if (text.startsWith("search:")) return text.slice("search:".length);
  } catch {
    // Not base64: the same refusal as a cursor of another listing.
  }
  throw invalid(`The start_cursor provided is invalid: ${cursor}`);
}
