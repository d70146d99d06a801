/**
 * The way out of a deliverable's mails, for whoever holds the link that stands in them (RFC 8058). Opening the link
 * changes nothing, because mail scanners open links; the button on its page posts, and so do mail programs in one click.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import type { ApiContext, ApiEnvironment } from "../api_context.ts";
import { type ApiRouter, createRouter, refusals } from "../router.ts";
import { type Page, pageResponse } from "../unsubscribe_page.ts";

const token = z.uuid();
/** Whatever stands there is looked at by the route: a link that was cut off gets the same friendly page. */
const request = { params: z.object({ token: z.string() }) };
const page = { "text/html": { schema: z.string() } };

const askRoute = createRoute({
  method: "get",
  path: "/unsubscribe/{token}",
  tags: ["unsubscribe"],
  summary: "The page behind the link in a mail. It changes nothing; its button does",
  request,
  responses: {
    200: {
      description: "For browsers the page, for programs what the link would stop.",
      content: { ...page, "application/json": { schema: z.object({ title: z.string() }) } },
    },
    302: {
      description:
        "To the frontend, `?unsubscribe=<token>`, where the platform lets functions show no pages.",
    },
    ...refusals({ 404: "The link is not valid any more" }),
  },
});

const unsubscribed = z.object({
  title: z.string(),
  paused: z.boolean().openapi({ description: "False: it sent no mails any more." }),
}).openapi("Unsubscribed");

const leaveRoute = createRoute({
  method: "post",
  path: "/unsubscribe/{token}",
  tags: ["unsubscribe"],
  summary: "Send no more of these mails. No sign-in, any body or none; asking twice is asking once",
  request,
  responses: {
    200: {
      description: "Done: for browsers a page, for programs what it stopped.",
      content: { ...page, "application/json": { schema: unsubscribed } },
    },
    ...refusals({ 404: "The link is not valid any more" }),
  },
});

export function unsubscribe({ environment, database }: ApiContext): ApiRouter {
  const router = createRouter();

  router.openapi(askRoute, async (c) => {
    const given = c.req.valid("param").token;
    const browser = wantsPage(c.req.raw);
    if (browser && !showsPages(environment)) return elsewhere(environment, given);
    const known = await found(async (p_token) => {
      const what = await database.call("unsubscription", { p_token }, c.req.raw.signal);
      return z.object({ title: z.string() }).parse(what);
    }, given);
    if (!browser) return c.json(orThrow(known), 200);
    return pageResponse(
      known instanceof PipelineError ? gone : {
        status: 200,
        heading: "Stop these mails?",
        text: `“${known.title}” will send you no more mails. You can resume it whenever you like.`,
        button: "Stop the mails",
      },
    );
  });

  router.openapi(leaveRoute, async (c) => {
    const left = await found(async (p_token) => {
      return unsubscribed.parse(await database.call("unsubscribe", { p_token }, c.req.raw.signal));
    }, c.req.valid("param").token);
    if (!wantsPage(c.req.raw)) return c.json(orThrow(left), 200);
    return pageResponse(
      left instanceof PipelineError ? gone : {
        status: 200,
        heading: "No more of these mails",
        text: `“${left.title}” sends you no more mails. Sign in to resume it whenever you like.`,
      },
    );
  });
  return router;
}

const unknownToken = () =>
  new PipelineError({
    code: "unknown_token",
    message: "This link is not valid any more.",
    hint: "The deliverable it belongs to was deleted: it sends nothing.",
    status: 404,
  });

/** What the token opens, or the refusal when it opens nothing. */
async function found<T>(ask: (token: string) => Promise<T>, given: string): Promise<T | PipelineError> {
  const parsed = token.safeParse(given);
  if (!parsed.success) return unknownToken();
  try {
    return await ask(parsed.data);
  } catch (error) {
    if (error instanceof PipelineError && error.status === 404) return error;
    throw error;
  }
}

function orThrow<T>(answer: T | PipelineError): T {
  if (answer instanceof PipelineError) throw answer;
  return answer;
}

/** Browsers ask for pages by name; mail programs and scripts take anything. */
function wantsPage({ headers }: Request): boolean {
  return (headers.get("accept") ?? "").includes("text/html");
}

/**
 * Supabase turns a page that a function answers to GET into plain text, except on a domain of one's own
 * (https://supabase.com/docs/guides/functions/limits).
 */
function showsPages({ API_URL, SUPABASE_URL }: ApiEnvironment): boolean {
  return !/\.supabase\.(?:co|in|red)$/.test(new URL(API_URL ?? SUPABASE_URL).hostname);
}

function elsewhere({ FRONTEND_URL }: ApiEnvironment, given: string): Response {
  if (FRONTEND_URL !== undefined) {
    const address = new URL(FRONTEND_URL);
    address.searchParams.set("unsubscribe", given.slice(0, 100));
    return new Response(null, { status: 302, headers: { location: address.href } });
  }
  const text =
    "To stop these mails, press 'Unsubscribe' in your mail program, or pause it after signing in.\n";
  return new Response(text, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

const gone: Page = {
  status: 404,
  heading: "This link is not valid any more",
  text: "What it belongs to was deleted, so it sends you nothing. There is nothing left to do.",
};
