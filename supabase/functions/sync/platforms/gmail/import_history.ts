/** History of one label on demand: newest first, back to where the asked scope ends. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item, SeenItem } from "../../content/item.ts";
import { type ImportScope, type Page, type ReadingProgress, type SourceToRead } from "../connector.ts";
import { refusalOf } from "../google/google_refusal.ts";
import { inFlight } from "../notion/in_flight.ts";
import { fetchedPage, fetchesAtATime, isAway } from "./fetch_wanted.ts";
import { secondsFor } from "./gmail_api.ts";
import { itemOf } from "./gmail_item.ts";
import { labelGone, readList, repeated, searchSince } from "./label_listing.ts";
import { type MailboxTools, nameOf } from "./mailbox_context.ts";

const day = 86_400_000;

const importCursor = z.object({
  version: z.literal(1),
  /** Where the scope ends, as it was when the import began (epoch milliseconds). */
  since: z.number().int().nullable(),
  pageToken: z.string().nullable(),
  items: z.number().int().nonnegative(),
});
type ImportCursor = z.output<typeof importCursor>;

/**
 * Pages of an import. A mail that is stored is not fetched again and counts among the items. A label lists every mail of
 * its threads by itself, so that the scope's `threads` changes nothing.
 */
export async function* importLabel(
  { api, account, pass }: Pick<MailboxTools, "api" | "account" | "pass">,
  { externalId: label }: SourceToRead,
  scope: ImportScope,
  stored: Json,
): AsyncGenerator<Page, void, void> {
  let cursor: ImportCursor = importCursor.safeParse(stored).data ?? {
    ...{ version: 1, pageToken: null, items: 0 },
    since: scope.days === null ? null : pass.startedAt.getTime() - scope.days * day,
  };
  const search = searchSince(cursor.since);
  while (cursor.items < scope.items) {
    const most = Math.min(fetchedPage, scope.items - cursor.items);
    const page = await readPage(cursor, most);
    if (page === undefined) {
      yield { items: [], failed: [labelGone(label)], cursor };
      return;
    }
    const ids = page.messages.map(({ id }) => id).slice(0, most);
    const known = await pass.stored("", ids);
    const seen: SeenItem[] = [];
    const missing: string[] = [];
    for (const id of ids) {
      const item = known.get(id);
      if (item === undefined || item.deleted) missing.push(id);
      else seen.push({ ...nameOf(id), sources: [...new Set([...item.sources, label])] });
    }
    const items: Item[] = [];
    for await (const mail of inFlight(fetchesAtATime, missing, (id) => api.mail(id))) {
      if (mail !== undefined && !isAway(mail)) items.push(itemOf(mail, account, [label]));
    }
    const next = page.nextPageToken;
    if (next !== undefined && next === cursor.pageToken) throw repeated();
    cursor = { ...cursor, pageToken: next ?? null, items: cursor.items + items.length + seen.length };
    const isDone = next === undefined || cursor.items >= scope.items;
    yield { items, seen, progress: progressOf(cursor, scope, isDone), cursor };
    if (isDone) return;
  }

  async function readPage({ pageToken }: ImportCursor, most: number) {
    try {
      return await readList(api, { labelId: label, search, most, pageToken: pageToken ?? undefined });
    } catch (thrown) {
      if (refusalOf(thrown)?.status !== 400 || pageToken === null) throw thrown;
      // A page token that has grown too old: from the beginning again, past what is stored by now.
      cursor = { ...cursor, pageToken: null, items: 0 };
      return await readList(api, { labelId: label, search, most });
    }
  }
}

function progressOf({ items }: ImportCursor, scope: ImportScope, isDone: boolean): ReadingProgress {
  if (isDone) return { percent: 100, secondsLeft: 0 };
  const percent = Math.min(99, Math.floor(100 * items / scope.items));
  // The label may have fewer mails than were asked for: then it is done sooner.
  return { percent, secondsLeft: secondsFor(scope.items - items) };
}
