/**
 * The items that a run has shown to its model, each under a short id (e1, e2 …). What is not in here cannot be cited,
 * and only what is in here is retained.
 */
import { z } from "zod";
import type { Fence } from "./fence.ts";

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
});
export type EvidenceItem = z.output<typeof evidenceItem>;

export interface Evidence {
  /** Adds an item, or finds it, and returns its short id. */
  add(item: EvidenceItem): string;
  get(shortId: string): EvidenceItem | undefined;
  /** The item as the model sees it: fenced, with its short id; at most `characters` of its text. */
  show(item: EvidenceItem, characters: number): string;
  /** Ids of all items that were shown. */
  shown(): string[];
}

export function createEvidence(fence: Fence): Evidence {
  const items: EvidenceItem[] = [];
  const places = new Map<string, string>();
  function add(item: EvidenceItem): string {
    const key = `${item.id}@${item.revision}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    items.push(item);
    const shortId = `e${items.length}`;
    places.set(key, shortId);
    return shortId;
  }
  return {
    add,
    get: (shortId) => /^e\d+$/.test(shortId) ? items[Number(shortId.slice(1)) - 1] : undefined,
    show(item, characters) {
      const text = item.content.length > characters
        ? `${item.content.slice(0, characters)} […]`
        : item.content;
      return fence.wrap(item.title ? `${item.title}\n${text}` : text, {
        id: add(item),
        ...(item.source_name && { source: item.source_name }),
        ...(item.author && { author: item.author }),
        ...(item.content_type === "thread_reply" && { in_thread: "yes" }),
        at: item.source_timestamp,
      });
    },
    shown: () => [...new Set(items.map(({ id }) => id))],
  };
}
