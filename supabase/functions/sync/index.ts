/** F1 and F8: the only function that reads the platforms. */
import { serveWorker } from "@shared/work/worker.ts";
import { handlers } from "./handlers.ts";
import { platformVariables } from "./platforms/open_platforms.ts";

serveWorker({
  name: "sync",
  variables: platformVariables,
  baseUrls: ["SLACK_BASE_URL", "GOOGLE_BASE_URL", "NOTION_BASE_URL"],
  handlers,
});
