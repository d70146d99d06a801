/** The whole of the function as one handler: the guards that every request passes, and the routes by topic. */
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import { PipelineError, type Problem, problemResponse } from "@shared/http/problem.ts";
import { allowedMethods } from "./allowed_methods.ts";
import type { ApiContext } from "./api_context.ts";
import { refuseUnstorableText } from "./refuse_unstorable_text.ts";
import { logRequests } from "./request_log.ts";
import { type ApiRouter, createRouter } from "./router.ts";
import { backfill } from "./routes/backfill.ts";
import { backtests } from "./routes/backtests.ts";
import { connections } from "./routes/connections.ts";
import { consent } from "./routes/consent.ts";
import { deliverableLife } from "./routes/deliverable_life.ts";
import { deliverableRuns } from "./routes/deliverable_runs.ts";
import { healthRoutes } from "./routes/health.ts";
import { imports } from "./routes/imports.ts";
import { mailEvents } from "./routes/mail_events.ts";
import { slackEvents } from "./routes/slack_events.ts";
import { sources } from "./routes/sources.ts";
import { sync } from "./routes/sync.ts";
import { tasks } from "./routes/tasks.ts";
import { unsubscribe } from "./routes/unsubscribe.ts";
import { versionReview } from "./routes/version_review.ts";
import { versions } from "./routes/versions.ts";
import { securityHeaders } from "./security_headers.ts";

/**
 * One module a topic. Each declares its own paths and who may call them. Imports come first: `/integrations/import` is no
 * provider's name.
 */
const modules: readonly ((context: ApiContext) => ApiRouter)[] = [
  imports,
  connections,
  consent,
  sync,
  sources,
  backfill,
  healthRoutes,
  slackEvents,
  deliverableRuns,
  deliverableLife,
  versions,
  versionReview,
  backtests,
  tasks,
  mailEvents,
  unsubscribe,
];

const largestBody = 256 * 1024;

/**
 * The application, served under `/api` as the platform hands requests over (`/functions/v1` is taken away before).
 * Every refusal is `{code, message, hint}`; `/openapi.json` declares every route.
 */
export function createApp(context: ApiContext): ApiRouter {
  const { environment, log } = context;
  const app = createRouter();
  app.use(logRequests(log));
  app.use(securityHeaders);
  app.use(cors({
    origin: [environment.FRONTEND_URL, ...environment.ALLOWED_ORIGINS ?? []].flatMap((url) =>
      url === undefined ? [] : [new URL(url).origin]
    ),
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["authorization", "apikey", "content-type", "x-client-info"],
    exposeHeaders: ["retry-after", "x-request-id"],
    maxAge: 600,
  }));
  app.use(bodyLimit({ maxSize: largestBody, onError: () => problemResponse(tooLarge) }));
  app.use(refuseUnstorableText);

  for (const module of modules) app.route("/api", module(context));
  app.openAPIRegistry.registerComponent("securitySchemes", "person", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The access token of a person who signed in with Supabase Auth.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "service", {
    type: "apiKey",
    in: "header",
    name: "apikey",
    description: "A secret key of the project, for servers only.",
  });
  app.doc31("/api/openapi.json", {
    openapi: "3.1.0",
    info: { title: "YARNNN pipeline", version: "1" },
    servers: [{ url: "/functions/v1" }],
  });

  app.notFound((c) => {
    const allowed = allowedMethods(app.routes, c.req.path);
    if (allowed.length === 0) return problemResponse(notFound);
    return problemResponse(wrongMethod(c.req.method, allowed), { allow: allowed.join(", ") });
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status < 500) return problemResponse(unreadable);
    // A refusal is an answer like any other; the request's line has its status.
    if (error instanceof PipelineError && error.status < 500) return problemResponse(error);
    log.error("request_failed", { request_id: c.get("requestId"), error });
    return problemResponse(error);
  });
  return app;
}

const tooLarge: Problem = {
  code: "body_too_large",
  message: `The request's body is larger than ${
    largestBody / 1024
  } KB. It was not read, and nothing was done.`,
  status: 413,
};

/** What hono itself throws for a body that it cannot parse. */
const unreadable: Problem = {
  code: "malformed_json",
  message: "The request's body is not valid JSON. Nothing was done.",
  hint: "Send JSON with 'Content-Type: application/json'.",
  status: 400,
};

const notFound: Problem = {
  code: "no_such_route",
  message: "There is nothing at this address. Nothing was done.",
  hint: "/openapi.json lists every route.",
  status: 404,
};

function wrongMethod(method: string, allowed: readonly string[]): Problem {
  return {
    code: "method_not_allowed",
    message: `This address does not know ${method.replace(/[^A-Z]/g, "").slice(0, 10)}. Nothing was done.`,
    hint: `It knows ${allowed.join(", ")}.`,
    status: 405,
  };
}
