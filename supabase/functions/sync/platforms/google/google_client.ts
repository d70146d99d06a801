/**
 * Calls of Google's REST APIs: paced, bounded, checked by schema, and with Google's refusals in our categories.
 *
 * There is no SDK of Google in here, on purpose: they crash while they are imported on Deno 2.1.4, which the hosted
 * runtime is built on, unless `process.env` is patched first (google-logging-utils reads it before anything else); they
 * weigh megabytes of a function's bundle; and we read about ten endpoints by GET, which is this file.
 */
import type { z } from "zod";
import type { AccessToken } from "@shared/connections/access_token.ts";
import type { Egress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { PlatformError } from "../connector.ts";
import type { Pace, RateBudget } from "../rate_budget.ts";
import { errorOfRefusal, provider, retryAfterOf } from "./google_refusal.ts";

/** A path under the root of Google's APIs. Whoever makes one encodes its segments: ids hold `#`, `@` and `/`. */
export type GooglePath = `/gmail/v1/${string}` | `/calendar/v3/${string}`;

/** A list is sent as a repeated parameter; undefined is left out. */
export type GoogleQuery = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface GoogleCost {
  readonly pace: Pace;
  /** Quota units of the call; 1 if left out. */
  readonly units?: number;
}

export interface GoogleClient {
  /**
   * Reads one resource or one page of a listing.
   *
   * @throws {PlatformError} in one of our categories; `refusalOf` tells Google's own status and reason.
   */
  get<S extends z.ZodType>(
    path: GooglePath,
    query: GoogleQuery,
    answer: S,
    cost: GoogleCost,
  ): Promise<z.output<S>>;
}

export interface GoogleClientOptions {
  readonly accessToken: AccessToken;
  readonly egress: Egress;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
  /** Replaces the root of every host of Google. */
  readonly baseUrl?: string;
}

/** Makes a client for one account. Its answers are as large as `egress` allows (10 MiB), never larger. */
export function createGoogleClient(options: GoogleClientOptions): GoogleClient {
  const { accessToken, egress, budget, signal } = options;
  const root = options.baseUrl?.replace(/\/+$/, "");

  async function call(url: URL, path: GooglePath, cost: GoogleCost, token: string): Promise<Response> {
    await budget.take(cost.pace, cost.units);
    signal.throwIfAborted();
    try {
      return await egress(url, {
        headers: { authorization: `Bearer ${token}`, accept: "application/json" },
        signal,
      });
    } catch (thrown) {
      throw unanswered(path, thrown, signal);
    }
  }

  return {
    async get(path, query, answer, cost) {
      const url = addressOf(root ?? hostOf(path), path, query);
      let token = await tokenFrom(() => accessToken.current());
      let response = await call(url, path, cost, token);
      if (response.status === 401) {
        // Google ends access tokens before their time, too: one renewal tells an old token from a lost grant.
        await response.body?.cancel();
        const refused = token;
        token = await tokenFrom(() => accessToken.renewed(refused));
        response = await call(url, path, cost, token);
      }
      const text = await textOf(response, path, signal);
      if (!response.ok) {
        const error = errorOfRefusal(path, response.status, text, retryAfterOf(response.headers));
        if (error.code === "rate_limited") {
          await budget.holdBack(cost.pace, error.retryAfterSeconds ?? 60);
        }
        throw error;
      }
      const parsed = answer.safeParse(parseJson(path, text));
      if (parsed.success) return parsed.data;
      throw new PlatformError(
        "provider_down",
        `${
          provider(path)
        } answered in a form that its documentation does not know. What was synced before is kept.`,
        { cause: parsed.error },
      );
    },
  };
}

const hostOf = (path: GooglePath) =>
  path.startsWith("/gmail/") ? "https://gmail.googleapis.com" : "https://www.googleapis.com";

function addressOf(root: string, path: GooglePath, query: GoogleQuery): URL {
  const url = new URL(root + path);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = typeof value === "object" ? value : [String(value)];
    for (const one of values) url.searchParams.append(name, one);
  }
  return url;
}

/** A token, with its own refusal as one of a platform, so that the connection is marked. */
async function tokenFrom(source: () => Promise<string>): Promise<string> {
  try {
    return await source();
  } catch (thrown) {
    if (!(thrown instanceof PipelineError) || thrown instanceof PlatformError) throw thrown;
    if (thrown.code !== "needs_reauth") throw thrown;
    throw new PlatformError("needs_reauth", "Google no longer lets us in. What was synced before is kept.", {
      hint: thrown.hint ?? "Reconnect Google.",
      cause: thrown,
    });
  }
}

async function textOf(response: Response, path: GooglePath, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (thrown) {
    throw unanswered(path, thrown, signal);
  }
}

function parseJson(path: GooglePath, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes what it could not read.
    throw new PlatformError(
      "provider_down",
      `${provider(path)} broke off its answer. What was synced before is kept.`,
    );
  }
}

const broken: ReadonlySet<string> = new Set([
  "egress_timeout",
  "egress_unreachable",
  "egress_redirected",
  "egress_answer_too_large",
]);

/** What to throw when a call ended without a whole answer: the stop as it was given, or Google being away. */
function unanswered(path: GooglePath, thrown: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!(thrown instanceof PipelineError) || !broken.has(thrown.code)) return thrown;
  const message = thrown.code === "egress_answer_too_large"
    ? `${provider(path)} sent more than we read in one answer. What was synced before is kept.`
    : `${provider(path)} did not answer. What was synced before is kept.`;
  return new PlatformError("provider_down", message, { cause: thrown });
}

/** Whether a call failed because its answer is larger than an isolate should hold: asking for less may help. */
export function isTooLarge(thrown: unknown): boolean {
  return thrown instanceof PlatformError && thrown.cause instanceof PipelineError &&
    thrown.cause.code === "egress_answer_too_large";
}
