/** The beginning of every sync ticket: what it reads, with a connector that is open for it. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { Job } from "@shared/work/handler.ts";
import type { Outcome } from "@shared/work/ticket.ts";
import { type Connector, PlatformError } from "./platforms/connector.ts";
import { type Connection, connection, type OpenPlatform } from "./platforms/open_platforms.ts";

const beginning = z.object({
  connection,
  source: z.object({
    id: z.uuid(),
    external_id: z.string(),
    name: z.string(),
    metadata: z.record(z.string(), z.json()),
  }).nullable(),
  tokens: z.object({ access_token: z.string() }).nullable(),
  cursor: z.json().nullable(),
});

export interface Beginning {
  readonly connection: Connection;
  readonly source: z.output<typeof beginning>["source"];
  readonly cursor: z.output<typeof beginning>["cursor"];
  readonly connector: Connector;
}

/** @throws {PlatformError} `needs_reauth` without a call when the connection waits to be reconnected. */
export async function beginSync(
  database: PipelineDatabase,
  open: OpenPlatform,
  job: Job<unknown>,
): Promise<Beginning> {
  const row = beginning.parse(
    await database.call("begin_sync", { p_ticket: job.held.id, p_lease: job.held.lease }, job.signal),
  );
  if (row.connection.status === "needs_reauth" || row.tokens === null) {
    throw new PlatformError("needs_reauth", "The connection waits to be reconnected.", {
      hint: "Reconnect it.",
    });
  }
  const connector = await open({
    connection: row.connection,
    accessToken: row.tokens.access_token,
    signal: job.signal,
  });
  return { connection: row.connection, source: row.source, cursor: row.cursor, connector };
}

/**
 * What a platform's refusal means for the ticket: a rate limit is waited for and spends nothing, a dead token marks the
 * connection once, what only a person can mend is final. Everything else is thrown on.
 */
export async function outcomeOf(
  thrown: unknown,
  database: PipelineDatabase,
  connectionId: string | undefined,
): Promise<Outcome> {
  if (thrown instanceof PipelineError && thrown.code === "unknown_connection") {
    return { outcome: "failed", final: true, problem: thrown.problem };
  }
  if (!(thrown instanceof PlatformError)) throw thrown;
  if (thrown.code === "rate_limited") {
    return { outcome: "yield", afterSeconds: thrown.retryAfterSeconds ?? 60, reason: thrown.problem };
  }
  if (thrown.code === "needs_reauth" && connectionId !== undefined) {
    await database.call("needs_reauth", { p_connection: connectionId, p_reason: thrown.message });
  }
  return { outcome: "failed", final: thrown.final, problem: thrown.problem };
}
