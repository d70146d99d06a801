/** How far a workspace was read: what the next turn or the next pass must know. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Pass, Unit } from "../connector.ts";

const instant = z.iso.datetime();

const databaseState = z.object({
  /** Ids of its data sources; none: to be asked for. */
  dataSources: z.array(z.string()),
  /**
   * Rows last edited in this minute or before it (null: all) were not looked at yet; `listed` rows were newer. Null: all
   * that belongs to this tier was.
   */
  unread: z.object({ before: instant.nullable(), listed: z.number().int() }).nullable(),
  /** Rows were found without a block for the first time: the next pass looks at them once more. */
  doubts: z.boolean(),
});
export type DatabaseState = z.output<typeof databaseState>;

/** How far the rows of one database were listed in this round. */
const rowsPlace = z.object({
  source: z.string(),
  /** `top`: from the newest row on. `rest`: on from where an earlier pass ended. `close`: what was edited meanwhile. */
  phase: z.enum(["top", "rest", "close"]),
  /** The next row was last edited in this minute or before it; null: from the newest on. */
  before: instant.nullable(),
  /** Rows that were newer than that. */
  listed: z.number().int(),
  /** Rows that this pass has read of it. */
  read: z.number().int(),
  /** Whether one answer held all, so that nothing can have moved between two. */
  atOnce: z.boolean(),
  /** The listing holds every row that was last edited at this instant or later; null: every row. */
  bound: instant.nullable(),
});
export type RowsPlace = z.output<typeof rowsPlace>;

const roundState = z.object({
  /** The pass's time when it began, ISO 8601. */
  began: instant,
  /** Counts the rounds: two of them may begin at the same instant. */
  number: z.number().int(),
  /** Everything is looked at, not only what was edited. */
  full: z.boolean(),
  /** How the selected pages are checked: each by itself, or by the search for what was edited. */
  pages: z.enum(["every", "feed"]),
  feed: z.object({ cursor: z.string().nullable(), calls: z.number().int(), done: z.boolean() }),
  /** The last source that is done, as `orderOf`; empty at first. */
  after: z.string(),
  rows: rowsPlace.nullable(),
});
export type Round = z.output<typeof roundState>;

const notionCursor = z.object({
  version: z.literal(1),
  /** When the last round that ended began: what was edited before it is stored. */
  watermark: instant.nullable(),
  /** When the last full round that ended began. */
  reviewed: instant.nullable(),
  /** Selected pages that could not be read: each pass tries them again. */
  failing: z.array(z.string()),
  databases: z.record(z.string(), databaseState),
  /** Rounds that were begun. */
  rounds: z.number().int(),
  /** What is being done; null between two passes. */
  round: roundState.nullable(),
});
export type NotionCursor = z.output<typeof notionCursor>;

/** The cursor as stored, or that of a workspace never read. One of another shape means: look at everything again. */
export function readCursor(stored: Json): NotionCursor {
  const parsed = notionCursor.safeParse(stored);
  if (parsed.success) return parsed.data;
  return { version: 1, watermark: null, reviewed: null, failing: [], databases: {}, rounds: 0, round: null };
}

/**
 * How long what shows no edit (moves, shares, trash, formulas) may stay unseen. An hour less than a day, so that the slot
 * of the next day is not missed by minutes.
 */
const reviewMs = 23 * 3_600_000;

/**
 * So many pages are asked for one by one in every pass: ten calls, about three seconds of Notion's pace, and exact; the
 * search is one call but an index that lags. On Free that is every page that can be selected.
 */
const fewPages = 10;

export function openRound(cursor: NotionCursor, unit: Unit, { startedAt }: Pick<Pass, "startedAt">): Round {
  const full = cursor.watermark === null || cursor.reviewed === null ||
    startedAt.getTime() - Date.parse(cursor.reviewed) >= reviewMs;
  const pages = unit.sources.filter(({ kind }) => kind === "page").length;
  return {
    began: startedAt.toISOString(),
    number: cursor.rounds + 1,
    full,
    pages: full || pages <= fewPages ? "every" : "feed",
    feed: { cursor: null, calls: 0, done: false },
    after: "",
    rows: null,
  };
}

/** The order in which a round goes through the sources: pages first, each kind by id. */
export const orderOf = (kind: "page" | "database", id: string): string => `${kind === "page" ? 1 : 2}:${id}`;
