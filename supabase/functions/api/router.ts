/** The router that every route module builds on: what a request must look like is declared, and a refusal is a problem. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { SignedInUser } from "@shared/auth/user.ts";
import { type Problem, problemResponse } from "@shared/http/problem.ts";

/** What middleware leaves for the routes. */
export interface ApiEnv {
  Variables: {
    requestId: string;
    /** Behind `requireUser`: the person. */
    user: SignedInUser;
  };
}

export type ApiRouter = OpenAPIHono<ApiEnv>;

/** A router whose declared inputs (path, query, body) are checked; what does not fit is answered with 422. */
export function createRouter(): ApiRouter {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) return problemResponse(invalidRequest(result.target, result.error));
    },
  });
}

const places: Readonly<Record<string, string>> = {
  param: "path",
  query: "query",
  json: "body",
  form: "body",
  header: "headers",
  cookie: "cookies",
};

function invalidRequest(target: string, error: z.core.$ZodError): Problem {
  const fields = error.issues.slice(0, 20).map(({ path, message }) => ({
    field: path.map(String).join(".").slice(0, 100),
    message: message.slice(0, 200),
  }));
  const place = places[target] ?? "request";
  const [first] = fields;
  const fault = first === undefined
    ? ""
    : `: ${first.field === "" ? "" : `'${first.field}': `}${first.message}`;
  return {
    code: "invalid_request",
    message: `The ${place} of the request is not as declared${fault}. Nothing was done.`,
    hint: "Correct the fields named in 'details'; /openapi.json declares every route.",
    status: 422,
    details: { in: place, fields },
  };
}

/** How every refusal looks. */
export const problemBody = z.object({
  code: z.string().openapi({ description: "Stable name of what went wrong; see docs/errors.md." }),
  message: z.string().openapi({ description: "What happened and what was not lost." }),
  hint: z.string().optional().openapi({ description: "What to do about it." }),
  details: z.record(z.string(), z.unknown()).optional(),
}).openapi("Problem");

/** Declares refusals of a route: `refusals({ 404: "Nothing is connected" })`. 401 and 422 stand for all. */
export function refusals(described: Readonly<Record<number, string>>) {
  const content = { "application/json": { schema: problemBody } };
  return Object.fromEntries(
    Object.entries(described).map(([status, description]) => [status, { description, content }]),
  );
}

/** Declares a JSON answer of a route. */
export function jsonAnswer<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** The security requirement of routes behind `requireUser`. */
export const asPerson = [{ person: [] }];
/** The security requirement of routes behind `requireAdmin`. */
export const asAdmin: Record<string, string[]>[] = [{ person: [] }, { service: [] }];
