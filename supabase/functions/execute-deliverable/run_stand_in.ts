/** A run and its material for unit tests, as the database returns them. No function imports it. */
import type { EvidenceItem } from "@shared/agent/evidence.ts";
import type { Run } from "./run.ts";

export const userId = "22222222-2222-4222-8222-222222222222";
export const deliverableId = "55555555-5555-4555-8555-555555555555";
export const launch = "33333333-3333-4333-8333-333333333331";
export const legal = "33333333-3333-4333-8333-333333333332";

export const contentId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export function evidenceItem(n: number, parts: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: contentId(n),
    revision: 1,
    platform: "slack",
    source_name: "#launch",
    content_type: "message",
    thread_id: null,
    title: null,
    content: `We decided to move launch number ${n} to Thursday after the vendor call.`,
    author: "Maya",
    permalink: `https://acme.slack.com/archives/C1/p${n}`,
    source_timestamp: `2026-11-23T08:00:${String(n % 60).padStart(2, "0")}+00:00`,
    ...parts,
  };
}

const source = (source_id: string, name: string): Run["sources"][number] => ({
  source_id,
  platform: "slack",
  name,
  synced_at: "2026-11-23T09:02:00+00:00",
  error: null,
});

/** What `pipeline.begin_version` returns. */
export function runOf(
  parts: Partial<Omit<Run, "deliverable">> & { deliverable?: Partial<Run["deliverable"]> } = {},
): Run {
  return {
    version: { id: "66666666-6666-4666-8666-666666666666", number: 1 },
    type: { tool_rounds: 2 },
    sources: [source(launch, "#launch"), source(legal, "#legal")],
    timezone: "Europe/Lisbon",
    last_run_at: null,
    ...parts,
    deliverable: {
      id: deliverableId,
      user_id: userId,
      title: "Launch digest",
      description: "",
      deliverable_type: "slack_channel_digest",
      type_config: {},
      recipient_context: {},
      schedule: { frequency: "daily" },
      ...parts.deliverable,
    },
  };
}
