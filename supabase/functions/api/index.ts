/** What a frontend calls over HTTP: connecting platforms, syncing, sources, imports, health. */
import { serveApi } from "./serve.ts";

serveApi();
