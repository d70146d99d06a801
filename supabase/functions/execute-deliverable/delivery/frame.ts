/** What stands around a delivered text, the same on every channel. */
import type { ReadOptions } from "@shared/delivery/read_draft.ts";
import { coverageLine } from "../coverage.ts";
import type { Delivery } from "./delivery.ts";

export interface Frame {
  readonly title: string;
  /** The day in the reader's zone. */
  readonly subtitle: string;
  readonly corrections: readonly string[];
  readonly sources: readonly { readonly label: string; readonly url?: string }[];
  readonly coverage: string;
}

export function frameOf(delivery: Delivery): Frame {
  const { deliverable, version, citations, timezone } = delivery;
  // The name of a private channel is as private as what is said there.
  const isShared = delivery.channel === "slack" && delivery.target !== "dm";
  return {
    title: deliverable.title,
    subtitle: dateLine(version.generated_at, timezone),
    corrections: version.corrections.map(({ text }) => text),
    sources: numbered(citations),
    coverage: coverageLine(version.coverage, timezone, { namesWithheld: !isShared }),
  };
}

/** The permalinks of the citations: the only links that a delivered text may have, and where its marks lead. */
export function linksOf({ citations }: Delivery): Required<Pick<ReadOptions, "allowedLinks" | "citations">> {
  const links = citations.flatMap(({ number, permalink }): [number, string][] =>
    permalink === null ? [] : [[number, permalink]]
  );
  return { allowedLinks: links.map(([, permalink]) => permalink), citations: new Map(links) };
}

/** Sources are numbered by their place, so one that is gone keeps its place: else [3] would lead to the fourth. */
function numbered(citations: Delivery["citations"]): Frame["sources"] {
  const sources: { label: string; url?: string }[] = [];
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
