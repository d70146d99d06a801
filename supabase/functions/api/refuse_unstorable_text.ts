/**
 * Postgres stores neither the NUL character nor half of a surrogate pair. A request that has them is refused here, once
 * for all routes, because the database would refuse it as a fault of ours.
 */
import { createMiddleware } from "hono/factory";
import { type Problem, problemResponse } from "@shared/http/problem.ts";

export const refuseUnstorableText = createMiddleware(async (context, next) => {
  const { pathname, search } = new URL(context.req.url);
  if (/%00/.test(pathname + search)) return problemResponse(unstorable);
  if ((context.req.header("content-type") ?? "").includes("json")) {
    const escapes = escapesOf(await context.req.text());
    if (escapes === undefined) return problemResponse(tooDeep);
    if (/(?:^|[^\\])(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(escapes)) return problemResponse(unstorable);
  }
  await next();
});

/**
 * The JSON written anew, in which only such characters are escaped by number; empty when it is none, which the route
 * says better; undefined when it is nested so deep that nobody can write it.
 */
function escapesOf(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    return error instanceof RangeError ? undefined : "";
  }
}

const unstorable: Problem = {
  code: "unstorable_text",
  message: "The request contains a NUL character or half of a surrogate pair. Nothing was done.",
  hint: "Send well-formed Unicode text without U+0000.",
  status: 400,
};

const tooDeep: Problem = {
  code: "malformed_json",
  message: "The request's body is nested too deep. Nothing was done.",
  status: 400,
};
