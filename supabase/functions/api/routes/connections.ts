/** Connecting a platform: the consent, its end, what is connected, and taking it back. */
import { createRoute, z } from "@hono/zod-openapi";
import { createOAuthProvider, missingVariables } from "@shared/connections/oauth_provider.ts";
import { PipelineError, problemResponse } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { callbackUrl, homeAddress, landingAddress, redirectTo } from "../connecting/addresses.ts";
import { connectAccount } from "../connecting/connect_account.ts";
import { disconnectAccount } from "../connecting/disconnect_account.ts";
import { codeVerifierOf, hashOfState, looksLikeState, newState } from "../connecting/oauth_state.ts";
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

const unconfigured = { 503: "This installation has no app at the provider: not_configured" };

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

const authorize = {
  method: "get",
  path: "/integrations/{provider}/authorize",
  summary: "Begin to connect: the provider's consent page to send the browser to, good for ten minutes",
  security: asPerson,
  request: {
    params: byProvider,
    query: z.object({
      redirect_to: z.string().max(2_000).optional().openapi({
        description:
          "Where the browser goes afterwards: exactly FRONTEND_URL (the default) or one of ALLOWED_REDIRECTS.",
      }),
    }),
  },
  responses: {
    200: jsonAnswer(
      z.object({ authorization_url: z.url(), expires_at: z.string().openapi({ format: "date-time" }) }),
      "Send the person's browser there",
    ),
    ...refusals({
      401: "Not signed in",
      422: "redirect_to is not allowed: redirect_not_allowed",
      ...unconfigured,
    }),
  },
} as const;

const callback = {
  method: "get",
  path: "/integrations/{provider}/callback",
  summary: "Where the provider sends the browser back to; not for programs",
  request: {
    params: byProvider,
    query: z.object({
      code: z.string().max(4_096).optional(),
      state: z.string().max(200).optional(),
      error: z.string().max(200).optional(),
    }),
  },
  responses: {
    302: {
      description: "On to the frontend, with provider, status (connected, denied, error), code and message",
    },
    ...refusals({ 400: "No such state, and no frontend to say it in: state_unknown" }),
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
  const { database, environment, egress } = context;
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

  router.openapi(createRoute({ ...authorize, middleware }), async (c) => {
    const { provider } = c.req.valid("param");
    const oauth = createOAuthProvider(provider, environment, egress);
    const landing = landingAddress(c.req.valid("query").redirect_to, environment);
    const state = newState();
    const expires_at = await database.call("open_oauth_state", {
      p_user: c.get("user").id,
      p_provider: provider,
      p_state_hash: await hashOfState(state),
      p_redirect_to: landing,
    });
    const authorization_url = await oauth.authorizationUrl({
      state,
      redirectUri: callbackUrl(provider, environment),
      codeVerifier: await codeVerifierOf(state, environment.INTEGRATION_ENCRYPTION_KEY),
    });
    return c.json({ authorization_url, expires_at }, 200);
  });

  router.openapi(createRoute(callback), async (c) => {
    const { provider } = c.req.valid("param");
    const { state = "", code, error } = c.req.valid("query");
    // A preview of the address must not use the state up.
    if (c.req.method === "HEAD") return c.body(null, 302);
    const [taken] = looksLikeState(state)
      ? await database.call("take_oauth_state", {
        p_state_hash: await hashOfState(state),
        p_provider: provider,
      })
      : [];
    if (taken === undefined) {
      const home = homeAddress(environment);
      if (home === undefined) return problemResponse(unknownState);
      const { code, message } = unknownState;
      return redirectTo(home, { provider, status: "error", code, message });
    }
    const { user_id: userId, redirect_to: landing, expired } = taken;
    if (error === "access_denied") return redirectTo(landing, { provider, status: "denied" });
    try {
      if (expired) throw new PipelineError(expiredState);
      if (error !== undefined || code === undefined || code === "") throw new PipelineError(noCode);
      const message = await connectAccount(context, { userId, provider, code, state });
      return redirectTo(landing, {
        provider,
        status: "connected",
        ...(message !== undefined && { message }),
      });
    } catch (thrown) {
      const { code, message } = thrown instanceof PipelineError ? thrown : new PipelineError(fault);
      context.log.warn("request_failed", { step: "connect", provider, user_id: userId, error: thrown });
      return redirectTo(landing, { provider, status: "error", code, message });
    }
  });

  router.openapi(
    createRoute({ ...disconnect, middleware }),
    async (c) =>
      c.json(await disconnectAccount(context, c.get("user").id, c.req.valid("param").provider), 200),
  );
  return router;
}

const again = "Nothing was connected. Start again from the product.";
const unknownState = {
  code: "state_unknown",
  message: `This way back was used before, or was never given. ${again}`,
  status: 400,
};
const expiredState = {
  code: "state_expired",
  message: `More than ten minutes went by. ${again}`,
  status: 400,
};
const noCode = {
  code: "consent_incomplete",
  message: `The provider sent no consent along. ${again}`,
  status: 400,
};
const fault = {
  code: "internal_error",
  message: `Connecting failed because of a fault on our side. ${again}`,
  status: 500,
};
