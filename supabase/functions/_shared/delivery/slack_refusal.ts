/** What Slack's refusals (HTTP 200 with `ok: false`) mean for a delivery: try again, look it up, or give up. */
import type { Problem } from "../http/problem.ts";

/** What became of a call, when it was not what was asked for. */
export type Unsent =
  /** With `fate: "unknown"` Slack may have done it all the same: look before it is tried again. */
  | {
    readonly outcome: "retry";
    readonly fate: "not_sent" | "unknown";
    readonly problem: Problem;
    readonly retryAfterSeconds?: number;
  }
  /** Slack did not do it, and will not. `slackCode` is its own word for why. */
  | { readonly outcome: "refused"; readonly problem: Problem; readonly slackCode?: string };

/** How long we wait when Slack does not say. */
export const USUAL_WAIT_SECONDS = 30;

/**
 * The meaning of a code of Slack's (the lists of errors at https://docs.slack.dev/reference/methods/chat.postMessage and
 * of the other methods that we call). Slack's own texts stay inside.
 */
export function slackRefusal(slackCode: string): Unsent {
  switch (slackCode) {
    case "not_in_channel":
      return never(
        "slack_not_in_channel",
        "The app is not in the Slack channel.",
        "Invite the app to the channel, then send it again.",
        slackCode,
      );
    case "channel_not_found":
      return never(
        "slack_channel_not_found",
        "Slack does not know the channel, or hides it from the app.",
        "Invite the app to it, or choose another channel.",
        slackCode,
      );
    case "is_archived":
      return never(
        "slack_channel_archived",
        "The Slack channel is archived.",
        "Choose another channel.",
        slackCode,
      );
    case "user_not_found":
    case "user_not_visible":
    case "user_disabled":
    case "users_not_found":
    case "cannot_dm_bot":
    case "messages_tab_disabled":
      return never(
        "slack_person_not_found",
        "Slack opens no direct message to this person.",
        "Connect Slack again with the account that should receive it.",
        slackCode,
      );
    case "missing_scope":
      return never(
        "slack_scope_missing",
        "Slack was connected without a permission that delivering needs.",
        "Connect Slack again and allow what is asked.",
        slackCode,
      );
    case "msg_too_long":
    case "msg_blocks_too_long":
    case "invalid_blocks":
    case "invalid_blocks_format":
    case "no_text":
    case "invalid_arguments":
    case "invalid_arg_name":
    case "invalid_metadata_format":
    case "invalid_metadata_schema":
    case "metadata_too_large":
      return never(
        "slack_message_invalid",
        "Slack does not take the message in this form.",
        "This is a fault of ours: report it with the delivery's id.",
        slackCode,
      );
    case "ratelimited":
    case "rate_limited":
    case "message_limit_exceeded":
      return later("not_sent", "slack_rate_limited", "Slack asks to send more slowly.", USUAL_WAIT_SECONDS);
    case "team_added_to_org":
      return later("not_sent", "slack_failing", "The Slack workspace is being moved.", 300);
    case "internal_error":
    case "fatal_error":
    case "service_unavailable":
    case "request_timeout":
      return later("unknown", "slack_failing", "Slack failed while it took the message.");
    default:
      return never(
        "slack_refused",
        "Slack refuses the message.",
        "A rule of the workspace may forbid apps to post there; its administrators can tell.",
        slackCode,
      );
  }
}

/** Codes with which Slack refuses the token itself. */
const tokenCodes: ReadonlySet<string> = new Set(
  ["invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive"],
);
export const refusesToken = (slackCode: string): boolean => tokenCodes.has(slackCode);

/** Codes of a thread that cannot be answered to any more: its first message was deleted. */
const threadCodes: ReadonlySet<string> = new Set(
  ["thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"],
);
export const threadIsGone = (unsent: Unsent): boolean =>
  unsent.outcome === "refused" && threadCodes.has(unsent.slackCode ?? "");

/** Not settled, in the words of a person. */
export function later(
  fate: "not_sent" | "unknown",
  code: string,
  message: string,
  retryAfterSeconds?: number,
): Unsent {
  const kept = fate === "not_sent"
    ? "Nothing more was sent; the text is kept."
    : "It may have been sent, which is looked up first; the text is kept.";
  const problem: Problem = { code, message: `${message} ${kept}`, status: 503 };
  return {
    outcome: "retry",
    fate,
    problem,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

function never(code: string, message: string, hint: string, slackCode: string): Unsent {
  const details = /^[a-z_]{1,60}$/.test(slackCode) ? { details: { slack: slackCode } } : {};
  const problem: Problem = {
    code,
    message: `${message} It was not sent; the text is kept.`,
    hint,
    status: 422,
    ...details,
  };
  return { outcome: "refused", problem, slackCode };
}
