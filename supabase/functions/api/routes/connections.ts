/** What is connected, and taking it back. */
import { createRoute, z } from "@hono/zod-openapi";
import { missingVariables } from "@shared/connections/oauth_provider.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { disconnectAccount } from "../connecting/disconnect_account.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const PROVIDERS = ["slack", "google", "notion"] as const;
const byProvider = z.object({
  provider: z.enum(PROVIDERS).openapi({
    description: "Who grants: one Google grant covers mail and calendars.",
  }),
});
const instant = z.string().nullable().openapi({ format: "date-time" });

const integration = z.object({
  id: z.uuid(),
  provider: z.enum(PROVIDERS),
  status: z.enum(["active", "needs_reauth"]),
  status_reason: z.string().nullable().openapi({
    description: "Why it must be reconnected, or what does not work.",
  }),
  account_name: z.string(),
  scopes: z.array(z.string()),
  missing_features: z.array(z.object({ scope: z.string(), message: z.string() })),
  connected_at: z.string().openapi({ format: "date-time" }),
  last_synced_at: instant,
  platforms: z.array(z.object({
    platform: z.enum(["slack", "gmail", "calendar", "notion"]),
    sources_available: z.number().int(),
    sources_selected: z.number().int(),
    sources_failing: z.number().int(),
    last_synced_at: instant,
    next_sync_at: instant,
  })),
}).openapi("Integration");

const list = {
  method: "get",
  path: "/integrations",
  summary: "What is connected, and what could be",
  security: asPerson,
  responses: {
    200: jsonAnswer(
      z.object({
        integrations: z.array(integration),
        providers: z.array(z.object({
          provider: z.enum(PROVIDERS),
          connected: z.boolean(),
          configured: z.boolean().openapi({ description: "Whether this installation has an app there." }),
        })),
      }),
      "All connections of the person",
    ),
    ...refusals({ 401: "Not signed in" }),
  },
} as const;

const show = {
  method: "get",
  path: "/integrations/{provider}",
  summary: "One connection",
  security: asPerson,
  request: { params: byProvider },
  responses: {
    200: jsonAnswer(integration, "The connection"),
    ...refusals({ 401: "Not signed in", 404: "Not connected: unknown_connection", 422: "No such provider" }),
  },
} as const;

const disconnect = {
  method: "delete",
  path: "/integrations/{provider}",
  summary: "Disconnect: ends the grant at the provider and deletes what was synced",
  security: asPerson,
  request: { params: byProvider },
  responses: {
    200: jsonAnswer(
      z.object({
        disconnected: z.boolean().openapi({ description: "False: nothing was connected." }),
        revoked: z.boolean().openapi({ description: "Whether the grant ended at the provider." }),
        message: z.string(),
        grants_url: z.url().optional().openapi({
          description: "Where the person can end the grant themselves.",
        }),
      }),
      "It is not connected any more",
    ),
    ...refusals({ 401: "Not signed in", 422: "No such provider" }),
  },
} as const;

export function connections(context: ApiContext): ApiRouter {
  const { database, environment } = context;
  const router = createRouter();
  const middleware = requireUser(context);
  const readIntegrations = async (userId: string, provider?: (typeof PROVIDERS)[number]) =>
    z.array(integration).parse(
      await database.call("integrations_of", { p_user: userId, ...(provider && { p_provider: provider }) }),
    );

  router.openapi(createRoute({ ...list, middleware }), async (c) => {
    const integrations = await readIntegrations(c.get("user").id);
    const providers = PROVIDERS.map((provider) => ({
      provider,
      connected: integrations.some((one) => one.provider === provider),
      configured: missingVariables(provider, environment).length === 0,
    }));
    return c.json({ integrations, providers }, 200);
  });

  router.openapi(createRoute({ ...show, middleware }), async (c) => {
    const [found] = await readIntegrations(c.get("user").id, c.req.valid("param").provider);
    if (found !== undefined) return c.json(found, 200);
    throw new PipelineError({
      code: "unknown_connection",
      message: "This platform is not connected.",
      hint: "Begin with GET /integrations/{provider}/authorize.",
      status: 404,
    });
  });

  router.openapi(
    createRoute({ ...disconnect, middleware }),
    async (c) =>
      c.json(await disconnectAccount(context, c.get("user").id, c.req.valid("param").provider), 200),
  );
  return router;
}
