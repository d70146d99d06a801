/** For routes whose body may be left out: many clients say that they send JSON and then send nothing. */
import { createMiddleware } from "hono/factory";
import type { ApiEnv } from "./router.ts";

export const optionalBody = createMiddleware<ApiEnv>(async (context, next) => {
  if (context.req.header("content-type") !== undefined && await context.req.text() === "") {
    const { raw } = context.req;
    const headers = new Headers(raw.headers);
    headers.delete("content-type");
    context.req.raw = new Request(raw.url, { method: raw.method, headers, signal: raw.signal });
  }
  await next();
});
