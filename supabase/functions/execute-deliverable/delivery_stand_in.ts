/** A delivery for unit tests, as `pipeline.begin_delivery` returns it. No function imports it. */
import type { Delivery } from "./compose_email.ts";

export function deliveryOf(parts: Partial<Delivery> = {}): Delivery {
  return {
    id: "77777777-7777-4777-8777-777777777777",
    status: "pending",
    provider_id: null,
    target: "ana@example.com",
    sent_before: null,
    sent_before_seconds: null,
    deliverable: { id: "55555555-5555-4555-8555-555555555555", title: "Launch digest" },
    version: {
      number: 4,
      content: "## Decisions\n\n- Maya: “We ship on Thursday” [1]\n- Bo agreed [2]",
      coverage: [{ platform: "slack", name: "#launch", synced_at: "2026-11-23T09:02:00+00:00", error: null }],
      generated_at: "2026-11-23T22:30:00+00:00",
    },
    citations: [
      {
        number: 1,
        permalink: "https://acme.slack.com/archives/C1/p1",
        label: "#launch, Maya, 2026-11-23 08:00 UTC",
      },
      { number: 2, permalink: null, label: "#launch, Bo, 2026-11-23 08:05 UTC" },
    ],
    timezone: "Asia/Tokyo",
    ...parts,
  };
}
