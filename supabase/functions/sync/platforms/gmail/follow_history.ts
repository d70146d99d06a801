/** What changed in a mailbox since the last pass, by Gmail's own history. */
import { type Page, PlatformError } from "../connector.ts";
import { fetchWanted } from "./fetch_wanted.ts";
import type { GmailApi } from "./gmail_api.ts";
import type { HistoryRecord } from "./gmail_answers.ts";
import { doubt } from "./gmail_cursor.ts";
import { changesIn, planChanges } from "./history_changes.ts";
import { type MailboxContext, pageOf } from "./mailbox_context.ts";

/** Deletions that the expired history would have told are proven by so many listings that miss them. */
const witnesses = 3;

/** Reads the history from `since` up to the present. When Gmail has forgotten it, the labels are listed instead. */
export async function* followHistory(
  context: MailboxContext,
  since: string,
): AsyncGenerator<Page, void, void> {
  const { api, cursor, pass, labels } = context;
  for (let start = since, more = true; more;) {
    const step = await readStep(api, start);
    if (step === undefined) {
      // From before the listing that comes now, so that nothing falls between the two.
      cursor.historyId = (await api.profile()).historyId;
      doubt(cursor, witnesses);
      return;
    }
    const changes = changesIn(step.records);
    const stored = await pass.stored("", [...changes.keys()]);
    const { seen, gone, wanted, isMuch } = planChanges(changes, stored, labels);
    if (isMuch) doubt(cursor, 1);
    cursor.historyId = step.next;
    // Whatever an earlier page wanted was fetched before this one was read.
    cursor.wanted = [...wanted];
    if (changes.size > 0) yield pageOf(context, { seen, gone });
    yield* fetchWanted(context);
    ({ next: start, more } = step);
  }
}

interface HistoryStep {
  readonly records: readonly HistoryRecord[];
  /** The history id up to which the records tell. */
  readonly next: string;
  readonly more: boolean;
}

/**
 * One page of the history, or undefined when Gmail does not go back so far. The next page is asked for by the last
 * record's id and not by a page token, so that a later isolate can go on from there.
 */
async function readStep(api: GmailApi, start: string): Promise<HistoryStep | undefined> {
  let page = await api.history(start);
  if (page === undefined) return undefined;
  const isOdd = page.history.length === 0 && (page.nextPageToken !== undefined || page.historyId !== start);
  // Something changed and nothing is told: perhaps the changes were lost on the way.
  if (isOdd) page = await api.history(start);
  if (page === undefined) return undefined;
  const records = page.history.toSorted((a, b) => compare(a.id, b.id));
  const last = records.at(-1)?.id ?? start;
  const more = page.nextPageToken !== undefined;
  if (!more) return { records, next: compare(page.historyId, last) > 0 ? page.historyId : last, more };
  if (compare(last, start) > 0) return { records, next: last, more };
  throw new PlatformError(
    "provider_down",
    "Gmail repeated a page of its history. What was synced before is kept.",
  );
}

const compare = (a: string, b: string): number => {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
