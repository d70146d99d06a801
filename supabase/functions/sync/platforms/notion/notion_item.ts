/** A page of Notion as an item, and whether the stored one still is what Notion has. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type { StoredItem } from "../connector.ts";
import type { NotionPage, Parent } from "./notion_answers.ts";
import type { PageText } from "./page_text.ts";
import { propertyLines, titleIn } from "./property_text.ts";

const minute = 60_000;

/**
 * An edit shows to the minute, so another one in the same minute shows nothing. A page counts as settled once it was read
 * after its minute was over, with a second one for clocks that differ.
 */
export const settlingMs = 2 * minute;

export const untitled = "Untitled";
export const titleOf = (page: NotionPage): string => titleIn(page.properties) || untitled;

/** Where a page stands, in the words of our metadata. */
export function placeOf(parent: Parent): { type: string; id: string | null } {
  switch (parent.type) {
    case "workspace":
      return { type: "workspace", id: null };
    case "page_id":
      return { type: "page", id: parent.page_id ?? null };
    case "block_id":
      return { type: "block", id: parent.block_id ?? null };
    case "database_id":
    case "data_source_id":
      return { type: "database", id: parent.database_id ?? parent.data_source_id ?? null };
    default:
      return { type: "unknown", id: null };
  }
}

/** Names a round: when it began, ISO 8601, and which one it was. */
export interface RoundName {
  readonly began: string;
  readonly number: number;
}

export interface ReadPage {
  readonly page: NotionPage;
  /** External ids of the selected sources that it belongs to. */
  readonly sources: readonly string[];
  readonly text: PageText;
  /** `Name: value` of a row's properties. */
  readonly properties: readonly string[];
  /** {@link propertiesMark} of the page as it was listed. */
  readonly mark: string;
  /** The round in which it was read. */
  readonly round: RoundName;
  /** How often in a row it was found without a block. */
  readonly emptyReads: number;
  readonly authorName: string | undefined;
  /** The connection's owner. */
  readonly ownerId: string | undefined;
}

export function itemOf(read: ReadPage): Item {
  const { page, text, properties, ownerId } = read;
  const author = page.last_edited_by?.id ?? null;
  const edited = toInstant(page.last_edited_time);
  const body = text.text === "" ? [] : [text.text];
  return {
    container_id: "",
    item_id: page.id,
    sources: read.sources,
    content_type: "page",
    thread_id: null,
    title: titleOf(page),
    content: [properties.join("\n"), ...body].filter((part) => part !== "").join("\n\n"),
    author: read.authorName ?? null,
    author_id: author,
    is_user_authored: author !== null && author === ownerId,
    permalink: permalinkOf(page),
    metadata: {
      object: "page",
      parent: placeOf(page.parent),
      last_edited: edited,
      created: toInstant(page.created_time),
      read_at: read.round.began,
      round: read.round.number,
      title: titleIn(page.properties),
      properties: read.mark,
      ...(page.parent.database_id && { database_id: page.parent.database_id }),
      ...(text.borrows && { borrows: true }),
      ...(text.empty && { empty_reads: read.emptyReads }),
      ...(text.cut && { cut: true }),
      ...(text.unreadable && { unreadable: true }),
    },
    source_timestamp: edited,
    edited_at: edited,
  };
}

export const toInstant = (text: string): string => new Date(text).toISOString();

const permalinkOf = ({ url }: NotionPage): string | null => /^https:\/\/\S{1,2000}$/.test(url) ? url : null;

/**
 * A short name for what the properties say. A formula or a rollup changes without an edit of its row; the listing shows
 * its new value, and so that the row is to be read again.
 */
export async function propertiesMark(page: NotionPage): Promise<string> {
  const lines = propertyLines(page.properties, { nameOf: () => undefined, titleOf: (id) => id });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.toSorted().join("\n")));
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Listed {
  readonly page: NotionPage;
  readonly mark: string;
}

/**
 * Whether a page must be read (again) in a round.
 *
 * @param full also those that show what stands on other pages, and so change without an edit
 */
export function isStale(
  { page, mark }: Listed,
  stored: StoredItem | undefined,
  { began, number, full }: RoundName & { full: boolean },
): boolean {
  if (stored === undefined || stored.deleted) return true;
  const { metadata } = stored;
  const edited = toInstant(page.last_edited_time);
  if (metadata["last_edited"] !== edited) return true;
  const readAt = metadata["read_at"];
  if (typeof readAt !== "string") return true;
  // Read in this very round, in an earlier turn of it.
  if (readAt === began && metadata["round"] === number) return false;
  return Date.parse(readAt) < Date.parse(edited) + settlingMs || metadata["properties"] !== mark ||
    !isSamePlace(metadata["parent"], page.parent) || metadata["empty_reads"] === 1 ||
    (full && metadata["borrows"] === true);
}

function isSamePlace(stored: Json | undefined, parent: Parent): boolean {
  const place = placeOf(parent);
  return typeof stored === "object" && stored !== null && !Array.isArray(stored) &&
    stored["type"] === place.type && stored["id"] === place.id;
}

export function isSameSources(stored: readonly string[], now: readonly string[]): boolean {
  return stored.length === now.length && now.every((source) => stored.includes(source));
}
