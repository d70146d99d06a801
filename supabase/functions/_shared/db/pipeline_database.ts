/**
 * The functions' way into the database: one RPC, one transaction, no connection held. A failure arrives as a
 * {@link PipelineError} with the code that SQL raised (docs/errors.md), so that TypeScript and SQL speak of the same thing.
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Egress } from "../http/egress.ts";
import { PipelineError } from "../http/problem.ts";
import type { Database, Json } from "./database.types.ts";

export type { Json };

type Functions = Database["pipeline"]["Functions"];
export type RpcName = keyof Functions & string;
export type RpcArguments<N extends RpcName> = Functions[N]["Args"];
export type RpcResult<N extends RpcName> = Functions[N]["Returns"];

/** The schema `pipeline` with the service's rights. */
export interface PipelineDatabase {
  /**
   * Calls one function of the schema `pipeline`.
   *
   * @throws {PipelineError} with the code that SQL raised, or `database_unreachable` when no answer came: then it is
   * unknown whether the call was carried out, and every function is safe to call again.
   */
  call<N extends RpcName>(name: N, args: RpcArguments<N>, signal?: AbortSignal): Promise<RpcResult<N>>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly secretKey: string;
  readonly fetch: Egress;
}

export function createPipelineDatabase(options: DatabaseOptions): PipelineDatabase {
  const client: SupabaseClient<Database, "pipeline"> = createClient<Database, "pipeline">(
    options.url,
    options.secretKey,
    {
      db: { schema: "pipeline" },
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: options.fetch },
    },
  );
  return {
    async call(name, args, signal) {
      const query = client.rpc(name, args);
      const { data, error, status } = await (signal === undefined ? query : query.abortSignal(signal));
      signal?.throwIfAborted();
      // The client takes a refusal whose body is empty JSON for an answer.
      if (error !== null || status >= 400) throw asPipelineError(name, error ?? { message: "" }, status);
      return data as RpcResult<typeof name>;
    },
  };
}

interface RpcFailure {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string | null;
  /** Facts of our own errors as a JSON object; `retry_after_seconds` among them when waiting helps. */
  readonly details?: string | null;
}

function asPipelineError(name: string, failure: RpcFailure, status: number): PipelineError {
  // Ours are snake_case names; Postgres and PostgREST have codes in capitals and digits, whose texts may quote rows.
  const code = failure.code ?? "";
  if (/^[a-z]+(?:_[a-z]+)*$/.test(code)) {
    const details = factsOf(failure.details);
    const wait = details?.["retry_after_seconds"];
    return new PipelineError({
      code,
      message: failure.message,
      status,
      ...(failure.hint && { hint: failure.hint }),
      ...(details && { details }),
    }, typeof wait === "number" ? { retryAfterSeconds: wait } : {});
  }
  // 0: no connection; 2xx with an error: half an answer; 502 and above: a gateway speaks for the database.
  const unreachable = status < 400 || status >= 502;
  return new PipelineError(
    unreachable
      ? {
        code: "database_unreachable",
        message: `The database did not answer '${name}'.`,
        hint: "What was stored before is safe; the work comes back by itself.",
        status: 503,
      }
      : {
        code: "database_refused",
        message: `The database refused '${name}' with ${code || "an unknown code"}.`,
        hint: "Its migrations and the functions may be of different versions: run 'deno task deploy'.",
        status: 500,
        details: { sqlstate: code },
      },
    { cause: failure },
  );
}

function factsOf(details: unknown): Record<string, unknown> | undefined {
  if (typeof details !== "string" || !details.startsWith("{")) return undefined;
  try {
    return JSON.parse(details);
  } catch {
    return undefined;
  }
}
