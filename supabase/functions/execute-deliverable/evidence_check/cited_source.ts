/** What stands behind a short id, as a citation names it. */
import { cutText } from "@shared/agent/cut_text.ts";
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import type { WebSource } from "@shared/agent/web_evidence.ts";

/** As `pipeline.finish_version` takes it. */
export interface Citation {
  /** As it stands in the text: [1], [2] … */
  readonly number: number;
  readonly content_id: string | null;
  readonly revision: number | null;
  /** Of a page of the web, which has neither. */
  readonly url: string | null;
  /** The longest words quoted from it, as they stand there; else its beginning. */
  readonly quote: string;
  /** For the list of sources: where, who, when. */
  readonly label: string;
}

export interface CitedSource {
  readonly shortId: string;
  /** All that can be quoted from it. */
  readonly text: string;
  /** Undefined for a page of the web. */
  readonly item?: EvidenceItem;
  readonly citation: Omit<Citation, "number">;
}

/** A citation without a quote shows this much of its item. */
const beginning = 200;
const longestLabel = 200;

export function sourceOf(evidence: Evidence, shortId: string): CitedSource | undefined {
  const item = evidence.get(shortId);
  if (item !== undefined) return itemSource(shortId, item);
  const page = evidence.web(shortId);
  return page === undefined ? undefined : webSource(shortId, page);
}

function itemSource(shortId: string, item: EvidenceItem): CitedSource {
  const { id, revision, title, content } = item;
  return {
    shortId,
    text: title ? `${title}\n${content}` : content,
    item,
    citation: {
      content_id: id,
      revision,
      url: null,
      quote: cutText(content.trim() === "" ? title ?? "" : content, beginning),
      label: labelOf(item),
    },
  };
}

function webSource(shortId: string, { url, title, snippet }: WebSource): CitedSource {
  return {
    shortId,
    text: `${title}\n${snippet}`,
    citation: {
      content_id: null,
      revision: null,
      url,
      quote: cutText(snippet.trim() === "" ? title : snippet, beginning),
      label: cutText(
        `${title.replace(/\s+/g, " ").trim() || "Page"}, ${new URL(url).hostname}`,
        longestLabel,
        "…",
      ),
    },
  };
}

function labelOf(item: EvidenceItem): string {
  return [
    item.source_name ?? item.platform,
    item.author,
    item.source_timestamp.slice(0, 16).replace("T", " ") + " UTC",
  ]
    .filter(Boolean).join(", ");
}

/** Everything that was shown. */
export function everySource(evidence: Evidence): CitedSource[] {
  return [
    ...evidence.items().map((item, at) => itemSource(`e${at + 1}`, item)),
    ...evidence.webSources().map((page, at) => webSource(`w${at + 1}`, page)),
  ];
}
