/** Finds out whether a mail of uncertain fate was sent, where the provider's idempotency window no longer protects. */
import type { Response as ResendAnswer } from "resend";
import { z } from "zod";
import { type Problem, problemOf } from "../http/problem.ts";
import { DELIVERY_TAG, type EmailConnection } from "./email.ts";
import { pause as pauseFor } from "./pause.ts";
import { ResendClient } from "./resend_client.ts";
import { resendProblem } from "./resend_problem.ts";

export type FoundEmail =
  | {
    readonly outcome: "found";
    readonly providerId: string;
    /** The provider's word for its latest news of it, such as `delivered` or `bounced`. */
    readonly lastEvent: string;
  }
  /** Every mail since then was looked at, and none has this delivery id: it was not sent. */
  | { readonly outcome: "absent" }
  /** Not known yet. Do not send: ask again. */
  | { readonly outcome: "unknown"; readonly problem: Problem; readonly retryAfterSeconds?: number };

export interface FindOptions extends EmailConnection {
  /** Only mails to this address are opened, which saves a request for each other one. */
  readonly to?: string;
  /** How many mails are listed at most; default 1,000 in pages of 100. */
  readonly maxListed?: number;
  /** How many are opened at most; default 100, because the provider allows a few requests a second. */
  readonly maxOpened?: number;
  /** Waits before the next request when the provider asks for it; tests put their own clock here. */
  readonly pause?: (seconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Looking through a hundred mails meets the provider's limit on the way; longer waits than this are the caller's. */
const longestPauseSeconds = 5;
const mostPauses = 60;

/** The provider's clock and ours may differ; a mail that ours says was not yet sent is looked at as well. */
const clockMarginMs = 10 * 60 * 1000;

// The provider writes '2026-11-23 09:00:00.123456+00', which is not quite ISO 8601.
const instant = z.string().transform((text, context) => {
  const time = Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  if (Number.isNaN(time)) context.addIssue({ code: "custom", message: "is not an instant" });
  return time;
});
const page = z.object({
  has_more: z.boolean().default(false),
  data: z.array(z.object({
    id: z.string().min(1),
    created_at: instant,
    to: z.union([z.string(), z.array(z.string())]).transform((to) => typeof to === "string" ? [to] : to),
  })),
});
const opened = z.object({
  id: z.string(),
  last_event: z.string().nullish(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

/**
 * Looks for the mail of a delivery among those sent since `since` (when the first try began), newest first. The
 * provider's list omits tags, so every candidate is opened.
 *
 * @throws the reason of `signal` when it aborts.
 */
export async function findEmail(deliveryId: string, since: Date, options: FindOptions): Promise<FoundEmail> {
  const { maxListed = 1_000, maxOpened = 100, to } = options;
  const client = new ResendClient(options.apiKey, options);
  const asked = patiently(options);
  const earliest = since.getTime() - clockMarginMs;
  let [listed, openedCount] = [0, 0];
  let after: string | undefined;
  try {
    while (listed < maxListed) {
      const cursor = after === undefined ? { limit: 100 } : { limit: 100, after };
      const answer = await asked(() => client.emails.list(cursor));
      if (answer.error !== null) return unknown(resendProblem(answer.error, answer.headers));
      const { data, has_more } = page.parse(answer.data);
      for (const email of data) {
        if (email.created_at < earliest || !isTo(email.to, to)) continue;
        if (openedCount >= maxOpened) return { outcome: "unknown", problem: tooMany };
        openedCount += 1;
        const details = await asked(() => client.emails.get(email.id));
        // Gone since it was listed, by the provider's own retention.
        if (details.error?.statusCode === 404) continue;
        if (details.error !== null) return unknown(resendProblem(details.error, details.headers));
        const { id, last_event, tags } = opened.parse(details.data);
        const isOurs = tags?.some((tag) => tag.name === DELIVERY_TAG && tag.value === deliveryId) ?? false;
        if (isOurs) return { outcome: "found", providerId: id, lastEvent: last_event ?? "unknown" };
      }
      const last = data.at(-1);
      if (last === undefined || !has_more || last.created_at < earliest) return { outcome: "absent" };
      listed += data.length;
      after = last.id;
    }
    return { outcome: "unknown", problem: tooMany };
  } catch (thrown) {
    options.signal?.throwIfAborted();
    const problem = problemOf(thrown);
    return { outcome: "unknown", problem: problem.code === "internal_error" ? unreadable : problem };
  }
}

/** Asks, and asks again after a short pause for as long as the provider only wants to be asked more slowly. */
function patiently({ pause = pauseFor, signal }: FindOptions) {
  let pauses = 0;
  return async <T>(ask: () => Promise<ResendAnswer<T>>): Promise<ResendAnswer<T>> => {
    for (;;) {
      const answer = await ask();
      if (answer.error === null) return answer;
      const refusal = resendProblem(answer.error, answer.headers);
      const seconds = refusal.outcome === "retry" && refusal.fate === "not_sent"
        ? refusal.retryAfterSeconds
        : undefined;
      if (seconds === undefined || seconds > longestPauseSeconds || pauses >= mostPauses) return answer;
      pauses += 1;
      await pause(seconds, signal);
    }
  };
}

function isTo(recipients: readonly string[], to: string | undefined): boolean {
  if (to === undefined) return true;
  return recipients.some((recipient) => recipient.toLowerCase().includes(to.toLowerCase()));
}

function unknown(unsent: ReturnType<typeof resendProblem>): FoundEmail {
  const retryAfterSeconds = unsent.outcome === "retry" ? unsent.retryAfterSeconds : undefined;
  const problem: Problem = {
    code: "email_lookup_refused",
    message: "The email provider did not let us look whether the mail was sent. Nothing was sent meanwhile.",
    hint: "RESEND_API_KEY needs full access for this: a key that may only send cannot look.",
    status: 503,
    details: { because: unsent.problem.code },
  };
  return { outcome: "unknown", problem, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

const tooMany: Problem = {
  code: "email_lookup_bound_reached",
  message:
    "Too many mails were sent since then to look at each. Whether this one was sent is still open; it was not sent again.",
  hint: "Look for the delivery id among the mail's tags in the provider's dashboard.",
  status: 503,
};

const unreadable: Problem = {
  code: "email_answer_unreadable",
  message:
    "The email provider's answer could not be read. Whether the mail was sent is still open; it was not sent again.",
  status: 502,
};
