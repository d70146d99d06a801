/** A ticket of kind `sync_unit`: one unit of a platform, page by page, each stored together with the cursor behind it. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { beginSync, outcomeOf } from "./begin_sync.ts";
import { type StoredCounts, storePage } from "./content/store.ts";
import type { OpenPlatform } from "./platforms/open_platforms.ts";

const payload = z.object({
  connection_id: z.uuid(),
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
  unit: z.string().min(1),
  pass_id: z.uuid().optional(),
});
const counts = z.object({
  pages: z.number().default(0),
  items: z.number().default(0),
  changed: z.number().default(0),
  deleted: z.number().default(0),
});
type Counts = z.output<typeof counts>;

export function syncUnit(database: PipelineDatabase, open: OpenPlatform): AnyHandler {
  return handler(payload, async function* (job) {
    try {
      const beginning = await beginSync(database, open, job);
      if (beginning === undefined || beginning.unit === null) {
        throw new TypeError("Cannot sync as the ticket names no unit");
      }
      const { unit, cursor, connector, pass } = beginning;
      let total = counts.parse(job.ticket.progress);
      // Everything in it may have been deselected since.
      const pages = unit.sources.length === 0 ? [] : connector.sync(unit, cursor, pass);
      for await (const page of pages) {
        total = added(total, await storePage(database, job, page));
        yield { ...total };
      }
      await database.call("finish_unit", {
        p_ticket: job.held.id,
        p_lease: job.held.lease,
        p_result: { ...total },
      }, job.signal);
      return { outcome: "ended", as: "done" };
    } catch (thrown) {
      return await outcomeOf(thrown, database, job.payload.connection_id);
    }
  });
}

function added(total: Counts, page: StoredCounts): Counts {
  return {
    pages: total.pages + 1,
    items: total.items + page.stored,
    changed: total.changed + page.changed,
    deleted: total.deleted + page.deleted,
  };
}
