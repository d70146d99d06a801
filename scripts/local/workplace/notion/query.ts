import { z } from "zod";
import { minuteOf } from "./minute.ts";
import { invalid, listPage } from "./notion_answer.ts";
import { canSee, endpoint, id, type NotionCall, paging, visibleDataSource } from "./notion_call.ts";
import { pageJson } from "./object_json.ts";
import type { DataSource, Page } from "./page.ts";
import { valueText } from "./property_json.ts";
import { passes } from "./row_filter.ts";

const direction = z.enum(["ascending", "descending"]);
const asking = z.object({
  data_source_id: id,
  filter: z.record(z.string(), z.unknown()).optional(),
  sorts: z.array(z.union([
    z.object({ property: z.string(), direction }),
    z.object({ timestamp: z.enum(["created_time", "last_edited_time"]), direction }),
  ])).optional(),
  in_trash: z.boolean().optional(),
  archived: z.boolean().optional(),
  result_type: z.enum(["page", "data_source"]).optional(),
  ...paging,
});

type Sort = NonNullable<z.output<typeof asking>["sorts"]>[number];

/** `POST /v1/data_sources/{id}/query`: the rows, in the order in which they came unless sorted. */
export const query = endpoint(asking, (call, asked) => {
  const { library } = call;
  const source = visibleDataSource(call, asked.data_source_id);
  const trashed = asked.in_trash ?? asked.archived ?? false;
  const rows = source.rows.map((row) => library.page(row)).filter((page) =>
    library.isTrashed(page.id) === trashed && canSee(call, page.id) &&
    (asked.filter === undefined || passes(library, { page, source }, asked.filter))
  );
  // The last sort counts least: sorting is stable, so it goes first.
  for (const sort of [...asked.sorts ?? []].reverse()) {
    const sign = sort.direction === "ascending" ? 1 : -1;
    const keys = new Map(rows.map((page) => [page, keyOf(call, source, page, sort)]));
    rows.sort((left, right) => sign * order(keys.get(left) ?? "", keys.get(right) ?? ""));
  }
  const list = listPage(rows, { cursor: asked.start_cursor, size: asked.page_size }, {
    ...{ type: "page_or_data_source", idOf: (page) => page.id, json: (page) => pageJson(call, page) },
  });
  return { ...list, ...(call.version === "2026-03-11" && { request_status: { type: "complete" } }) };
});

function keyOf({ library }: NotionCall, source: DataSource, page: Page, sort: Sort): string | number {
  if ("timestamp" in sort) {
    return minuteOf(sort.timestamp === "created_time" ? page.createdAt : page.editedAt);
  }
  const column = source.columns.find(({ id: own, name }) => own === sort.property || name === sort.property);
  if (column === undefined) throw invalid(`Could not find sort property with name or id: ${sort.property}`);
  const entered = page.values.get(column.id);
  if (typeof entered === "number") return entered;
  const option = typeof entered === "string" ? column.options?.indexOf(entered) : undefined;
  return option ?? valueText(library, { page, source }, column).toLowerCase();
}

function order(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
