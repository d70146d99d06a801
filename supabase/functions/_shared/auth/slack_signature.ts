/**
 * Slack's signature on what it sends us: `v0=` and HMAC-SHA256 in hex over `v0:<timestamp>:<raw body>`, with the app's
 * signing secret; the timestamp in unix seconds. https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
import { equalInConstantTime } from "../crypto/constant_time.ts";
import { hmacHex } from "../crypto/hmac.ts";
import type { Problem } from "../http/problem.ts";

export const SLACK_TIMESTAMP_HEADER = "x-slack-request-timestamp";
export const SLACK_SIGNATURE_HEADER = "x-slack-signature";

/** How far the two clocks may be apart, in seconds, as Slack advises. */
const toleranceSeconds = 300;

/** Signs a body as Slack does. `timestamp` is in unix seconds. */
export async function signAsSlack(body: string, secret: string, timestamp: number | string): Promise<string> {
  return `v0=${await hmacHex(`v0:${timestamp}:${body}`, secret)}`;
}

/**
 * Verifies a request before anything in it is believed. One that is sent again within five minutes passes: whoever acts
 * on it knows it by its event id.
 *
 * @param body the raw body, as it was sent
 * @param now the present moment, for the timestamp's age
 * @returns undefined when Slack sent it; else why it is refused
 */
export async function slackSignatureProblem(
  headers: Headers,
  body: string,
  secret: string,
  now: Date,
): Promise<Problem | undefined> {
  const timestamp = headers.get(SLACK_TIMESTAMP_HEADER) ?? "";
  const signature = headers.get(SLACK_SIGNATURE_HEADER) ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) {
    return refused("slack_signature_missing");
  }
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) {
    return refused("slack_signature_stale");
  }
  // The text of the header is what was signed, so '00123' and '123' are not the same timestamp.
  const expected = await signAsSlack(body, secret, timestamp);
  return await equalInConstantTime(expected, signature) ? undefined : refused("slack_signature_wrong");
}

const messages = {
  slack_signature_missing: "The request carries no signature of Slack. Nothing was done.",
  slack_signature_stale: "The request was signed more than five minutes away from now. Nothing was done.",
  slack_signature_wrong: "The signature does not match the request's timestamp and body. Nothing was done.",
} as const;

const hints = {
  slack_signature_missing: "Only Slack calls this address.",
  slack_signature_stale: "If Slack sent it just now, compare the clocks; else it is a repetition.",
  slack_signature_wrong:
    "SLACK_SIGNING_SECRET must be the signing secret of the app, from its basic information.",
} as const;

function refused(code: keyof typeof messages): Problem {
  return { code, message: messages[code], hint: hints[code], status: 401 };
}
