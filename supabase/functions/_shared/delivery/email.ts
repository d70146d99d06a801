/** Sends one mail by Resend, once, and says as a value what became of it. */
import { z } from "zod";
import { type Problem, problemOf } from "../http/problem.ts";
import { ResendClient, type ResendConnection } from "./resend_client.ts";
import { resendProblem } from "./resend_problem.ts";
import { safeSubject } from "./subject.ts";

/** The tag by which a mail is found again at the provider. */
export const DELIVERY_TAG = "delivery_id";

export interface EmailMessage {
  /** The delivery's id: idempotency key and tag in one. */
  readonly deliveryId: string;
  /** `Name <address>` or an address, at a domain verified with the provider. */
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Where a mail client posts a one-click unsubscribe (RFC 8058); https only, or http to this machine. */
  readonly unsubscribeUrl?: string;
  /** What this mail continues, such as a deliverable's id: all mails of one thread stand together in an inbox. */
  readonly threadId?: string;
}

export interface EmailConnection extends ResendConnection {
  readonly apiKey: string;
}

export type SendOutcome =
  /** The provider took it and answers for it from here. */
  | { readonly outcome: "accepted"; readonly providerId: string }
  /**
   * Not settled. With `fate: "not_sent"` the provider refused for now, and nothing was sent. With `fate: "unknown"` it may
   * have been sent: within 24 hours sending again under the same delivery id is safe, later ask `findEmail` first.
   */
  | {
    readonly outcome: "retry";
    readonly fate: "not_sent" | "unknown";
    readonly problem: Problem;
    readonly retryAfterSeconds?: number;
  }
  /** Never sent, and sending the same again cannot help. */
  | { readonly outcome: "refused"; readonly problem: Problem };

/**
 * Sends a message. Its delivery id is the idempotency key, so the provider sends it once within 24 hours however often
 * this is called with the same message.
 *
 * @throws the reason of `connection.signal` when it aborts; the fate of the mail is unknown then.
 */
export async function sendEmail(message: EmailMessage, connection: EmailConnection): Promise<SendOutcome> {
  const fault = faultOf(message);
  if (fault !== undefined) return { outcome: "refused", problem: fault };
  const client = new ResendClient(connection.apiKey, connection);
  try {
    const answer = await client.emails.send({
      from: message.from,
      to: [...message.to],
      subject: safeSubject(message.subject),
      html: message.html,
      text: message.text,
      headers: mailHeaders(message),
      tags: [{ name: DELIVERY_TAG, value: message.deliveryId }],
      ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    }, { idempotencyKey: message.deliveryId });
    if (answer.error !== null) return resendProblem(answer.error, answer.headers);
    const taken = z.object({ id: z.string().min(1) }).safeParse(answer.data);
    return taken.success ? { outcome: "accepted", providerId: taken.data.id } : unsettled(unreadable);
  } catch (thrown) {
    connection.signal?.throwIfAborted();
    const problem = problemOf(thrown);
    // An address that egress refuses was never asked.
    if (problem.code === "egress_refused") return { outcome: "refused", problem };
    return unsettled(problem.code === "internal_error" ? unreadable : problem);
  }
}

const unsettled = (problem: Problem): SendOutcome => ({ outcome: "retry", fate: "unknown", problem });

const unreadable: Problem = {
  code: "email_answer_unreadable",
  message: "The email provider's answer could not be read. The mail may have been sent; the text is kept.",
  status: 502,
};

/**
 * Threads need an id that every mail of the thread names and that no mail has to own: clients group by it. The provider
 * chooses the Message-ID of each mail itself.
 */
function mailHeaders({ from, threadId, unsubscribeUrl }: EmailMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  if (threadId !== undefined) {
    const root = `<${threadId}@${domainOf(from)}>`;
    headers["References"] = root;
    headers["In-Reply-To"] = root;
  }
  if (unsubscribeUrl !== undefined) {
    headers["List-Unsubscribe"] = `<${unsubscribeUrl}>`;
    headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click";
  }
  return headers;
}

const domainOf = (from: string) => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1]?.toLowerCase() ?? "localhost";

const address = z.email();
const mailbox = z.string().max(320).refine((text) => {
  const named = /^[^<>\p{Cc}]*<([^<>]+)>$/u.exec(text);
  return address.safeParse(named?.[1] ?? text).success;
});
const token = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/);
const link = z.string().max(2_000).regex(
  /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[^\s<>,\p{Cc}]+$/u,
);

const checks = z.object({
  deliveryId: token,
  from: mailbox,
  // The provider's own limit.
  to: z.array(address).min(1).max(50),
  replyTo: mailbox.optional(),
  threadId: token.optional(),
  unsubscribeUrl: link.optional(),
  text: z.string().min(1),
  html: z.string().min(1),
});

/** What makes a message impossible to send. No text of the message is repeated. */
function faultOf(message: EmailMessage): Problem | undefined {
  const checked = checks.safeParse(message);
  if (checked.success) return undefined;
  const field = String(checked.error.issues[0]?.path[0] ?? "message");
  return {
    code: field === "to" ? "email_recipient_invalid" : "email_message_invalid",
    message: `The mail was not sent, because its '${field}' is not usable. The text is kept.`,
    hint: field === "to" ? "Correct the recipient's address." : "Correct the setting it comes from.",
    status: 422,
    details: { field },
  };
}
