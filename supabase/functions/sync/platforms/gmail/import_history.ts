/** History of one label on demand: newest first, back to where the asked scope ends. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item, SeenItem } from "../../content/item.ts";
import type { ImportScope, Page, ReadingProgress, SourceToRead } from "../connector.ts";
import { refusalOf } from "../google/google_refusal.ts";
import { inFlight } from "../in_flight.ts";
import { fetchedPage, fetchesAtATime, isAway } from "./fetch_wanted.ts";
import { secondsFor } from "./gmail_api.ts";
import type { Mail, MailRef } from "./gmail_answers.ts";
import { itemOf } from "./gmail_item.ts";
import { labelGone, readList, repeated, searchSince } from "./label_listing.ts";
import { type MailboxTools, nameOf, selectedOf, windowStartOf } from "./mailbox_context.ts";

const day = 86_400_000;

const importCursor = z.object({
  version: z.literal(1),
  /** Where the scope ends, as it was when the import began (epoch milliseconds). */
  since: z.number().int().nullable(),
  pageToken: z.string().nullable(),
  items: z.number().int().nonnegative(),
});
type ImportCursor = z.output<typeof importCursor>;
interface Tools extends Pick<MailboxTools, "api" | "account" | "pass"> {
  /** The selected labels. */
  readonly labels: readonly string[];
}

/**
 * Pages of an import. A mail that is stored is not fetched again and counts among the items; one that is fetched belongs
 * to all of its selected labels. With `threads`, the rest of each thread comes too, as far as it is older than what a sync
 * keeps: the sync decides on younger mail by its labels.
 */
export async function* importLabel(
  tools: Tools,
  { externalId: label }: SourceToRead,
  scope: ImportScope,
  stored: Json,
): AsyncGenerator<Page, void, void> {
  const { api, account, pass } = tools;
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
    const listed = page.messages.slice(0, most);
    const { seen, missing } = await split(tools, label, listed);
    const mails = scope.threads
      ? await readThreads(tools, label, listed, missing)
      : await readMails(tools, missing);
    const items: Item[] = mails.filter((mail) => !isAway(mail))
      .map((mail) => itemOf(mail, account, [...new Set([label, ...selectedOf(tools, mail.labelIds)])]));
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

/** What of a page is stored already, and what is not. */
async function split({ pass }: Tools, label: string, listed: readonly MailRef[]) {
  const known = await pass.stored("", listed.map(({ id }) => id));
  const seen: SeenItem[] = [];
  const missing: MailRef[] = [];
  for (const mail of listed) {
    const item = known.get(mail.id);
    if (item === undefined || item.deleted) missing.push(mail);
    else seen.push({ ...nameOf(mail.id), sources: [...new Set([...item.sources, label])] });
  }
  return { seen, missing };
}

async function readMails({ api }: Tools, missing: readonly MailRef[]): Promise<Mail[]> {
  const mails: Mail[] = [];
  for await (const mail of inFlight(fetchesAtATime, missing, ({ id }) => api.mail(id))) {
    if (mail !== undefined) mails.push(mail);
  }
  return mails;
}

/** The missing mails, and what else stands in the threads of a page. */
async function readThreads(
  tools: Tools,
  label: string,
  listed: readonly MailRef[],
  missing: readonly MailRef[],
): Promise<Mail[]> {
  const wanted = new Set(missing.map(({ id }) => id));
  const found = new Map<string, Mail>();
  const mates = new Map<string, Mail>();
  const threads = new Set(listed.map(({ threadId }) => threadId));
  for await (const thread of inFlight(fetchesAtATime, threads, (id) => tools.api.thread(id))) {
    for (const mail of thread ?? []) {
      if (wanted.has(mail.id)) found.set(mail.id, mail);
      else if (!mail.labelIds.includes(label) && mail.internalDate < windowStartOf(tools.pass)) {
        mates.set(mail.id, mail);
      }
    }
  }
  const known = await tools.pass.stored("", [...mates.keys()]);
  const rest = await readMails(tools, missing.filter(({ id }) => !found.has(id)));
  const isNew = ({ id }: Mail) => known.get(id)?.deleted ?? true;
  return [...found.values(), ...rest, ...[...mates.values()].filter(isNew)];
}

function progressOf({ items }: ImportCursor, scope: ImportScope, isDone: boolean): ReadingProgress {
  if (isDone) return { percent: 100, secondsLeft: 0 };
  const percent = Math.min(99, Math.floor(100 * items / scope.items));
  // The label may have fewer mails than were asked for: then it is done sooner.
  return { percent, secondsLeft: secondsFor(scope.items - items) };
}
