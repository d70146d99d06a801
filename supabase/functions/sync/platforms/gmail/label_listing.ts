/** Which mails of a time stand under which labels: the ids only, from end to end. */
import { PlatformError, type SourceFailure } from "../connector.ts";
import { refusalOf } from "../google/google_refusal.ts";
import { inFlight } from "../in_flight.ts";
import { type GmailApi, type ListedPlace, listingPage } from "./gmail_api.ts";
import type { MailList, MailRef } from "./gmail_answers.ts";

/** A month of 100,000 mails under one label is a machine's; of it only the newest are kept. */
const mostPages = 200;
const labelsAtATime = 4;

export interface Listing {
  /** What stands under each label that could be listed, newest first. */
  readonly mails: ReadonlyMap<string, readonly MailRef[]>;
  /** Labels whose listing ended before the mails did. */
  readonly cut: ReadonlySet<string>;
  readonly failed: readonly SourceFailure[];
}

/** Gmail's search for mail that came at this instant (epoch milliseconds) or later; null: for mail of any age. */
export function searchSince(instant: number | null): string {
  // Each autosave of a draft is another mail.
  const drafts = "-in:drafts";
  return instant === null ? drafts : `after:${Math.floor(instant / 1000)} ${drafts}`;
}

/**
 * Lists labels from end to end. A label that does not exist any more is a failure of its own.
 *
 * @throws {PlatformError} `provider_down` when Gmail repeats a page for ever
 */
export async function listLabels(api: GmailApi, labels: readonly string[], search: string): Promise<Listing> {
  const mails = new Map<string, readonly MailRef[]>();
  const cut = new Set<string>();
  const failed: SourceFailure[] = [];
  const listings = inFlight(labelsAtATime, labels, async (label) => ({
    label,
    found: await listLabel(api, label, search),
  }));
  for await (const { label, found } of listings) {
    if (found === undefined) failed.push(labelGone(label));
    else {
      mails.set(label, found.mails);
      if (found.isCut) cut.add(label);
    }
  }
  return { mails, cut, failed };
}

async function listLabel(
  api: GmailApi,
  labelId: string,
  search: string,
): Promise<{ readonly mails: MailRef[]; readonly isCut: boolean } | undefined> {
  const mails = new Map<string, MailRef>();
  const read = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page = await readList(api, { labelId, search, most: listingPage, pageToken });
    if (page === undefined) return undefined;
    for (const mail of page.messages) mails.set(mail.id, mail);
    pageToken = page.nextPageToken;
    if (pageToken === undefined) return { mails: [...mails.values()], isCut: false };
    if (read.has(pageToken)) throw repeated();
    read.add(pageToken);
  } while (read.size < mostPages);
  return { mails: [...mails.values()], isCut: true };
}

/**
 * One page of a listing; undefined when there is no such label. A page without mails is read a second time: an empty one
 * that claims to be the last looks like one whose mails got lost on the way.
 */
export async function readList(api: GmailApi, place: ListedPlace): Promise<MailList | undefined> {
  try {
    const page = await api.list(place);
    return page.messages.length > 0 ? page : await api.list(place);
  } catch (thrown) {
    const status = refusalOf(thrown)?.status;
    // Gmail answers 400 for a label that is gone, and for a page token that it does not know.
    if (status === 404 || (status === 400 && place.pageToken === undefined)) return undefined;
    throw thrown;
  }
}

export const repeated = () =>
  new PlatformError("provider_down", "Gmail repeated a page of a listing. What was synced before is kept.");

export const labelGone = (source: string): SourceFailure => ({
  source,
  error: "not_found",
  message: "Gmail does not know this label any more. Its mail that was synced before is kept. Deselect it.",
});
