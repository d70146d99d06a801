/**
 * How far a channel was read. Slack shows history newest first, so a pass that stops in the middle leaves a gap below
 * what it read; the cursor keeps every gap until it is filled, and nothing is lost to a cap, a crash or a rate limit.
 */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";

const ts = z.string();

const slackCursor = z.object({
  /** The newest message stored. */
  newest: ts.nullable(),
  /** Stretches not read yet, newest first; both ends are exclusive, null is "now" or "the beginning". */
  gaps: z.array(z.object({ after: ts.nullable(), before: ts.nullable() })),
  /** Threads whose replies are to be read, with the newest reply that is stored. */
  threads: z.array(z.object({ ts, after: ts.nullable() })),
});
export type SlackCursor = z.output<typeof slackCursor>;
export type Gap = SlackCursor["gaps"][number];

/** The cursor as stored, or that of a channel never read. One of another shape means: read again from the start. */
export function readCursor(stored: Json): SlackCursor {
  const parsed = slackCursor.safeParse(stored);
  return parsed.success ? parsed.data : { newest: null, gaps: [], threads: [] };
}

/** Opens the gap between what is stored and now. */
export function openPass(cursor: SlackCursor): SlackCursor {
  const [first] = cursor.gaps;
  // A pass that was cut short before its first page left this very gap.
  if (first?.before === null && first.after === cursor.newest) return cursor;
  return { ...cursor, gaps: [{ after: cursor.newest, before: null }, ...cursor.gaps] };
}

export interface ReadPage {
  /** The timestamps of the page, any order; empty when it held nothing. */
  readonly timestamps: readonly string[];
  /** Whether older messages remain in the gap. */
  readonly hasMore: boolean;
  /** Threads seen on the page whose replies are to be read. */
  readonly threads: readonly { readonly ts: string }[];
}

/** The cursor after a page of the newest gap was read. */
export function afterPage(cursor: SlackCursor, page: ReadPage): SlackCursor {
  const [gap, ...others] = cursor.gaps;
  if (gap === undefined) return cursor;
  const [oldest, newest] = [earliest(page.timestamps), latest(page.timestamps)];
  const rest = page.hasMore && oldest !== undefined ? [{ after: gap.after, before: oldest }] : [];
  const known = new Set(cursor.threads.map((thread) => thread.ts));
  return {
    newest: latest([
      ...(cursor.newest === null ? [] : [cursor.newest]),
      ...(newest === undefined ? [] : [newest]),
    ]) ?? null,
    gaps: [...rest, ...others],
    threads: [
      ...cursor.threads,
      ...page.threads.filter((thread) => !known.has(thread.ts)).map((thread) => ({
        ts: thread.ts,
        after: null,
      })),
    ],
  };
}

/** The cursor after a page of the first thread was read; `last`: the thread is done. */
export function afterReplies(cursor: SlackCursor, timestamps: readonly string[], last: boolean): SlackCursor {
  const [thread, ...others] = cursor.threads;
  if (thread === undefined) return cursor;
  if (last) return { ...cursor, threads: others };
  return { ...cursor, threads: [{ ...thread, after: latest(timestamps) ?? thread.after }, ...others] };
}

/** Timestamps have a fixed number of digits, so text order is time order; nothing is ever made a number. */
const latest = (all: readonly string[]): string | undefined =>
  all.reduce<string | undefined>((a, b) => a === undefined || b > a ? b : a, undefined);
const earliest = (all: readonly string[]): string | undefined =>
  all.reduce<string | undefined>((a, b) => a === undefined || b < a ? b : a, undefined);
