/** A ticket of kind `import_source`: history of one source on demand, page by page, from a cursor of its own. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { type AnyHandler, handler, type Job } from "@shared/work/handler.ts";
import type { Outcome } from "@shared/work/ticket.ts";
import { beginSync, outcomeOf } from "./begin_sync.ts";
import { storablePage } from "./content/store.ts";
import { type Page, PlatformError } from "./platforms/connector.ts";
import type { OpenPlatform } from "./platforms/open_platforms.ts";

const payload = z.object({
  connection_id: z.uuid(),
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
  job_id: z.uuid(),
});

const beginning = z.object({
  scope: z.object({ days: z.number().int(), items: z.number().int(), threads: z.boolean() }),
  source: z.object({
    external_id: z.string(),
    kind: z.enum(["channel", "label", "calendar", "page", "database"]),
    name: z.string(),
    metadata: z.record(z.string(), z.json()),
  }),
  selected: z.array(z.string()),
  cursor: z.json().nullable(),
  items: z.number().int(),
  changed: z.number().int(),
  pages: z.number().int(),
});

const stored = z.object({ changed: z.number().int(), items: z.number().int() });

/** What the import brought so far, over all its turns. */
interface Brought {
  readonly items: number;
  readonly changed: number;
  readonly pages: number;
}

export function importJob(database: PipelineDatabase, open: OpenPlatform): AnyHandler {
  return handler(payload, async function* (job) {
    try {
      const { scope, source, selected, cursor, ...earlier } = beginning.parse(
        await database.call("begin_import", { p_ticket: job.held.id, p_lease: job.held.lease }, job.signal),
      );
      const begun = await beginSync(database, open, job);
      if (begun === undefined) throw new TypeError("Cannot import as only a scheduled sync comes too soon");
      let brought: Brought = earlier;
      // A worker may have vanished between the last page and the end.
      if (brought.items < scope.items) {
        const { external_id, ...rest } = source;
        const from = { externalId: external_id, ...rest };
        const pages = begun.connector.importHistory(from, scope, cursor, begun.pass, selected);
        for await (const page of pages) {
          brought = await storeImportPage(database, job, page, scope.items - brought.items, brought);
          yield { ...brought };
          if (brought.items >= scope.items) break;
        }
      }
      return { outcome: "done", result: { ...brought } };
    } catch (thrown) {
      return nobodyWaits(thrown) ?? await outcomeOf(thrown, database, job.payload.connection_id);
    }
  });
}

async function storeImportPage(
  database: PipelineDatabase,
  job: Job<unknown>,
  page: Page,
  room: number,
  before: Brought,
): Promise<Brought> {
  const [failure] = page.failed ?? [];
  // There is but one source: when it fails, the import does.
  if (failure !== undefined) throw new PlatformError(failure.error, failure.message);
  const { changed, items } = stored.parse(
    await database.call("store_import_page", {
      p_ticket: job.held.id,
      p_lease: job.held.lease,
      p_page: storablePage({ ...page, items: page.items.slice(0, room) }),
    }, job.signal),
  );
  return { items, changed: before.changed + changed, pages: before.pages + 1 };
}

/** The import gave way, or went with its source: no further attempt can bring it back. */
function nobodyWaits(thrown: unknown): Outcome | undefined {
  const codes = ["unknown_import", "source_not_selected", "import_superseded"];
  if (!(thrown instanceof PipelineError) || !codes.includes(thrown.code)) return undefined;
  return { outcome: "failed", final: true, problem: thrown.problem };
}
