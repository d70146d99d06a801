/** History of one channel on demand: newest first, back to where the asked scope ends. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { ImportScope, Page, Pass, ReadingProgress } from "../connector.ts";
import type { Item } from "../../content/item.ts";
import type { Message } from "./slack_answers.ts";
import type { SlackClient } from "./slack_client.ts";
import { type ChannelToRead, fullPage, readHistory, readThread } from "./slack_history.ts";
import { timestamp as ts, tsOf } from "./slack_time.ts";

const importCursor = z.object({
  version: z.literal(1),
  /** Where the scope ends, as it was when the import began. */
  from: ts.nullable(),
  /** Everything from here on was read; null: nothing yet. */
  before: ts.nullable(),
  began: ts,
  items: z.number().int().nonnegative(),
  /** Threads of the pages so far that are still to be read, and how far the first of them was. */
  threads: z.array(ts).max(1000),
  after: ts.nullable(),
  atEnd: z.boolean(),
  /** Whether a page lacked something and is read once more before it is believed. */
  inDoubt: z.boolean(),
});
type ImportCursor = z.output<typeof importCursor>;

const day = 86_400_000;

export interface ImportTools {
  readonly client: SlackClient;
  readonly itemsOf: (messages: readonly Message[]) => Promise<Item[]>;
}

/** Pages of an import. Its cursor is its own; one that cannot be read means: from the start. */
export async function* readImport(
  tools: ImportTools,
  channel: ChannelToRead,
  scope: ImportScope,
  stored: Json,
  { startedAt }: Pick<Pass, "startedAt">,
): AsyncGenerator<Page, void, void> {
  let cursor = readImportCursor(stored, scope, startedAt);
  while (!isDone(cursor, scope)) {
    const { messages, next } = cursor.threads.length > 0
      ? await threadStep(tools.client, channel, cursor)
      : await historyStep(tools.client, channel, scope, cursor);
    const items = (await tools.itemsOf(messages)).slice(0, scope.items - cursor.items);
    cursor = { ...next, items: cursor.items + items.length };
    yield { items, progress: progressOf(cursor, scope), cursor };
  }
}

function readImportCursor(stored: Json, { days }: ImportScope, startedAt: Date): ImportCursor {
  const parsed = importCursor.safeParse(stored);
  if (parsed.success) return parsed.data;
  return {
    version: 1,
    from: days === null ? null : tsOf(new Date(startedAt.getTime() - days * day)),
    before: null,
    began: tsOf(startedAt),
    items: 0,
    threads: [],
    after: null,
    atEnd: false,
    inDoubt: false,
  };
}

const isDone = (cursor: ImportCursor, { items }: ImportScope): boolean =>
  cursor.items >= items || (cursor.atEnd && cursor.threads.length === 0);

interface Step {
  readonly messages: readonly Message[];
  readonly next: ImportCursor;
}

async function historyStep(
  client: SlackClient,
  channel: ChannelToRead,
  scope: ImportScope,
  cursor: ImportCursor,
): Promise<Step> {
  const limit = Math.min(fullPage, Math.max(1, scope.items - cursor.items));
  const { messages, hasMore, isDoubtful } = await readHistory(client, channel, cursor, { limit });
  if (isDoubtful && !cursor.inDoubt) return { messages: [], next: { ...cursor, inDoubt: true } };
  const threads = scope.threads
    ? messages.filter(({ reply_count }) => (reply_count ?? 0) > 0).map(({ ts }) => ts)
    : [];
  return {
    messages,
    next: {
      ...cursor,
      threads,
      after: null,
      before: messages.at(-1)?.ts ?? cursor.before,
      atEnd: !hasMore,
      inDoubt: false,
    },
  };
}

async function threadStep(client: SlackClient, channel: ChannelToRead, cursor: ImportCursor): Promise<Step> {
  const [thread = "", ...others] = cursor.threads;
  const page = await readThread(client, channel, thread, cursor.after);
  if (page?.parent === undefined && !cursor.inDoubt) {
    return { messages: [], next: { ...cursor, inDoubt: true } };
  }
  const replies = page?.replies ?? [];
  const next = page?.hasMore
    ? { ...cursor, after: replies.at(-1)?.ts ?? null, inDoubt: false }
    : { ...cursor, threads: others, after: null, inDoubt: false };
  return { messages: replies, next };
}

/** By the items that were asked for, or by the time that was covered, whichever is nearer its end. */
function progressOf(cursor: ImportCursor, scope: ImportScope): ReadingProgress {
  if (isDone(cursor, scope)) return { percent: 100, secondsLeft: 0 };
  const byItems = cursor.items / scope.items;
  const byTime = cursor.from === null || cursor.before === null
    ? 0
    : (Number(cursor.began) - Number(cursor.before)) / (Number(cursor.began) - Number(cursor.from));
  return { percent: Math.floor(Math.min(0.99, Math.max(0, byItems, byTime)) * 100), secondsLeft: null };
}
