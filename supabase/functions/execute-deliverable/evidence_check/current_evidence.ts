/** How the items that a draft cites stand at the moment: edited or deleted since they were shown, readable or not. */
import { z } from "zod";
import { type EvidenceItem, evidenceItem } from "@shared/agent/evidence.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";

const currentItem = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  /** Null when the person has no such item. */
  current_revision: z.number().int().nullable(),
  /** The person's own, not deleted, and in one of the run's sources. */
  readable: z.boolean(),
});
export type CurrentItem = z.output<typeof currentItem>;

export interface CurrentEvidence {
  /** How these revisions of items stand now. */
  standing(items: readonly EvidenceItem[], signal: AbortSignal): Promise<readonly CurrentItem[]>;
  /** The newest revision of each of these items, as far as it may be read and stands at the same instant still. */
  newest(items: readonly EvidenceItem[], signal: AbortSignal): Promise<readonly EvidenceItem[]>;
}

/** Items that are read again; a draft that cites more edited ones has them named, not shown. */
const mostReadAgain = 10;

/**
 * The current state of one person's items.
 *
 * @param sourceIds everything that the run may read
 * @param now of the claim: the state of the content that `newest` returns
 */
export function currentEvidence(
  database: PipelineDatabase,
  { userId, sourceIds, now }: {
    readonly userId: string;
    readonly sourceIds: readonly string[];
    readonly now: Date;
  },
): CurrentEvidence {
  const scope = { p_user: userId, p_sources: [...sourceIds] };
  return {
    async standing(items, signal) {
      if (items.length === 0) return [];
      const asked = items.map(({ id, revision }) => ({ id, revision }));
      return z.array(currentItem).parse(
        await database.call("current_evidence", { ...scope, p_items: asked }, signal),
      );
    },
    async newest(items, signal) {
      const read = await Promise.all(
        items.slice(0, mostReadAgain).map(async ({ id, source_timestamp }) => {
          const at = Date.parse(source_timestamp);
          const rows = await database.call("gather_evidence", {
            ...scope,
            p_at: now.toISOString(),
            p_from: new Date(at).toISOString(),
            // Postgres counts microseconds, which a Date has cut off.
            p_until: new Date(at + 1).toISOString(),
            p_all: true,
            p_limit: 500,
          }, signal);
          return z.array(evidenceItem).parse(rows).filter((row) => row.id === id);
        }),
      );
      return read.flat();
    },
  };
}
