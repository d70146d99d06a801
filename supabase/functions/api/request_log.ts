/** One log line a request, under an id that the caller sees too. */
import { createMiddleware } from "hono/factory";
import type { Log } from "@shared/http/log.ts";
import { operationOf } from "@shared/http/outward_address.ts";
import type { ApiEnv } from "./router.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** The id is always ours: one that came along could carry anything. */
export function logRequests(log: Log) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const [requestId, started] = [crypto.randomUUID(), performance.now()];
    context.set("requestId", requestId);
    await next();
    context.header("x-request-id", requestId);
    log.info("request_answered", {
      request_id: requestId,
      method: methods.find((known) => known === context.req.method),
      operation: operationOf(new URL(context.req.url)),
      status: context.res.status,
      duration_ms: Math.round(performance.now() - started),
    });
  });
}
