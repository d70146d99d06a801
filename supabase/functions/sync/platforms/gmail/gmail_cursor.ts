/** How far a mailbox was read: what the next turn or the next pass must know. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import { mailRef } from "./gmail_answers.ts";

const count = z.number().int().nonnegative();

const labelState = z.object({
  /** When its last whole listing began (ISO 8601). */
  listed: z.iso.datetime(),
  /** Mails of the window that it named. */
  mails: count,
});

/** The mails that a review found and that are fetched, as far as a pass's budget goes. */
const roundState = z.object({
  /** Mails that were chosen to be fetched, by label: what is taken from the budgets. */
  spent: z.record(z.string(), count),
  planned: count,
  fetched: count,
});

const gmailCursor = z.object({
  version: z.literal(1),
  /** What changed up to here is stored or `wanted`. Null: never read. */
  historyId: z.string().nullable(),
  /** Mails to be fetched next. They may turn out to be of no interest. */
  wanted: z.array(mailRef),
  /** Selected labels that were listed. One that is not in here was selected since. */
  labels: z.record(z.string(), labelState),
  round: roundState.nullable(),
  /** The budgets ended before the window did: the next pass reads on. */
  behind: z.boolean(),
  /** So many passes list everything, however short ago that was done: something was odd. */
  doubts: count,
});
export type GmailCursor = z.output<typeof gmailCursor>;

/** The cursor as stored, or that of a mailbox never read. One of another shape means: look at everything again. */
export function readCursor(stored: Json): GmailCursor {
  const parsed = gmailCursor.safeParse(stored);
  if (parsed.success) return parsed.data;
  return { version: 1, historyId: null, wanted: [], labels: {}, round: null, behind: false, doubts: 0 };
}

/** Doubts that something was seen wrongly, which so many passes from now on have to settle. */
export function doubt(cursor: GmailCursor, passes: number): void {
  cursor.doubts = Math.max(cursor.doubts, passes);
}
