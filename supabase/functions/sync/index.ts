/** F1 and F8: the only function that reads the platforms. */
import { serveWorker } from "@shared/work/worker.ts";
import { applyLiveChanges } from "./apply_live_changes.ts";
import { discoverSources } from "./discover_sources.ts";
import { openPlatforms } from "./platforms/open_platforms.ts";
import { syncUnit } from "./sync_unit.ts";

serveWorker({
  name: "sync",
  variables: ["INTEGRATION_ENCRYPTION_KEY", "INTEGRATION_ENCRYPTION_KEYS_OLD", "SLACK_BASE_URL"],
  baseUrls: ["SLACK_BASE_URL"],
  handlers: (context) => {
    const platforms = openPlatforms(context);
    return {
      apply_live_changes: applyLiveChanges(context.database),
      discover_sources: discoverSources(context.database, platforms),
      sync_unit: syncUnit(context.database, platforms),
    };
  },
});
