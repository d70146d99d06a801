/** Pages on demand: one page, or the rows of one database back to a day or up to a number. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { ImportScope, Page, Pass, SourceToRead } from "../connector.ts";
import type { NotionPage } from "./notion_answers.ts";
import { toInstant } from "./notion_item.ts";
import type { RoundContext } from "./round_context.ts";
import { RowListing } from "./row_listing.ts";

const importCursor = z.object({
  version: z.literal(1),
  began: z.iso.datetime(),
  /** The next row was last edited in this minute or before it; null: from the newest on. */
  before: z.iso.datetime().nullable(),
  /** Rows that were newer than that. */
  listed: z.number().int(),
  done: z.boolean(),
});

const batchSize = 50;
const day = 86_400_000;

export async function* importPages(
  tools: Pick<RoundContext, "client" | "reader" | "pass">,
  source: SourceToRead,
  scope: ImportScope,
  stored: Json,
): AsyncGenerator<Page, void, void> {
  const { client, pass } = tools;
  const parsed = importCursor.safeParse(stored);
  const cursor = parsed.success
    ? parsed.data
    : { version: 1 as const, began: pass.startedAt.toISOString(), before: null, listed: 0, done: false };
  if (cursor.done) return;
  if (source.kind === "page") {
    const page = await client.page(source.externalId);
    if (page.in_trash) {
      yield { items: [], gone: [{ container_id: "", item_id: page.id }], cursor: { ...cursor, done: true } };
      return;
    }
    yield* readBatch(tools, [page], source, cursor);
    yield { items: [], cursor: { ...cursor, done: true }, progress: { percent: 100, secondsLeft: 0 } };
    return;
  }
  const { data_sources } = await client.database(source.externalId);
  const listing = new RowListing(client, data_sources.map(({ id }) => id), {
    pageSize: Math.min(100, scope.items),
    onOrBefore: cursor.before,
  });
  const oldest = scope.days === null
    ? ""
    : new Date(Date.parse(cursor.began) - scope.days * day).toISOString();
  let [listed, alike] = [cursor.listed, 0];
  while (!cursor.done) {
    const batch: NotionPage[] = [];
    while (batch.length < batchSize && !cursor.done) {
      const row = listed + batch.length < scope.items ? await listing.next() : undefined;
      if (row === undefined || toInstant(row.last_edited_time) < oldest) cursor.done = true;
      else batch.push(row);
    }
    yield* readBatch(tools, batch, source, { ...cursor, done: false });
    listed += batch.length;
    const last = batch.at(-1);
    if (last !== undefined) {
      const time = toInstant(last.last_edited_time);
      const sharing = batch.filter((row) => toInstant(row.last_edited_time) === time).length;
      alike = cursor.before === time ? alike + sharing : sharing;
      cursor.before = time;
      cursor.listed = listed - alike;
    }
    yield {
      items: [],
      cursor: { ...cursor },
      progress: {
        percent: cursor.done ? 100 : shareOf(listed, cursor.before, oldest, cursor.began, scope),
        secondsLeft: null,
      },
    };
  }
}

/** How far an import is, by rows or by days, whichever is further. */
function shareOf(
  listed: number,
  before: string | null,
  oldest: string,
  began: string,
  { items }: ImportScope,
): number {
  const byRows = listed / items;
  const span = Date.parse(began) - Date.parse(oldest);
  const byDays = before === null || oldest === "" ? 0 : (Date.parse(began) - Date.parse(before)) / span;
  return Math.max(0, Math.min(99, Math.floor(100 * Math.max(byRows, byDays))));
}

async function* readBatch(
  { reader, pass }: { reader: RoundContext["reader"]; pass: Pass },
  batch: readonly NotionPage[],
  { externalId }: SourceToRead,
  cursor: z.output<typeof importCursor>,
): AsyncGenerator<Page, void, void> {
  // An import adds its source; it knows nothing of the others that the page belongs to.
  const before = await pass.stored("", batch.map(({ id }) => id));
  const sourcesOf = ({ id }: NotionPage) => {
    const own = before.get(id);
    return [...new Set([...(own === undefined || own.deleted ? [] : own.sources), externalId])];
  };
  // No round of a sync has this number.
  const round = { began: cursor.began, number: 0 };
  const { stale, seen } = await reader.sort(batch, sourcesOf, { ...round, full: true });
  if (seen.length > 0) yield { items: [], seen, cursor: { ...cursor } };
  for await (const { items } of reader.read(stale, round)) yield { items, cursor: { ...cursor } };
}
