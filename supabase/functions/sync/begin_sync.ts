/** The beginning of every sync ticket: what it reads, with a connector that is open for it. */
import { z } from "zod";
import type { Json, PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { Job } from "@shared/work/handler.ts";
import type { Outcome } from "@shared/work/ticket.ts";
import { type Connector, type Pass, PlatformError, type Unit } from "./platforms/connector.ts";
import { type Connection, connection, type OpenPlatform, sealedTokens } from "./platforms/open_platforms.ts";

const beginning = z.object({
  connection,
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
  unit: z.object({
    id: z.string(),
    sources: z.array(z.object({
      external_id: z.string(),
      kind: z.enum(["channel", "label", "calendar", "page", "database"]),
      name: z.string(),
      metadata: z.record(z.string(), z.json()),
    })),
    threads: z.array(z.string()),
  }).nullable(),
  tokens: sealedTokens.nullable(),
  cursor: z.json().nullable(),
  tier: z.enum(["free", "starter", "pro"]),
  notion_rows_per_pass: z.number().int().positive(),
  too_soon: z.boolean(),
});

export interface Beginning {
  readonly connection: Connection;
  /** Null for a discovery. */
  readonly unit: Unit | null;
  readonly cursor: Json;
  readonly connector: Connector;
  readonly pass: Pass;
}

/**
 * @returns undefined when its slot came too soon after another sync: nothing is called.
 * @throws {PlatformError} `needs_reauth` without a call when the connection waits to be reconnected.
 */
export async function beginSync(
  database: PipelineDatabase,
  open: OpenPlatform,
  job: Job<unknown>,
): Promise<Beginning | undefined> {
  const row = beginning.parse(
    await database.call("begin_sync", { p_ticket: job.held.id, p_lease: job.held.lease }, job.signal),
  );
  if (row.connection.status === "needs_reauth" || row.tokens === null) {
    throw new PlatformError("needs_reauth", "The connection waits to be reconnected.", {
      hint: "Reconnect it.",
    });
  }
  if (row.too_soon) return undefined;
  const connector = await open({
    connection: row.connection,
    platform: row.platform,
    tokens: row.tokens,
    signal: job.signal,
  });
  return {
    connection: row.connection,
    unit: row.unit && {
      id: row.unit.id,
      sources: row.unit.sources.map(({ external_id, ...source }) => ({ externalId: external_id, ...source })),
      threads: row.unit.threads,
    },
    cursor: row.cursor,
    connector,
    pass: {
      startedAt: job.now,
      tier: row.tier,
      notionRowsPerPass: row.notion_rows_per_pass,
      stored: storedItems(database, row.connection.id, row.platform, job.signal),
    },
  };
}

/** {@link Pass.stored} of a connection and platform. */
export function storedItems(
  database: PipelineDatabase,
  connectionId: string,
  platform: z.output<typeof beginning>["platform"],
  signal: AbortSignal,
): Pass["stored"] {
  return async (containerId, itemIds) => {
    if (itemIds.length === 0) return new Map();
    const rows = storedRows.parse(
      await database.call("stored_items", {
        p_connection: connectionId,
        p_platform: platform,
        p_container: containerId,
        p_ids: [...itemIds],
      }, signal),
    );
    return new Map(rows.map(({ item_id, edited_at, source_timestamp, ...row }) => [item_id, {
      ...row,
      editedAt: edited_at,
      sourceTimestamp: source_timestamp,
    }]));
  };
}

const storedRows = z.array(z.object({
  item_id: z.string(),
  sources: z.array(z.string()),
  metadata: z.record(z.string(), z.json()),
  edited_at: z.string().nullable(),
  source_timestamp: z.string(),
  deleted: z.boolean(),
}));

/**
 * What a platform's refusal means for the ticket: a rate limit is waited for and spends nothing, a dead token marks the
 * connection once, what only a person can mend is final. Everything else is thrown on.
 */
export async function outcomeOf(
  thrown: unknown,
  database: PipelineDatabase,
  connectionId: string | undefined,
): Promise<Outcome> {
  // By its code, as a token that cannot be renewed speaks through an error of its own.
  if (!(thrown instanceof PipelineError)) throw thrown;
  if (beyondRepair.includes(thrown.code)) return { outcome: "failed", final: true, problem: thrown.problem };
  if (thrown.code === "rate_limited") {
    return { outcome: "yield", afterSeconds: thrown.retryAfterSeconds ?? 60, reason: thrown.problem };
  }
  if (thrown.code === "needs_reauth" && connectionId !== undefined) {
    await database.call("needs_reauth", { p_connection: connectionId, p_reason: thrown.message });
  }
  if (thrown instanceof PlatformError) {
    return { outcome: "failed", final: thrown.final, problem: thrown.problem };
  }
  if (thrown.code === "needs_reauth") return { outcome: "failed", final: true, problem: thrown.problem };
  throw thrown;
}

/** Neither the platform nor another attempt can help: the connection is gone, or an operator has to act. */
const beyondRepair = ["unknown_connection", "unknown_source", "token_unreadable", "provider_app_refused"];
