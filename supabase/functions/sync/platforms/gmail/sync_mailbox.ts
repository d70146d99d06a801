/** One pass over a mailbox: what changed since the last one, then the labels that are to be looked at as a whole. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Page, Unit } from "../connector.ts";
import { fetchWanted } from "./fetch_wanted.ts";
import { followHistory } from "./follow_history.ts";
import { type GmailCursor, readCursor } from "./gmail_cursor.ts";
import { createContext, type MailboxTools, pageOf } from "./mailbox_context.ts";
import { isReviewDue, reviewLabels } from "./review_labels.ts";

export async function* syncMailbox(
  tools: MailboxTools,
  unit: Unit,
  stored: Json,
): AsyncGenerator<Page, void, void> {
  const cursor = readCursor(stored);
  const context = createContext(tools, unit, cursor);
  forgetDeselected(cursor, context.labels);
  const since = cursor.historyId;
  // Before anything is listed: what changes from now on is told by the history of the next pass.
  if (since === null) cursor.historyId = (await tools.api.profile()).historyId;
  // What an earlier turn or pass left is fetched first.
  yield* fetchWanted(context);
  if (since !== null) yield* followHistory(context, since);
  if (isReviewDue(context)) yield* reviewLabels(context);
  yield pageOf(context, {});
}

/** A label that is selected again later is read as if it never was. */
function forgetDeselected(cursor: GmailCursor, selected: readonly string[]): void {
  for (const label of Object.keys(cursor.labels)) {
    if (!selected.includes(label)) delete cursor.labels[label];
  }
  for (const label of Object.keys(cursor.round?.spent ?? {})) {
    if (!selected.includes(label)) delete cursor.round?.spent[label];
  }
}
