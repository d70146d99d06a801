import { z } from "zod";

/** The part of a send that Resend judges before it accepts (https://resend.com/docs/api-reference/emails/send-email). */
const Send = z.object({
  from: z.string(),
  to: z.union([z.string(), z.array(z.string())]),
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
});
export type Send = z.infer<typeof Send>;

export interface MailRefusal {
  readonly status: number;
  readonly name: string;
  readonly message: string;
}

const ADDRESS = /^(?:[^<>]*<)?([^\s@<>]+)@([a-z0-9.-]+\.[a-z]{2,})>?$/i;
const MOST_RECIPIENTS = 50;
/** Resend's limit for a key (https://resend.com/docs/dashboard/emails/idempotency-keys). */
const LONGEST_IDEMPOTENCY_KEY = 256;

/** Reads a send as Resend would, or tells why it refuses. The emulator behind accepts nearly everything. */
export function readSend(
  body: string,
  idempotencyKey: string | null,
  verifiedDomains: readonly string[],
): { send: Send } | { refusal: MailRefusal } {
  const parsed = Send.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const missing = issue?.path[0] === undefined ? "the body" : `\`${String(issue.path[0])}\` field`;
    return refuse(422, "missing_required_field", `Missing ${missing}.`);
  }
  const send = parsed.data;
  if (!send.html && !send.text) {
    return refuse(422, "missing_required_field", "Missing `html` or `text` field.");
  }
  const domain = ADDRESS.exec(send.from)?.[2]?.toLowerCase();
  if (domain === undefined) return refuse(422, "validation_error", invalidAddress("from"));
  if (!verifiedDomains.includes(domain)) {
    return refuse(
      403,
      "validation_error",
      `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
    );
  }
  const recipients = recipientsOf(send);
  if (
    recipients.length === 0 || recipients.length > MOST_RECIPIENTS ||
    recipients.some((to) => !ADDRESS.test(to))
  ) {
    return refuse(422, "validation_error", invalidAddress("to"));
  }
  if (idempotencyKey !== null && (idempotencyKey === "" || idempotencyKey.length > LONGEST_IDEMPOTENCY_KEY)) {
    return refuse(400, "invalid_idempotency_key", "The idempotency key must be between 1-256 characters.");
  }
  return { send };
}

export function recipientsOf(send: Send): string[] {
  return typeof send.to === "string" ? [send.to] : send.to;
}

function invalidAddress(field: string): string {
  return `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`;
}

function refuse(status: number, name: string, message: string): { refusal: MailRefusal } {
  return { refusal: { status, name, message } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
