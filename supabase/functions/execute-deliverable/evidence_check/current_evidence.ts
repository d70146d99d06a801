/** How the items that a draft cites stand at the moment: edited or deleted since they were shown, readable or not. */
import { z } from "zod";

export interface ItemRevision {
  readonly id: string;
  readonly revision: number;
}

/** A row of `pipeline.current_evidence`. */
export const currentItem = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  /** Null when the person has no such item. */
  current_revision: z.number().int().nullable(),
  /** The person's own, not deleted, and in one of the run's sources. */
  readable: z.boolean(),
});
export type CurrentItem = z.output<typeof currentItem>;

export type AskCurrent = (
  items: readonly ItemRevision[],
  signal: AbortSignal,
) => Promise<readonly CurrentItem[]>;
