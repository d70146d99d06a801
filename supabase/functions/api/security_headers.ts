/** Hardly anything that this function answers is a page, and none of it is worth keeping in a cache or may be framed. */
import { createMiddleware } from "hono/factory";

export const securityHeaders = createMiddleware(async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(headers)) {
    // A page says what it may show in a policy of its own.
    if (!context.res.headers.has(name)) context.header(name, value);
  }
});

const headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
