/** One synced thing as it is stored: the shape that `pipeline.store_page` reads. */
import type { Json } from "@shared/db/pipeline_database.ts";

/** Names an item within a connection and its platform. */
export interface ItemName {
  /** What makes `item_id` unique at the platform: the Slack channel, the calendar; empty for Gmail and Notion. */
  readonly container_id: string;
  readonly item_id: string;
}

export interface Item extends ItemName {
  /**
   * External ids of the selected sources that it belongs to now; it leaves all others. A mail with three labels names
   * those of them that are selected.
   */
  readonly sources: readonly string[];
  readonly content_type: "message" | "thread_reply" | "email" | "event" | "page";
  readonly thread_id: string | null;
  readonly title: string | null;
  /** Plain text; the database keeps its first 10,000 characters. */
  readonly content: string;
  readonly author: string | null;
  readonly author_id: string | null;
  readonly is_user_authored: boolean;
  readonly permalink: string | null;
  readonly metadata: { readonly [key: string]: Json };
  /** ISO 8601 with a zone: when it was said, sent, edited or takes place. */
  readonly source_timestamp: string;
  /**
   * When the platform says it was last edited (ISO 8601); null where it does not say. An item that was edited later than
   * this one stays as it is: a page that was read before an edit must not undo what an event has brought since.
   */
  readonly edited_at: string | null;
  /** It does not expire before this instant (ISO 8601), however long ago it was read: the end of a future event. */
  readonly keep_until?: string;
}

/** An item that a listing named without its content: proof that it is there, and where it belongs now. */
export interface SeenItem extends ItemName {
  /** As in {@link Item}; left out when the listing does not tell. */
  readonly sources?: readonly string[];
}
