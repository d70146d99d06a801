/** Storing a page: its items and its cursor in one transaction, refused when the lease was lost. */
import { z } from "zod";
import type { Json, PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Job } from "@shared/work/handler.ts";
import type { Page } from "../platforms/connector.ts";
import { storable } from "./normalise.ts";

export const storedCounts = z.object({
  stored: z.number().int(),
  changed: z.number().int(),
  deleted: z.number().int(),
});
export type StoredCounts = z.output<typeof storedCounts>;

export async function storePage(
  database: PipelineDatabase,
  job: Job<unknown>,
  page: Page,
): Promise<StoredCounts> {
  return storedCounts.parse(
    await database.call("store_page", {
      p_ticket: job.held.id,
      p_lease: job.held.lease,
      p_page: storablePage(page),
    }, job.signal),
  );
}

/** A page as the database reads it (`private.apply_page`), with texts that Postgres can hold. */
export function storablePage(page: Page): { [key: string]: Json } {
  return {
    items: page.items.map((item) => ({ ...storable(item), sources: [...item.sources] })),
    cursor: page.cursor,
    ...(page.seen && {
      seen: page.seen.map(({ sources, ...name }) => ({ ...name, ...(sources && { sources: [...sources] }) })),
    }),
    ...(page.gone && {
      gone: page.gone.map(({ container_id, item_id }) => ({ container_id, item_id })),
    }),
    ...(page.enumerated && { enumerated: page.enumerated.map((scope) => ({ ...scope })) }),
    ...(page.failed && { failed: page.failed.map((failure) => ({ ...failure })) }),
    ...(page.progress && { progress: { ...page.progress } }),
  };
}
