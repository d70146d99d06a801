/** A ticket of kind `discover_sources`: lists what a connection can see, and starts a pass over what is selected. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { beginSync, outcomeOf } from "./begin_sync.ts";
import type { OpenPlatform } from "./platforms/open_platforms.ts";

const payload = z.object({
  connection_id: z.uuid(),
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
});

export function discoverSources(database: PipelineDatabase, open: OpenPlatform): AnyHandler {
  return handler(payload, async function* (job) {
    const { connection_id } = job.payload;
    try {
      const beginning = await beginSync(database, open, job);
      if (beginning === undefined) return { outcome: "done", result: { skipped: "too_soon" } };
      const { sources, ranked, people } = await beginning.connector.discover();
      await database.call("store_people", {
        p_connection: connection_id,
        p_people: people.map((person) => ({ ...person })),
      }, job.signal);
      yield { sources: sources.length, people: people.length };
      await database.call("finish_discovery", {
        p_ticket: job.held.id,
        p_lease: job.held.lease,
        p_sources: sources.map((source) => ({ ...source })),
        p_ranked: [...ranked],
      }, job.signal);
      return { outcome: "ended", as: "done" };
    } catch (thrown) {
      return await outcomeOf(thrown, database, connection_id);
    }
  });
}
