/**
 * What a run has shown to its model: the person's own items under short ids (e1, e2 …), pages of the web under others
 * (w1, w2 …). What is not in here cannot be cited, and only items that are in here are retained.
 */
import { z } from "zod";
import { cutText } from "./cut_text.ts";
import type { Fence } from "./fence.ts";
import { factsOf } from "./item_facts.ts";
import { createWebEvidence, type WebEvidence } from "./web_evidence.ts";

/** An item of the content table as it is shown. */
export const evidenceItem = z.object({
  id: z.uuid(),
  revision: z.number().int(),
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
  source_name: z.string().nullish(),
  content_type: z.string(),
  thread_id: z.string().nullish(),
  title: z.string().nullish(),
  content: z.string(),
  author: z.string().nullish(),
  permalink: z.string().nullish(),
  source_timestamp: z.string(),
  content_hash: z.string().nullish(),
  metadata: z.record(z.string(), z.json()).nullish(),
});
export type EvidenceItem = z.output<typeof evidenceItem>;

/** An item that an earlier version of the same deliverable has told, in the state that it had then. */
export interface Told {
  readonly content_id: string;
  readonly content_hash: string;
  readonly version_number?: number | null;
}

export interface EvidenceOptions {
  /** Items in this state are shown as told already; one that has changed since is not. */
  readonly told?: readonly Told[];
}

export interface Evidence extends WebEvidence {
  /** Adds an item, or finds it, and returns its short id. */
  add(item: EvidenceItem): string;
  get(shortId: string): EvidenceItem | undefined;
  /** The item as the model sees it: fenced, with its short id; at most `characters` of its text. */
  show(item: EvidenceItem, characters: number): string;
  /** The first of these items, as many as fit into `room` characters together. What does not fit is not shown. */
  showWithin(room: number, items: readonly EvidenceItem[], characters: number): string[];
  /** Every item that was shown, in the order of its short id. */
  items(): readonly EvidenceItem[];
  /** The content ids of all items that were shown. */
  shown(): string[];
}

/** Names and titles are as long as whoever wrote them liked. */
const longestTitle = 300;
const longestName = 100;

export function createEvidence(fence: Fence, { told = [] }: EvidenceOptions = {}): Evidence {
  const items: EvidenceItem[] = [];
  const places = new Map<string, string>();
  // Search does not return an item's hash; one that was shown before has it.
  const hashes = new Map<string, string>();
  const toldIn = new Map(
    told.map((
      one,
    ) => [`${one.content_id} ${one.content_hash}`, String(one.version_number ?? "an earlier version")]),
  );
  function add(item: EvidenceItem): string {
    const key = `${item.id}@${item.revision}`;
    if (item.content_hash) hashes.set(key, item.content_hash);
    const known = places.get(key);
    if (known !== undefined) return known;
    items.push(item);
    const shortId = `e${items.length}`;
    places.set(key, shortId);
    return shortId;
  }
  function fenced(item: EvidenceItem, shortId: string, characters: number): string {
    const text = cutText(item.content, characters, " […]");
    const hash = item.content_hash ?? hashes.get(`${item.id}@${item.revision}`);
    const before = hash && toldIn.get(`${item.id} ${hash}`);
    return fence.wrap(item.title ? `${cutText(item.title, longestTitle, " […]")}\n${text}` : text, {
      id: shortId,
      ...(item.source_name && { source: cutText(item.source_name, longestName, "…") }),
      ...(item.author && { author: cutText(item.author, longestName, "…") }),
      ...(item.content_type === "thread_reply" && { in_thread: "yes" }),
      at: item.source_timestamp,
      platform: item.platform,
      ...factsOf(item.metadata),
      ...(before && { told_in: before }),
    });
  }
  return {
    ...createWebEvidence(fence),
    add,
    get: (shortId) => /^e\d+$/.test(shortId) ? items[Number(shortId.slice(1)) - 1] : undefined,
    show: (item, characters) => fenced(item, add(item), characters),
    showWithin(room, candidates, characters) {
      const shown: string[] = [];
      let left = room;
      for (const item of candidates) {
        // Measured before it is added, because what was added counts as shown: it may be cited, and it is retained.
        left -= fenced(item, "e00000", characters).length + 1;
        if (left < 0) break;
        shown.push(fenced(item, add(item), characters));
      }
      return shown;
    },
    items: () => items,
    shown: () => [...new Set(items.map(({ id }) => id))],
  };
}
