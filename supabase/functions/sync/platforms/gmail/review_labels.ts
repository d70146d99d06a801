/**
 * Looks at all selected labels from end to end: mail that is not stored is fetched as far as the budgets go, memberships
 * are put right, and what is stored and not listed was missed once. So a mailbox is read the first time, a newly selected
 * label later, and whatever the history did not tell after that.
 */
import type { SeenItem } from "../../content/item.ts";
import type { Enumeration, Page, StoredItem } from "../connector.ts";
import { fetchWanted } from "./fetch_wanted.ts";
import type { MailRef } from "./gmail_answers.ts";
import { doubt, type GmailCursor } from "./gmail_cursor.ts";
import { type Listing, listLabels, searchSince } from "./label_listing.ts";
import { type MailboxContext, nameOf, pageOf, selectedOf } from "./mailbox_context.ts";

const hour = 3_600_000;
/** Half an hour less than six, so that a schedule of six hours does not miss it by minutes. */
const reviewEvery = 5.5 * hour;
/** The listing's edge moves while it goes on. */
const edge = 24 * hour;
const seenPage = 500;
/** Mails that the cursor carries at most: more than a minute of Gmail's quota. */
const mostWanted = 400;

export function isReviewDue({ cursor, labels, pass }: MailboxContext): boolean {
  if (cursor.round !== null || cursor.behind || cursor.doubts > 0) return true;
  return labels.some((label) => {
    const state = cursor.labels[label];
    return state === undefined || pass.startedAt.getTime() - Date.parse(state.listed) >= reviewEvery;
  });
}

export async function* reviewLabels(context: MailboxContext): AsyncGenerator<Page, void, void> {
  const { api, cursor, labels } = context;
  const listing = await listLabels(api, labels, searchSince(context.windowStart));
  const { seen, missing } = await compareWithStored(context, listing);
  for (let at = 0; at + seenPage < seen.length; at += seenPage) {
    yield pageOf(context, { seen: seen.slice(at, at + seenPage) });
  }
  const enumerated = noteListing(context, listing);
  const plan = planFetches(context, listing, missing);
  cursor.doubts = Math.max(0, cursor.doubts - Number(!plan.resumes));
  const rest = seen.slice(Math.floor(Math.max(0, seen.length - 1) / seenPage) * seenPage);
  let [left, first] = [plan.mails, true];
  do {
    cursor.wanted = left.slice(0, mostWanted);
    left = left.slice(mostWanted);
    spend(cursor, listing);
    // With nothing to fetch this page is the last one, and a turn that ends behind it has done everything.
    if (plan.mails.length === 0) endRound(cursor, plan);
    if (first) yield pageOf(context, { seen: rest, enumerated, failed: listing.failed });
    first = false;
    yield* fetchWanted(context);
  } while (left.length > 0);
  endRound(cursor, plan);
}

function endRound(cursor: GmailCursor, { behind }: FetchPlan): void {
  cursor.behind = behind;
  cursor.round = null;
}

interface Comparison {
  readonly seen: readonly SeenItem[];
  /** What is listed and not stored. */
  readonly missing: ReadonlySet<string>;
}

async function compareWithStored(
  context: MailboxContext,
  { mails, cut, failed }: Listing,
): Promise<Comparison> {
  const labelsOf = new Map<string, string[]>();
  for (const [label, listed] of mails) {
    for (const { id } of listed) labelsOf.set(id, [...labelsOf.get(id) ?? [], label]);
  }
  // What these would have named is not known: who was under them stays there.
  const unlisted = new Set([...cut, ...failed.map(({ source }) => source)]);
  const seen: SeenItem[] = [];
  const missing = new Set<string>();
  const ids = [...labelsOf.keys()];
  for (let at = 0; at < ids.length; at += seenPage) {
    const some = ids.slice(at, at + seenPage);
    const stored: ReadonlyMap<string, StoredItem> = await context.pass.stored("", some);
    for (const id of some) {
      const known = stored.get(id);
      if (known === undefined || known.deleted) missing.add(id);
      else {
        const own = [...labelsOf.get(id) ?? [], ...known.sources.filter((label) => unlisted.has(label))];
        seen.push({ ...nameOf(id), sources: selectedOf(context, own) });
      }
    }
  }
  return { seen, missing };
}

/** Remembers the listing in the cursor. @returns the scopes that were listed from end to end */
function noteListing({ cursor, pass, windowStart }: MailboxContext, listing: Listing): Enumeration[] {
  const began = pass.startedAt.toISOString();
  const after = new Date(windowStart + edge).toISOString();
  for (const { source } of listing.failed) delete cursor.labels[source];
  const enumerated: Enumeration[] = [];
  for (const [label, ids] of listing.mails) {
    // Fewer than last time: mails left or were lost on the way, which the next pass sees.
    if (ids.length < (cursor.labels[label]?.mails ?? 0)) doubt(cursor, 2);
    cursor.labels[label] = { listed: began, mails: ids.length };
    if (!listing.cut.has(label)) enumerated.push({ began, container_id: "", source: label, after });
  }
  return enumerated;
}

interface FetchPlan {
  readonly mails: readonly MailRef[];
  /** More is missing than the budgets of this pass allow. */
  readonly behind: boolean;
  /** An earlier turn began it. */
  readonly resumes: boolean;
}

/** The newest missing mails of each label, as far as its budget goes. */
function planFetches(
  { cursor, labels, mailsPerLabel }: MailboxContext,
  { mails }: Listing,
  missing: ReadonlySet<string>,
): FetchPlan {
  const resumes = cursor.round !== null;
  cursor.round ??= { spent: {}, planned: 0, fetched: 0 };
  const chosen = new Map<string, MailRef>();
  for (const label of labels) {
    const room = Math.max(0, mailsPerLabel - (cursor.round.spent[label] ?? 0));
    const wanted = (mails.get(label) ?? []).filter(({ id }) => missing.has(id));
    for (const mail of wanted.slice(0, room)) chosen.set(mail.id, mail);
  }
  cursor.round.planned = cursor.round.fetched + chosen.size;
  return { mails: [...chosen.values()], behind: chosen.size < missing.size, resumes };
}

/** Takes what the cursor wants from the budgets of all labels that they stand under. */
function spend({ round, wanted }: GmailCursor, { mails }: Listing): void {
  if (round === null || wanted.length === 0) return;
  const chosen = new Set(wanted.map(({ id }) => id));
  for (const [label, listed] of mails) {
    const own = listed.filter(({ id }) => chosen.has(id)).length;
    if (own > 0) round.spent[label] = (round.spent[label] ?? 0) + own;
  }
}
