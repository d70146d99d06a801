/** The mail of a delivery: the same words every time, so that a second attempt is the same message to the provider. */
import { z } from "zod";
import type { EmailMessage } from "@shared/delivery/email.ts";
import { type EmailSource, renderEmail } from "@shared/delivery/email_layout.ts";
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
    sources: numbered(citations),
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

/** The mail numbers its sources by their place, so one that is gone keeps its place: else [3] would lead to the fourth. */
function numbered(citations: Delivery["citations"]): EmailSource[] {
  const sources: EmailSource[] = [];
  for (const { number, label, permalink } of citations) {
    while (sources.length < number - 1) sources.push({ label: "No longer available" });
    sources.push({ label, ...(permalink && { url: permalink }) });
  }
  return sources;
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
