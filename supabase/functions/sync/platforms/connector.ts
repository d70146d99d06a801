/**
 * What every platform offers to sync: find the sources, and read a unit of them from where the last page ended. A connector
 * knows its platform and nothing of tickets or tables; it throws a {@link PlatformError} when the platform says no.
 */
import type { Json } from "@shared/db/pipeline_database.ts";
import { PipelineError, type Problem } from "@shared/http/problem.ts";
import type { Item, ItemName, SeenItem } from "../content/item.ts";

/** Categories of failure that a person can act on; the same as the SQL type `sync_error`. */
export type SyncErrorCode =
  | "needs_reauth"
  | "access_denied"
  | "not_found"
  | "rate_limited"
  | "provider_down"
  | "internal";

/** The platform said no. `retryAfterSeconds` when it said for how long. */
export class PlatformError extends PipelineError {
  constructor(
    override readonly code: SyncErrorCode,
    message: string,
    options: { hint?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    const problem: Problem = { code, message, status: 502, ...(options.hint && { hint: options.hint }) };
    super(problem, options);
  }

  /** Trying again cannot help before a person did something. */
  get final(): boolean {
    return ["needs_reauth", "access_denied", "not_found"].includes(this.code);
  }
}

export interface DiscoveredSource {
  readonly external_id: string;
  readonly kind: "channel" | "label" | "calendar" | "page" | "database";
  readonly name: string;
  readonly metadata: { readonly [key: string]: Json };
}

export interface Person {
  readonly external_id: string;
  readonly name: string;
  readonly email?: string;
  /** Reads only where they were invited (Slack's guests). */
  readonly is_guest?: boolean;
}

export interface Discovery {
  /** All of them: what is missing here is taken for gone. */
  readonly sources: readonly DiscoveredSource[];
  /** External ids, best first: what is selected for a person who has not chosen. */
  readonly ranked: readonly string[];
  readonly people: readonly Person[];
}

/**
 * A scope that was listed from end to end: whatever is stored in it and was not seen (in `items` or `seen`) since `began`
 * was missed once. Only what several enumerations of different passes missed counts as deleted, because a platform can
 * drop a page without a word.
 */
export interface Enumeration {
  /** The pass's `startedAt` (ISO 8601) when the listing began; kept in the cursor while it goes on. */
  readonly began: string;
  readonly container_id: string;
  /** A thread's own enumeration; null: what is in no thread; left out: either. A thread's parent is in no thread. */
  readonly thread_id?: string | null;
  /** Only what belongs to this source (external id); left out: the whole container. */
  readonly source?: string;
  /**
   * The platform said in words how much there is (a thread's own count of replies) or that there is nothing ("not found").
   * Left out: only the listing itself says so, and an empty one is no proof: what it lacks is held until the source shows
   * something else again, or a person confirms.
   */
  readonly told?: true;
  /** Bounds of `source_timestamp`, ISO 8601: from `after` (inclusive) to `before` (exclusive). */
  readonly after?: string;
  readonly before?: string;
}

/** One source of the unit cannot be read while the others can. */
export interface SourceFailure {
  readonly source: string;
  readonly error: SyncErrorCode;
  /** What happened and what to do, for the person. */
  readonly message: string;
}

/** How far the reading of a unit is, for the person who waits for it. */
export interface ReadingProgress {
  /** 0 to 100; null when the platform does not tell how much there is. */
  readonly percent: number | null;
  /** Seconds left at the platform's pace; null when unknown. */
  readonly secondsLeft: number | null;
}

/** What one reading brought: stored together with the cursor behind it, or not at all. */
export interface Page {
  readonly items: readonly Item[];
  readonly seen?: readonly SeenItem[];
  /** The platform itself said that these were deleted. */
  readonly gone?: readonly ItemName[];
  /** Listings that ended with this page. */
  readonly enumerated?: readonly Enumeration[];
  readonly failed?: readonly SourceFailure[];
  readonly progress?: ReadingProgress;
  readonly cursor: Json;
}

export interface SourceToRead {
  readonly externalId: string;
  readonly kind: DiscoveredSource["kind"];
  readonly name: string;
  readonly metadata: Readonly<Record<string, Json>>;
}

/** What a platform has one cursor for: a Slack channel, a calendar, a mailbox, a Notion workspace. */
export interface Unit {
  /** The channel's or calendar's id, `mailbox`, `workspace`. */
  readonly id: string;
  /** The selected sources in it; the only one for a channel and a calendar. */
  readonly sources: readonly SourceToRead[];
  /** Threads in it that have news, as the platform told between two passes; a new pass reads them first. */
  readonly threads?: readonly string[];
}

/** What is stored of an item already. */
export interface StoredItem {
  readonly sources: readonly string[];
  readonly metadata: Readonly<Record<string, Json>>;
  readonly editedAt: string | null;
  readonly sourceTimestamp: string;
  readonly deleted: boolean;
}

/** One pass over a unit. */
export interface Pass {
  /** The pipeline's time at its claim. Windows and reviews count by it, and enumerations begin at it. */
  readonly startedAt: Date;
  readonly tier: "free" | "starter" | "pro";
  /** Rows of Notion databases that one pass reads on this tier (`tiers.notion_rows_per_pass`). */
  readonly notionRowsPerPass: number;
  /** What is stored of these items of a container, by item id; unknown ids are left out. */
  stored(containerId: string, itemIds: readonly string[]): Promise<ReadonlyMap<string, StoredItem>>;
}

/** How much history an import fetches. */
export interface ImportScope {
  /** This many days back from now; null: no limit. */
  readonly days: number | null;
  /** At most this many items. */
  readonly items: number;
  /** With the replies of threads. */
  readonly threads: boolean;
}

/** A connector for one connection and one turn of a ticket: it carries the token, the signal and the rate budget. */
export interface Connector {
  discover(): Promise<Discovery>;
  /** Pages from `cursor` (null: never read) on. Ends when this pass has read what it should. */
  sync(unit: Unit, cursor: Json, pass: Pass): AsyncGenerator<Page, void, void>;
  /**
   * History of one source on demand, from the import's own cursor (null: just begun). Never touches the unit's.
   * `selected`: external ids of all selected sources of the unit, to which an item may belong as well.
   */
  importHistory(
    source: SourceToRead,
    scope: ImportScope,
    cursor: Json,
    pass: Pass,
    selected: readonly string[],
  ): AsyncGenerator<Page, void, void>;
}
