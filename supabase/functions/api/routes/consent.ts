/** Connecting a platform: the consent page, the way back from it, and the confirmation of whoever began. */
import { createRoute, z } from "@hono/zod-openapi";
import { createOAuthProvider } from "@shared/connections/oauth_provider.ts";
import { problemResponse } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { requireUser } from "../callers.ts";
import { callbackUrl, homeAddress, landingAddress, redirectTo } from "../connecting/addresses.ts";
import { expiredState, newConfirmation, takeConfirmation, unknownState } from "../connecting/confirmation.ts";
import { connectAccount } from "../connecting/connect_account.ts";
import { codeVerifierOf, hashOfState, looksLikeState, newState } from "../connecting/oauth_state.ts";
import { type ApiRouter, asPerson, createRouter, jsonAnswer, refusals } from "../router.ts";

const byProvider = z.object({ provider: z.enum(["slack", "google", "notion"]) });

const unconfigured = { 503: "This installation has no app at the provider: not_configured" };

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

const confirm = {
  method: "post",
  path: "/integrations/{provider}/confirm",
  summary: "Connect what was consented to: only the person who began can, within ten minutes and once",
  security: asPerson,
  request: {
    params: byProvider,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.object({
            confirmation: z.string().min(1).max(12_000).openapi({
              description: "As the callback put it into the frontend's address.",
            }),
          }),
        },
      },
    },
  },
  responses: {
    200: jsonAnswer(
      z.object({
        status: z.literal("connected"),
        connection_id: z.uuid(),
        message: z.string().optional().openapi({
          description: "What will not work, as less was allowed than asked for.",
        }),
      }),
      "Connected; the first discovery has been asked for",
    ),
    ...refusals({
      400: "The confirmation is unknown, used or too old: state_unknown, state_expired",
      401: "Not signed in",
      403: "Another person began: begun_by_another_person",
      409: "The provider does not take the code: grant_refused",
      422: "So little was allowed that nothing can be synced: scopes_insufficient",
      503: "The provider cannot be asked: provider_down, rate_limited, provider_app_refused, not_configured",
    }),
  },
} as const;

export function consent(context: ApiContext): ApiRouter {
  const { database, environment, egress } = context;
  const router = createRouter();
  const middleware = requireUser(context);

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
    if (expired || error !== undefined || code === undefined || code === "") {
      const { code, message } = expired ? expiredState : noCode;
      return redirectTo(landing, { provider, status: "error", code, message });
    }
    const confirmation = await newConfirmation(context, { userId, provider, landing }, { code, state });
    return redirectTo(landing, { provider, status: "confirm", confirmation });
  });

  router.openapi(createRoute({ ...confirm, middleware }), async (c) => {
    const { provider } = c.req.valid("param");
    const userId = c.get("user").id;
    const { code, state } = await takeConfirmation(
      context,
      userId,
      provider,
      c.req.valid("json").confirmation,
    );
    const { connectionId, message } = await connectAccount(context, { userId, provider, code, state });
    return c.json({
      status: "connected" as const,
      connection_id: connectionId,
      ...(message !== undefined && { message }),
    }, 200);
  });
  return router;
}

const noCode = {
  code: "consent_incomplete",
  message: "The provider sent no consent along. Nothing was connected. Start again from the product.",
};
