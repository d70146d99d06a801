import { z } from "zod";
import type { NotionConnection } from "./connections.ts";
import type { Library } from "./library.ts";
import { invalid, notFound, PAGE_SIZE } from "./notion_answer.ts";
import type { Database, DataSource, Page } from "./page.ts";
import type { NotionJson } from "./rich_text.ts";

/** Versions of the API that are spoken here. */
export const VERSIONS = ["2025-09-03", "2026-03-11"] as const;
export type Version = typeof VERSIONS[number];

/** What an endpoint runs with. */
export interface NotionCall {
  connection: NotionConnection;
  library: Library;
  version: Version;
  /** The workplace's present, epoch milliseconds. */
  now: number;
  search: SearchTraps;
}

/** How badly search behaves. */
export interface SearchTraps {
  /** True: its last page leads to the first again, for ever, as Notion's has been seen to do. */
  loops: boolean;
  /** For how long after its first writing a page is not found yet, in milliseconds. */
  indexDelayMs: number;
}

/** What an endpoint was asked: path parameters, query and body together. */
export type Asked = Readonly<Record<string, unknown>>;
export type Endpoint = (call: NotionCall, asked: Asked) => NotionJson;

/** Makes an endpoint that reads what it is asked by a schema first and refuses with `validation_error`. */
export function endpoint<Schema extends z.ZodType>(
  schema: Schema,
  run: (call: NotionCall, asked: z.output<Schema>) => NotionJson,
): Endpoint {
  return (call, raw) => {
    const asked = schema.safeParse(raw);
    if (asked.success) return run(call, asked.data);
    const issues = asked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw invalid(`body failed validation: ${issues.join("; ")}.`);
  };
}

/** A UUID with or without dashes, as Notion takes both. */
export const id = z.string().transform((text, context) => {
  const hex = text.replaceAll("-", "").toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) {
    context.addIssue(`should be a valid uuid, instead was \`${JSON.stringify(text)}\``);
    return z.NEVER;
  }
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
});

/** Where a listing goes on and how much of it a page holds. */
export const paging = {
  start_cursor: z.string().nullish().transform((cursor) => cursor ?? undefined),
  page_size: z.coerce.number().int().min(1).max(PAGE_SIZE, `should be ≤ \`${PAGE_SIZE}\``).optional(),
};

/** Whether a connection can see a page, database, data source or block: it or what it stands in was ticked. */
export function canSee(
  { connection, library }: Pick<NotionCall, "connection" | "library">,
  what: string,
): boolean {
  const start = library.dataSources.get(what)?.database ?? what;
  for (const around of library.around(start)) {
    if ((library.pages.get(around) ?? library.databases.get(around))?.restricted === true) return false;
    if (connection.roots.has(around)) return true;
  }
  return false;
}

/** @throws NotionRefusal 404 */
export function visiblePage(call: NotionCall, pageId: string): Page {
  const page = call.library.pages.get(pageId);
  if (page === undefined || !canSee(call, pageId)) throw notFound("page", pageId);
  return page;
}

/** @throws NotionRefusal 404 */
export function visibleDatabase(call: NotionCall, databaseId: string): Database {
  const database = call.library.databases.get(databaseId);
  if (database === undefined || !canSee(call, databaseId)) throw notFound("database", databaseId);
  return database;
}

/** @throws NotionRefusal 404 */
export function visibleDataSource(call: NotionCall, sourceId: string): DataSource {
  const source = call.library.dataSources.get(sourceId);
  if (source === undefined || !canSee(call, sourceId)) throw notFound("data_source", sourceId);
  return source;
}
