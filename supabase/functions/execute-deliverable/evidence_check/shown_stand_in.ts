/** Items as a run has shown them, for the tests of the evidence check. No function imports it. */
import { createEvidence, type Evidence, type EvidenceItem } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import type { CurrentItem } from "./current_evidence.ts";

export const itemId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export function shownItem(n: number, content: string, parts: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: itemId(n),
    revision: 1,
    platform: "slack",
    source_name: "#launch",
    content_type: "message",
    title: null,
    content,
    author: "Maya",
    permalink: `https://acme.slack.com/archives/C1/p${n}`,
    source_timestamp: "2026-11-23T08:00:00+00:00",
    ...parts,
  };
}

export function shown(...items: readonly EvidenceItem[]): Evidence {
  const evidence = createEvidence(createFence("ab12"));
  items.forEach((item) => evidence.add(item));
  return evidence;
}

/** Every item as it was shown, but for what a test changes. */
export const standing = (evidence: Evidence, changed: Readonly<Record<string, Partial<CurrentItem>>> = {}) =>
  evidence.items().map(({ id, revision }, at): CurrentItem => ({
    id,
    revision,
    current_revision: revision,
    readable: true,
    ...changed[`e${at + 1}`],
  }));

/** The three items that most of the tests speak of. */
export const scene = () =>
  shown(
    shownItem(1, "We decided to move the Falcon launch to Thursday."),
    shownItem(2, "The invoice for October was “never” paid.", { author: "Bo", revision: 3 }),
    shownItem(3, "Nobody asked legal. See ticket [42] for it.", { author: null, source_name: null }),
  );
