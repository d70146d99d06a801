/** The mail of a delivery: the same words every time, so that a second attempt is the same message to the provider. */
import { z } from "zod";
import type { EmailMessage } from "@shared/delivery/email.ts";
import { renderEmail } from "@shared/delivery/email_layout.ts";
import { renderDraft } from "@shared/delivery/render.ts";
import { coverage, coverageLine } from "./coverage.ts";

/** A delivery as `pipeline.begin_delivery` returns it. */
export const delivery = z.object({
  id: z.uuid(),
  status: z.string(),
  provider_id: z.string().nullable(),
  target: z.string(),
  sent_before: z.string().nullable(),
  sent_before_seconds: z.number().nullable(),
  deliverable: z.object({ id: z.uuid(), title: z.string() }),
  version: z.object({ number: z.number().int(), content: z.string(), coverage, generated_at: z.string() }),
  citations: z.array(z.object({
    number: z.number().int(),
    permalink: z.string().nullable(),
    label: z.string(),
  })),
  timezone: z.string(),
});
export type Delivery = z.output<typeof delivery>;

export function composeEmail(delivery: Delivery, from: string): EmailMessage {
  const { deliverable, version, citations, timezone } = delivery;
  const links = citations.flatMap(({ permalink }) => permalink === null ? [] : [permalink]);
  const { html, text } = renderEmail({
    title: deliverable.title,
    subtitle: dateLine(version.generated_at, timezone),
    body: renderDraft(version.content, { allowedLinks: links }),
    sources: citations.map(({ label, permalink }) => ({ label, ...(permalink && { url: permalink }) })),
    coverage: coverageLine(version.coverage, timezone),
  });
  return {
    deliveryId: delivery.id,
    from,
    to: [delivery.target],
    subject: deliverable.title,
    html,
    text,
    threadId: deliverable.id,
  };
}

function dateLine(instant: string, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(new Date(instant));
}
