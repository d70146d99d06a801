/** One synced thing as it is stored: the shape that `pipeline.store_page` reads. */
import type { Json } from "@shared/db/pipeline_database.ts";

export interface Item {
  /** What makes `item_id` unique at the platform: the Slack channel, the calendar; empty for Gmail and Notion. */
  readonly container_id: string;
  readonly item_id: string;
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
}
