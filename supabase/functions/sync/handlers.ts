/** Which ticket is handled by what. */
import type { AnyHandler } from "@shared/work/handler.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { applyLiveChanges } from "./apply_live_changes.ts";
import { discoverSources } from "./discover_sources.ts";
import { importJob } from "./import_job.ts";
import { openPlatforms, type platformVariables } from "./platforms/open_platforms.ts";
import { syncUnit } from "./sync_unit.ts";

export function handlers(
  context: WorkerContext<(typeof platformVariables)[number]>,
): Record<string, AnyHandler> {
  const platforms = openPlatforms(context);
  return {
    apply_live_changes: applyLiveChanges(context.database),
    discover_sources: discoverSources(context.database, platforms),
    import_source: importJob(context.database, platforms),
    sync_unit: syncUnit(context.database, platforms),
  };
}
