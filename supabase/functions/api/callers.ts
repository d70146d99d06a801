/** Who may call a route. Each module says it for its own paths. */
import { createMiddleware } from "hono/factory";
import { hasServiceKey } from "@shared/auth/service_key.ts";
import { problemResponse } from "@shared/http/problem.ts";
import type { ApiContext } from "./api_context.ts";
import type { ApiEnv } from "./router.ts";

/** Lets signed-in people in and puts them into `user`; all others get 401, tokens of OAuth clients 403. */
export function requireUser({ verifyUser }: Pick<ApiContext, "verifyUser">) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const verified = await verifyUser(context.req.raw);
    if (!verified.ok) return challenge(problemResponse(verified.problem));
    context.set("user", verified.user);
    await next();
  });
}

/** Lets admins and the project's own servers in. A server has no `user`. */
export function requireAdmin({ verifyUser, environment }: Pick<ApiContext, "verifyUser" | "environment">) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    if (await hasServiceKey(context.req.raw, environment.SUPABASE_SECRET_KEYS)) return await next();
    const verified = await verifyUser(context.req.raw);
    if (!verified.ok) return challenge(problemResponse(verified.problem));
    if (!verified.user.admin) {
      return problemResponse({
        code: "admins_only",
        message: "This route is for administrators. Nothing was done.",
        hint: 'Their app_metadata has "role": "admin"; servers send the project\'s secret key.',
        status: 403,
      });
    }
    context.set("user", verified.user);
    await next();
  });
}

function challenge(refusal: Response): Response {
  if (refusal.status === 401) refusal.headers.set("www-authenticate", 'Bearer realm="api"');
  return refusal;
}
