/** One call of a provider's OAuth endpoint, and what its refusal means. The answer's text goes no further than here. */
import type { z } from "zod";
import type { Egress } from "../http/egress.ts";
import { PipelineError } from "../http/problem.ts";
import type { Provider } from "./tokens.ts";

/** A lease of a refresh lasts 15 seconds; a call ends before it. */
const longestCallMs = 10_000;
const largestAnswer = 256 * 1024;

export interface OAuthCall {
  readonly provider: Provider;
  readonly url: string;
  readonly init: RequestInit;
  readonly egress: Egress;
}

/** An answer that came: its status and whatever JSON it had. */
export interface OAuthAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterSeconds?: number;
}

/** @throws {PipelineError} `provider_down` when no whole answer came in time, or one of 500 and above */
export async function callOAuth({ provider, url, init, egress }: OAuthCall): Promise<OAuthAnswer> {
  const answer = await attempt(provider, async () => {
    const response = await egress(url, { ...init, signal: AbortSignal.timeout(longestCallMs) });
    const text = await response.text();
    return { status: response.status, text, retryAfter: response.headers.get("retry-after") };
  });
  const wait = Number(answer.retryAfter ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(wait) && wait >= 0 ? Math.min(wait, 3_600) : undefined;
  if (answer.status === 429) throw limited(provider, retryAfterSeconds);
  if (answer.status >= 500) throw down(provider, `It answered ${answer.status}.`);
  return {
    status: answer.status,
    body: answer.text.length > largestAnswer ? undefined : parsed(answer.text),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** The answer in the shape that it must have. @throws {PipelineError} `provider_down` when it has another */
export function expectShape<S extends z.ZodType>(
  provider: Provider,
  schema: S,
  answer: OAuthAnswer,
): z.output<S> {
  const read = schema.safeParse(answer.body);
  if (answer.status < 300 && read.success) return read.data;
  throw down(provider, "Its answer was not what it documents.");
}

export function formOf(fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams(fields).toString(),
  };
}

export function jsonOf(fields: Readonly<Record<string, string>>, headers: Record<string, string>) {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(fields),
  };
}

/** HTTP Basic as RFC 6749, section 2.3.1 has it for clients. */
export function basic(clientId: string, clientSecret: string): string {
  return `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
}

/** The provider refuses the person's code or token: it is used, expired or revoked. */
export function grantRefused(provider: Provider, reason: string): PipelineError {
  return new PipelineError({
    code: "grant_refused",
    message: `${nameOf(provider)} no longer accepts what was granted (${word(reason)}).`,
    hint: `Connect ${nameOf(provider)} again.`,
    status: 409,
  });
}

/** The provider refuses our app itself. */
export function appRefused(provider: Provider, reason: string): PipelineError {
  return new PipelineError({
    code: "provider_app_refused",
    message: `${nameOf(provider)} does not accept this installation's app (${
      word(reason)
    }). Nothing was lost.`,
    hint:
      `An operator compares ${provider.toUpperCase()}_CLIENT_ID and ${provider.toUpperCase()}_CLIENT_SECRET ` +
      "with the app's page there, and its redirect address with docs/connecting.md.",
    status: 503,
  });
}

export function limited(provider: Provider, retryAfterSeconds = 30): PipelineError {
  return new PipelineError({
    code: "rate_limited",
    message: `${nameOf(provider)} asks to wait. Nothing was lost.`,
    status: 503,
  }, { retryAfterSeconds });
}

export function down(provider: Provider, what: string, cause?: unknown): PipelineError {
  return new PipelineError({
    code: "provider_down",
    message: `${nameOf(provider)} could not be asked. ${what} Nothing was lost.`,
    hint: "Try again in a minute.",
    status: 503,
  }, { cause });
}

export function nameOf(provider: Provider): string {
  return { slack: "Slack", google: "Google", notion: "Notion" }[provider];
}

async function attempt<T>(provider: Provider, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    // Why it did not answer is in the egress's log.
    throw down(provider, "It did not answer in time, or not to the end.", thrown);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error code of a provider; other text of theirs is not passed on. */
function word(reason: string): string {
  return /^[a-z_]{1,60}$/.test(reason) ? reason : "unknown reason";
}
