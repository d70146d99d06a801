/**
 * A person's own rows, read with the token that they sent: row-level security decides what is theirs, as it does for a
 * frontend that reads the same tables itself.
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "@shared/db/database.types.ts";
import type { Egress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";

export type OwnTables = SupabaseClient<Database, "public">;

/** The schema `public` with the rights of whoever sent the request. */
export type OwnRows = (request: Request) => OwnTables;

export interface OwnRowsOptions {
  readonly url: string;
  readonly publishableKey: string;
  readonly fetch: Egress;
}

export function createOwnRows(options: OwnRowsOptions): OwnRows {
  return (request) =>
    createClient<Database, "public">(options.url, options.publishableKey, {
      // By default a failed read is tried for seven seconds more; who called can decide that better.
      db: { schema: "public", retry: false },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: {
        fetch: options.fetch,
        headers: { authorization: request.headers.get("authorization") ?? "" },
      },
    });
}

interface Answer<T> {
  readonly data: T;
  readonly error: { readonly code?: string } | null;
  readonly status: number;
}

/**
 * The rows of a query.
 *
 * @throws {PipelineError} `token_expired`, `database_unreachable`, `database_refused`
 */
export async function rowsOf<T>(query: PromiseLike<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, status } = await query;
  if (error === null && status < 400 && data !== null && data !== undefined) return data;
  throw new PipelineError(failure(error?.code, status), { cause: error });
}

function failure(code: string | undefined, status: number) {
  if (status === 401) {
    return {
      code: "token_expired",
      message: "The access token's time ran out during the request. Nothing was done.",
      hint: "Refresh the session and send the request again.",
      status: 401,
    };
  }
  // 0: no connection; 2xx with an error: half an answer; 502 and above: a gateway speaks for the database.
  if (status < 400 || status >= 502) {
    return {
      code: "database_unreachable",
      message: "The database did not answer. Nothing was done.",
      hint: "Try again in a minute.",
      status: 503,
    };
  }
  return {
    code: "database_refused",
    message: `The database refused to read a table with ${code ?? "an unknown code"}. Nothing was done.`,
    hint: "Its migrations and the functions may be of different versions: run 'deno task deploy'.",
    status: 500,
  };
}
