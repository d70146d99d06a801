/** A ticket of kind `sync_source`: one source, page by page, each stored together with the cursor behind it. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { beginSync, outcomeOf } from "./begin_sync.ts";
import { storePage } from "./content/store.ts";
import type { OpenPlatform } from "./platforms/open_platforms.ts";

const payload = z.object({ source_id: z.uuid(), pass_id: z.uuid().optional() });
const counts = z.object({
  pages: z.number().default(0),
  items: z.number().default(0),
  changed: z.number().default(0),
});

export function syncSource(database: PipelineDatabase, open: OpenPlatform): AnyHandler {
  return handler(payload, async function* (job) {
    let connectionId: string | undefined;
    try {
      const { connection, source, cursor, connector } = await beginSync(database, open, job);
      connectionId = connection.id;
      if (source === null) throw new TypeError("Cannot sync as the ticket names no source");
      let total = counts.parse(job.ticket.progress);
      const pages = connector.sync(
        { externalId: source.external_id, name: source.name, metadata: source.metadata },
        cursor,
      );
      for await (const page of pages) {
        const { stored, changed } = await storePage(database, job, page);
        total = { pages: total.pages + 1, items: total.items + stored, changed: total.changed + changed };
        yield total;
      }
      await database.call("finish_source", {
        p_ticket: job.held.id,
        p_lease: job.held.lease,
        p_result: total,
      }, job.signal);
      return { outcome: "ended", as: "done" };
    } catch (thrown) {
      return await outcomeOf(thrown, database, connectionId);
    }
  });
}
