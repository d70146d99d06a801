/** What a run asks of the database and tells it, with every answer checked. */
import { z } from "zod";
import { type EvidenceItem, evidenceItem } from "@shared/agent/evidence.ts";
import type { Json, PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { HeldTicket } from "@shared/work/work_queue.ts";
import type { Scope } from "./gather/scope.ts";
import { type Run, run as runShape } from "./run.ts";

/** An item in a run's scope, as it was at the run's instant. */
export const gatheredItem = evidenceItem.extend({
  source_id: z.uuid(),
  content_hash: z.string(),
  metadata: z.record(z.string(), z.json()),
  is_user_authored: z.boolean(),
  is_new: z.boolean(),
  /** How many items are new in all. */
  total: z.number().int(),
});
export type GatheredItem = z.output<typeof gatheredItem>;

/** What `pipeline.finish_version` stores. */
export interface FinishedVersion {
  readonly version_id: string;
  readonly draft: string;
  readonly citations: readonly {
    readonly number: number;
    readonly content_id: string | null;
    readonly revision: number | null;
    /** Of a page of the web. */
    readonly url: string | null;
    readonly quote: string;
    readonly label: string;
  }[];
  readonly shown: readonly string[];
  readonly coverage: unknown;
  readonly corrections: unknown;
  readonly model: string | null;
  readonly usage: unknown;
  readonly fingerprint: string;
  readonly scope_until: string;
  /** All that it may cite. */
  readonly sources: readonly string[];
}

export interface RunDatabase {
  /** Begins the version of a run, or finds the one it had begun. */
  begin(asOf?: string): Promise<Run>;
  /** The slots that a backtest has still to play, in order. */
  backtestSlots(): Promise<string[]>;
  /** What is new in scope; with `known`, what is not new too. At most `limit` rows, in fair shares by source. */
  gather(run: Run, scope: Scope, options: { known: boolean; limit: number }): Promise<GatheredItem[]>;
  fingerprint(run: Run, scope: Scope): Promise<string>;
  search(run: Run, query: string, limit: number): Promise<EvidenceItem[]>;
  finish(version: FinishedVersion): Promise<void>;
  /** Ends a run that has nothing to say; `read`: what it did read, which the next run need not read again. */
  skip(run: Run, reason: string, message: string, read?: Scope): Promise<void>;
}

/** @param held every write names the ticket and its lease, so that a worker that lost it changes nothing */
export function createRunDatabase(
  database: PipelineDatabase,
  held: HeldTicket,
  signal: AbortSignal,
): RunDatabase {
  const ticket = { p_ticket: held.id, p_lease: held.lease };
  const scoped = (run: Run, { from, until }: Scope) => ({
    p_user: run.deliverable.user_id,
    p_sources: run.sources.map(({ source_id }) => source_id),
    p_at: run.at,
    p_from: from.toISOString(),
    p_until: until.toISOString(),
  });
  return {
    async begin(asOf) {
      return runShape.parse(
        await database.call(
          "begin_version",
          { ...ticket, ...(asOf !== undefined && { p_as_of: asOf }) },
          signal,
        ),
      );
    },
    async backtestSlots() {
      return z.array(z.string()).nullable().parse(await database.call("backtest_slots", ticket, signal)) ??
        [];
    },
    async gather(run, scope, { known, limit }) {
      if (run.sources.length === 0) return [];
      return z.array(gatheredItem).parse(
        await database.call("gather_evidence", {
          ...scoped(run, scope),
          ...(run.seen !== null && {
            // The strings as they came: rounded to milliseconds, an item of the same instant would be lost.
            p_seen_at: run.seen.at,
            p_seen_until: run.seen.until,
            p_seen_sources: run.seen.source_ids,
          }),
          p_all: known,
          p_limit: limit,
        }, signal),
      );
    },
    fingerprint: async (run, scope) =>
      z.string().parse(await database.call("evidence_fingerprint", scoped(run, scope), signal)),
    async search(run, query, limit) {
      return z.array(evidenceItem).parse(
        await database.call("search_platform_content", {
          p_user: run.deliverable.user_id,
          p_query: query,
          p_sources: run.search_sources,
          p_limit: limit,
        }, signal),
      );
    },
    async finish(version) {
      await database.call(
        "finish_version",
        { ...ticket, p_version: { ...version } as unknown as Json },
        signal,
      );
    },
    async skip(run, reason, message, read) {
      await database.call("skip_version", {
        ...ticket,
        p_version_id: run.version.id,
        p_reason: reason,
        p_message: message,
        ...(read !== undefined && { p_read_until: read.until.toISOString() }),
      }, signal);
    },
  };
}
