/**
 * What every platform offers to sync: find the sources, and read one of them from where the last page ended. A connector
 * knows its platform and nothing of tickets or tables; it throws a {@link PlatformError} when the platform says no.
 */
import type { Json } from "@shared/db/pipeline_database.ts";
import { PipelineError, type Problem } from "@shared/http/problem.ts";
import type { Item } from "../content/item.ts";

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
}

export interface Discovery {
  /** All of them: what is missing here is taken for gone. */
  readonly sources: readonly DiscoveredSource[];
  /** External ids, best first: what is selected for a person who has not chosen. */
  readonly ranked: readonly string[];
  readonly people: readonly Person[];
}

/** One page: items and the cursor behind them, stored together or not at all. */
export interface Page {
  readonly items: readonly Item[];
  readonly cursor: Json;
}

export interface SourceToRead {
  readonly externalId: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, Json>>;
}

/** A connector for one connection and one turn of a ticket: it carries the token, the signal and the rate budget. */
export interface Connector {
  discover(): Promise<Discovery>;
  /** Pages from `cursor` (null: never read) on. Ends when this pass has read what it should. */
  sync(source: SourceToRead, cursor: Json): AsyncGenerator<Page, void, void>;
}
