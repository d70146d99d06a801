/** Fetches the mails that the cursor wants, page by page. */
import type { Item, ItemName } from "../../content/item.ts";
import { type Page, PlatformError } from "../connector.ts";
import { inFlight } from "../notion/in_flight.ts";
import { itemOf } from "./gmail_item.ts";
import { doubt } from "./gmail_cursor.ts";
import type { Mail } from "./gmail_answers.ts";
import { awayLabels } from "./gmail_labels.ts";
import { type MailboxContext, nameOf, pageOf, selectedOf } from "./mailbox_context.ts";

/** Mails of one page: so many are lost at most when the isolate dies. */
export const fetchedPage = 50;
export const fetchesAtATime = 8;

/** What is fetched leaves the cursor's list together with the page that has it, whatever it turned out to be. */
export async function* fetchWanted(context: MailboxContext): AsyncGenerator<Page, void, void> {
  const { api, cursor } = context;
  while (cursor.wanted.length > 0) {
    const ids = cursor.wanted.slice(0, fetchedPage);
    const done = new Set<string>();
    const items: Item[] = [];
    const gone: ItemName[] = [];
    let failure: PlatformError | undefined;
    try {
      for await (
        const { id, mail } of inFlight(fetchesAtATime, ids, async (id) => ({ id, mail: await api.mail(id) }))
      ) {
        done.add(id);
        // Deleted since it was named, or a glitch: a listing of the next pass will tell.
        if (mail === undefined) doubt(cursor, 1);
        else if (isAway(mail)) gone.push(nameOf(id));
        else {
          const item = itemToKeep(context, mail);
          if (item !== undefined) items.push(item);
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof PlatformError)) throw thrown;
      failure = thrown;
    }
    cursor.wanted = cursor.wanted.filter((id) => !done.has(id));
    if (cursor.round !== null) cursor.round.fetched += done.size;
    if (done.size > 0) yield pageOf(context, { items, gone });
    if (failure !== undefined) throw failure;
  }
}

export const isAway = ({ labelIds }: Mail): boolean => labelIds.some((label) => awayLabels.includes(label));

/** The mail as an item, when it is under a selected label and young enough. */
function itemToKeep(context: MailboxContext, mail: Mail): Item | undefined {
  const sources = selectedOf(context, mail.labelIds);
  if (sources.length === 0 || mail.internalDate < context.windowStart) return undefined;
  return itemOf(mail, context.account, sources);
}
