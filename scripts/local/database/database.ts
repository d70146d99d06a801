import type { Connection } from "@supabase/lite";

/** What one statement of a script answered. */
export interface StatementResult {
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, unknown>[];
  /** Rows written; 0 for a statement that only reads. */
  readonly affected: number;
}

/** One statement with positional parameters (`$1` …). */
export interface Queryable {
  /**
   * Values come back as PostgREST's own connection reads them: numbers where exact, json parsed, dates and times as
   * Postgres prints them. The signal ends the waiting for a turn; a statement that has begun runs to its end.
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<Row[]>;
}

/** The stack's Postgres: PGlite in this process, or a real one at a URL. Both behave alike to whoever holds this. */
export interface Database extends Queryable {
  readonly kind: "pglite" | "postgres";
  /** What the Data API runs on. Touch it only inside `exclusive`. */
  readonly connection: Connection;
  /**
   * Runs any number of statements as one message, as `role` when given, and leaves no session state behind: an open
   * transaction is rolled back, settings and role are reset. The Data API then reads the schema anew.
   */
  script(sql: string, options?: ScriptOptions): Promise<StatementResult[]>;
  /** Commits when `work` returns, rolls back when it throws. Never await HTTP inside: PGlite has one session. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Calls back with the payload of every NOTIFY on the channel, after its commit. Resolves to what ends that. */
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>;
  /** On PGlite: nothing else touches the database meanwhile. On a real Postgres: no need to wait. */
  exclusive<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

export interface ScriptOptions {
  readonly role?: string;
  /** True for a script that creates nothing: the Data API then keeps what it knows of the schema. */
  readonly keepsSchema?: boolean;
  readonly signal?: AbortSignal;
}

/** `name` as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `text` as an SQL literal, for the few statements that take no parameters. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
