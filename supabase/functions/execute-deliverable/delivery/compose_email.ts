/** The mail of a delivery: the same words every time, so that a second attempt is the same message to the provider. */
import { plainLine } from "@shared/delivery/allowed_links.ts";
import type { EmailMessage } from "@shared/delivery/email.ts";
import { type EmailLayout, renderEmail } from "@shared/delivery/email_layout.ts";
import { renderDraft } from "@shared/delivery/render.ts";
import { safeSubject } from "@shared/delivery/subject.ts";
import { apiAddress } from "@shared/http/public_address.ts";
import type { EmailDelivery } from "./delivery.ts";
import { frameOf, linksOf } from "./frame.ts";

export interface Sender {
  /** RESEND_FROM_EMAIL. */
  readonly from: string;
  readonly API_URL?: string | undefined;
  readonly SUPABASE_URL: string;
}

export function composeEmail(delivery: EmailDelivery, sender: Sender): EmailMessage {
  const { deliverable, version } = delivery;
  const unsubscribeUrl = unsubscribeAddress(delivery.unsubscribe_token, sender);
  const layout: EmailLayout = {
    ...frameOf(delivery),
    body: renderDraft(version.content, linksOf(delivery)),
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
  };
  return {
    deliveryId: delivery.id,
    from: sender.from,
    to: [delivery.target],
    // A suggested work's title is words that somebody else wrote.
    subject: plainLine(safeSubject(deliverable.title)),
    ...renderEmail(layout),
    threadId: deliverable.id,
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
  };
}

/**
 * Where a reader's mail client stops the deliverable with one request (RFC 8058). None where our own address leads nowhere
 * from outside, such as inside a container whose API_URL is not set: the mail goes out without it.
 */
function unsubscribeAddress(token: string, sender: Sender): string | undefined {
  const { protocol, hostname, href } = new URL(`${apiAddress(sender)}/unsubscribe/${token}`);
  const reachable = protocol === "https:" || hostname === "127.0.0.1" || hostname === "localhost";
  return reachable ? href : undefined;
}
