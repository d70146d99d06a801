/**
 * Google's refusals in our categories. Its APIs name the reason in `error.errors[0].reason` (Calendar, Gmail) or in an
 * ErrorInfo among `error.details`:
 * https://developers.google.com/workspace/calendar/api/guides/errors,
 * https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
import { z } from "zod";
import { PlatformError } from "../connector.ts";

/** Google's own words for a refusal, as `cause` of the {@link PlatformError}. */
export class GoogleRefusal extends Error {
  override readonly name = "GoogleRefusal";
  constructor(readonly status: number, readonly reason: string) {
    super(`Google answered ${status} ${reason}`);
  }
}

/** HTTP status and reason with which Google refused, when it was Google that refused. */
export function refusalOf(thrown: unknown): { readonly status: number; readonly reason: string } | undefined {
  return thrown instanceof PlatformError && thrown.cause instanceof GoogleRefusal ? thrown.cause : undefined;
}

/** The API behind a path, by the name that people know. */
export const provider = (path: string) => path.startsWith("/gmail/") ? "Gmail" : "Google Calendar";

const reason = z.string().regex(/^[A-Za-z][A-Za-z_]{0,63}$/);
const refusal = z.object({
  error: z.object({
    errors: z.array(z.object({ reason: reason.optional().catch(undefined) })).max(100).optional()
      .catch(undefined),
    details: z.array(z.object({ reason: reason.optional().catch(undefined) })).max(100).optional()
      .catch(undefined),
    status: reason.optional().catch(undefined),
  }),
});

const rateReasons: ReadonlySet<string> = new Set([
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "quotaExceeded",
  "dailyLimitExceeded",
  "concurrentLimitExceeded",
  "RATE_LIMIT_EXCEEDED",
  "RESOURCE_EXHAUSTED",
]);
const scopeReasons: ReadonlySet<string> = new Set([
  "insufficientPermissions",
  "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
]);
const switchedOffReasons: ReadonlySet<string> = new Set(["accessNotConfigured", "SERVICE_DISABLED"]);

/** Google's quotas are per minute and user; it seldom says how long to wait. */
const usualWaitSeconds = 60;
/** A used-up day is not over in a minute; an hour asks often enough. */
const dailyWaitSeconds = 3600;
const longestWaitSeconds = 86_400;

/**
 * A refusal (status 400 and above) as our error.
 *
 * @param text the body as it came; nothing of it but Google's reason is kept
 * @param retryAfter seconds of the Retry-After header
 */
export function errorOfRefusal(
  path: string,
  status: number,
  text: string,
  retryAfter: number | undefined,
): PlatformError {
  const name = provider(path);
  const kept = "What was synced before is kept.";
  const parsed = refusal.safeParse(jsonOf(text));
  const why = reasonIn(parsed.data?.error);
  const cause = new GoogleRefusal(status, why);
  if (status === 429 || (status === 403 && rateReasons.has(why))) {
    const usual = why === "dailyLimitExceeded" ? dailyWaitSeconds : usualWaitSeconds;
    const retryAfterSeconds = Math.min(retryAfter ?? usual, longestWaitSeconds);
    return new PlatformError(
      "rate_limited",
      `${name} asks to wait ${retryAfterSeconds} seconds before the next call.`,
      { retryAfterSeconds, cause },
    );
  }
  if (status === 401) {
    return new PlatformError("needs_reauth", `${name} no longer accepts our token. ${kept}`, {
      hint: "Reconnect Google.",
      cause,
    });
  }
  // A refusal that is not in Google's form comes from something in between, which knows nothing of permissions or ids.
  if (status >= 500 || !parsed.success) {
    return new PlatformError("provider_down", `${name} has a problem of its own (${status}). ${kept}`, {
      cause,
    });
  }
  if (status === 403) {
    const hint = switchedOffReasons.has(why)
      ? `An operator must switch on the ${name} API in the Google Cloud project of the OAuth client.`
      : scopeReasons.has(why)
      ? "Reconnect Google and tick every permission."
      : "Ask the owner for access, or deselect it to stop trying.";
    return new PlatformError("access_denied", `${name} does not let us read this (${why}). ${kept}`, {
      hint,
      cause,
    });
  }
  if (status === 404) {
    return new PlatformError("not_found", `${name} does not know this any more. ${kept}`, {
      hint: "It may have been deleted; deselect it to stop trying.",
      cause,
    });
  }
  return new PlatformError("internal", `${name} refused a call (${status} ${why}). ${kept}`, { cause });
}

function reasonIn(error: z.output<typeof refusal>["error"] | undefined): string {
  const named = [...error?.errors ?? [], ...error?.details ?? []].find(({ reason }) => reason !== undefined);
  return named?.reason ?? error?.status ?? "unknown";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds of a Retry-After: a number, or a date that is measured against the answer's own. */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Math.max(1, Number(value));
  const [until, sent] = [Date.parse(value), Date.parse(headers.get("date") ?? "")];
  return Number.isNaN(until - sent) ? undefined : Math.max(1, Math.ceil((until - sent) / 1000));
}
