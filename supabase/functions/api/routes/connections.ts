/** Connecting a platform: the consent, its end, and what is connected. */
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { type ApiRouter, createRouter } from "../router.ts";

export function connections(context: ApiContext): ApiRouter {
  const router = createRouter();
  router.use("/integrations", requireUser(context));
  return router;
}
