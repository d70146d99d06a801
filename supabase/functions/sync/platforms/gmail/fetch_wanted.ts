/** Fetches the mails that the cursor wants, page by page. */
import type { Item, ItemName } from "../../content/item.ts";
import { type Page, PlatformError } from "../connector.ts";
import { inFlight } from "../in_flight.ts";
import { type GmailApi, mailsWorthThread } from "./gmail_api.ts";
import type { Mail, MailRef } from "./gmail_answers.ts";
import { doubt } from "./gmail_cursor.ts";
import { itemOf } from "./gmail_item.ts";
import { awayLabels } from "./gmail_labels.ts";
import { type MailboxContext, nameOf, pageOf, selectedOf } from "./mailbox_context.ts";

/** Mails of one page, unless a single thread has more: so many are lost at most when the isolate dies. */
export const fetchedPage = 50;
export const fetchesAtATime = 8;

/** What is fetched leaves the cursor's list together with the page that has it, whatever it turned out to be. */
export async function* fetchWanted(context: MailboxContext): AsyncGenerator<Page, void, void> {
  const { api, cursor } = context;
  while (cursor.wanted.length > 0) {
    const done = new Set<string>();
    const items: Item[] = [];
    const gone: ItemName[] = [];
    let failure: PlatformError | undefined;
    try {
      const fetches = fetchesOf(cursor.wanted, fetchedPage);
      for await (const results of inFlight(fetchesAtATime, fetches, (mails) => fetchMails(api, mails))) {
        for (const { id, mail } of results) {
          done.add(id);
          // Deleted since it was named, or a glitch: a listing of the next pass will tell.
          if (mail === undefined) doubt(cursor, 1);
          else if (isAway(mail)) gone.push(nameOf(id));
          else {
            const item = itemToKeep(context, mail);
            if (item !== undefined) items.push(item);
          }
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof PlatformError)) throw thrown;
      failure = thrown;
    }
    cursor.wanted = cursor.wanted.filter(({ id }) => !done.has(id));
    if (cursor.round !== null) cursor.round.fetched += done.size;
    if (done.size > 0) yield pageOf(context, { items, gone });
    if (failure !== undefined) throw failure;
  }
}

/** The first mails in the order in which they are wanted, those of a thread that is worth it together. */
export function fetchesOf(wanted: readonly MailRef[], most: number): MailRef[][] {
  const threads = Map.groupBy(wanted, ({ threadId }) => threadId);
  const fetches: MailRef[][] = [];
  let count = 0;
  for (const mail of wanted) {
    const mates = threads.get(mail.threadId) ?? [];
    const isThread = mates.length >= mailsWorthThread;
    // The thread comes with its first mail.
    if (isThread && mates[0] !== mail) continue;
    const together = isThread ? mates : [mail];
    if (count > 0 && count + together.length > most) break;
    fetches.push(together);
    count += together.length;
  }
  return fetches;
}

interface Fetched {
  readonly id: string;
  /** Undefined: it does not exist any more. */
  readonly mail: Mail | undefined;
}

/** Mails of one thread: all at once, and what the thread lacks one by one. */
async function fetchMails(api: GmailApi, mails: readonly MailRef[]): Promise<Fetched[]> {
  const [first] = mails;
  const isThread = first !== undefined && mails.length >= mailsWorthThread;
  const thread = isThread ? await api.thread(first.threadId) ?? [] : [];
  const found = new Map(thread.map((mail) => [mail.id, mail]));
  const fetched: Fetched[] = [];
  for (const { id } of mails) fetched.push({ id, mail: found.get(id) ?? await api.mail(id) });
  return fetched;
}

export const isAway = ({ labelIds }: Mail): boolean => labelIds.some((label) => awayLabels.includes(label));

/** The mail as an item, when it is under a selected label and young enough. */
function itemToKeep(context: MailboxContext, mail: Mail): Item | undefined {
  const sources = selectedOf(context, mail.labelIds);
  if (sources.length === 0 || mail.internalDate < context.windowStart) return undefined;
  return itemOf(mail, context.account, sources);
}
