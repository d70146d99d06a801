/** Storing a page: its items and its cursor in one transaction, refused when the lease was lost. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Job } from "@shared/work/handler.ts";
import type { Page } from "../platforms/connector.ts";
import { storable } from "./normalise.ts";

const answer = z.object({ stored: z.number().int(), changed: z.number().int() });

export async function storePage(
  database: PipelineDatabase,
  job: Job<unknown>,
  page: Page,
): Promise<z.output<typeof answer>> {
  return answer.parse(
    await database.call("store_page", {
      p_ticket: job.held.id,
      p_lease: job.held.lease,
      p_items: page.items.map((item) => ({ ...storable(item) })),
      p_cursor: page.cursor,
    }, job.signal),
  );
}
