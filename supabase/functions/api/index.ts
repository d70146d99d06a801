/** What a frontend calls over HTTP: connecting platforms, syncing, deliverables, tasks. */
import { serveApi } from "./serve.ts";

serveApi();
