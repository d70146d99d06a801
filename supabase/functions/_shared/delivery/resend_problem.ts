import type { ErrorResponse } from "resend";
import type { Problem } from "../http/problem.ts";

type Unsent =
  | {
    readonly outcome: "retry";
    readonly fate: "not_sent" | "unknown";
    readonly problem: Problem;
    readonly retryAfterSeconds?: number;
  }
  | { readonly outcome: "refused"; readonly problem: Problem };

/**
 * What an error of Resend means for a mail: try again, look it up, or give up. Resend's own text stays inside, because
 * it repeats addresses. (Names and statuses: the SDK's `ErrorResponse` and https://resend.com/docs/api-reference/errors.)
 */
export function resendProblem(
  error: ErrorResponse,
  headers: Readonly<Record<string, string>> | null,
): Unsent {
  const status = error.statusCode ?? 500;
  const wait = retryAfter(headers);
  switch (error.name) {
    case "rate_limit_exceeded":
      return later(
        "not_sent",
        "email_rate_limited",
        "The email provider asks to send more slowly.",
        wait ?? 1,
      );
    case "daily_quota_exceeded":
      return later(
        "not_sent",
        "email_quota_used_up",
        "The email provider's daily quota is used up.",
        wait ?? 3_600,
      );
    case "monthly_quota_exceeded":
      return later(
        "not_sent",
        "email_quota_used_up",
        "The email provider's monthly quota is used up.",
        wait ?? 21_600,
      );
    case "concurrent_idempotent_requests":
      return later(
        "unknown",
        "email_send_in_progress",
        "The same mail is being sent by another worker.",
        wait ?? 5,
      );
    case "invalid_idempotent_request":
      return later(
        "unknown",
        "email_sent_with_other_text",
        "A mail with this delivery id, but another text, was sent before.",
      );
    case "missing_api_key":
    case "invalid_api_key":
    case "restricted_api_key":
      return never(
        "email_key_refused",
        "The email provider refuses the API key.",
        "Set RESEND_API_KEY to a key that may send.",
      );
    case "invalid_from_address":
      return never("email_sender_refused", "The email provider refuses the sender.", senderHint);
    default:
  }
  if (status === 429) {
    return later("not_sent", "email_rate_limited", "The email provider asks to send more slowly.", wait ?? 1);
  }
  if (status >= 500 || status === 408) {
    return later(
      "unknown",
      "email_provider_failing",
      "The email provider failed while it took the mail.",
      wait,
    );
  }
  if (status === 401) {
    return never(
      "email_key_refused",
      "The email provider refuses the API key.",
      "Set RESEND_API_KEY to a key that may send.",
    );
  }
  if (status === 403) {
    return never(
      "email_sender_refused",
      "The email provider does not let this sender write to this recipient.",
      senderHint,
    );
  }
  return never(
    "email_refused",
    "The email provider refuses the mail as it is.",
    "Check the recipient's address; the provider's log names the reason.",
  );
}

const senderHint =
  "Verify the domain of RESEND_FROM_EMAIL with the provider. Test keys send to their owner only.";

function later(
  fate: "not_sent" | "unknown",
  code: string,
  message: string,
  retryAfterSeconds?: number,
): Unsent {
  const kept = fate === "not_sent"
    ? "Nothing was sent; the text is kept."
    : "It may have been sent; the text is kept.";
  const problem = { code, message: `${message} ${kept}`, status: 503 };
  return {
    outcome: "retry",
    fate,
    problem,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function never(code: string, message: string, hint: string): Unsent {
  return {
    outcome: "refused",
    problem: { code, message: `${message} Nothing was sent; the text is kept.`, hint, status: 422 },
  };
}

/** Seconds of a Retry-After header, at most a day; undefined when there is none that can be read. */
function retryAfter(headers: Readonly<Record<string, string>> | null): number | undefined {
  const seconds = Number(headers?.["retry-after"] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(Math.ceil(seconds), 86_400) : undefined;
}
