/** What the steps of one pass over a mailbox share. */
import type { Page, Pass, ReadingProgress, Unit } from "../connector.ts";
import { type GmailApi, secondsFor } from "./gmail_api.ts";
import type { GmailCursor } from "./gmail_cursor.ts";
import type { GmailAccount } from "./gmail_item.ts";

const day = 86_400_000;
/** What is kept of a mailbox (the seed's F1). */
const windowDays = 30;

export interface MailboxTools {
  readonly api: GmailApi;
  readonly account: GmailAccount;
  /** Mails of each label that a pass reads back; what is older waits for the next one. */
  readonly mailsPerLabel: number;
  readonly pass: Pass;
}

export interface MailboxContext extends MailboxTools {
  /** The selected labels, best first. */
  readonly labels: readonly string[];
  /** As it will be stored with the next page: the steps change it. */
  readonly cursor: GmailCursor;
  /** As {@link windowStartOf} tells. */
  readonly windowStart: number;
}

/** The beginning of the window in epoch milliseconds, at a whole second as Gmail's search has it. */
export function windowStartOf({ startedAt }: Pick<Pass, "startedAt">): number {
  return Math.floor((startedAt.getTime() - windowDays * day) / 1000) * 1000;
}

export function createContext(tools: MailboxTools, unit: Unit, cursor: GmailCursor): MailboxContext {
  return {
    ...tools,
    labels: [...new Set(unit.sources.map(({ externalId }) => externalId))],
    cursor,
    windowStart: windowStartOf(tools.pass),
  };
}

/** Those of a mail's labels that are selected. */
export const selectedOf = ({ labels }: Pick<MailboxContext, "labels">, own: readonly string[]): string[] =>
  labels.filter((label) => own.includes(label));

/** A page with the cursor as it stands. */
export function pageOf(
  { cursor }: Pick<MailboxContext, "cursor">,
  page: Omit<Page, "items" | "cursor"> & Partial<Pick<Page, "items">>,
): Page {
  return { items: [], progress: progressOf(cursor), ...page, cursor: structuredClone(cursor) };
}

export const nameOf = (id: string) => ({ container_id: "", item_id: id });

function progressOf({ round, wanted }: GmailCursor): ReadingProgress {
  const left = round === null ? wanted.length : Math.max(wanted.length, round.planned - round.fetched);
  const read = round?.fetched ?? 0;
  if (left === 0) return { percent: 100, secondsLeft: 0 };
  return { percent: Math.min(99, Math.floor(100 * read / (read + left))), secondsLeft: secondsFor(left) };
}
