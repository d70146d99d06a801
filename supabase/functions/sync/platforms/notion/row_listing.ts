/** The rows of a database, whatever number of data sources they are in, newest edit first. */
import { PlatformError } from "../connector.ts";
import type { NotionPage } from "./notion_answers.ts";
import type { NotionClient } from "./notion_client.ts";

export interface RowListingOptions {
  readonly pageSize: number;
  /** Only rows that were last edited in this minute or before it, ISO 8601. */
  readonly onOrBefore: string | null;
}

interface Source {
  readonly id: string;
  buffer: readonly NotionPage[];
  at: number;
  /** undefined: not asked yet; null: at its end. */
  cursor: string | null | undefined;
}

export class RowListing {
  /** Answers that were needed. */
  calls = 0;
  /** Notion itself ended the listing before its end. */
  incomplete = false;
  readonly #client: NotionClient;
  readonly #options: RowListingOptions;
  readonly #sources: Source[];
  readonly #listed = new Set<string>();

  constructor(client: NotionClient, dataSources: readonly string[], options: RowListingOptions) {
    this.#client = client;
    this.#options = options;
    this.#sources = dataSources.map((id) => ({ id, buffer: [], at: 0, cursor: undefined }));
  }

  /** The next row; undefined at the end. */
  async next(): Promise<NotionPage | undefined> {
    let newest: Source | undefined;
    for (const source of this.#sources) {
      while (source.at >= source.buffer.length && source.cursor !== null) await this.#ask(source);
      if (timeOf(source) > timeOf(newest)) newest = source;
    }
    const row = newest?.buffer[newest.at];
    if (newest !== undefined) newest.at += 1;
    return row;
  }

  /** Whether there is or may be another row. */
  get mayGoOn(): boolean {
    return this.#sources.some(({ buffer, at, cursor }) => at < buffer.length || cursor !== null);
  }

  async #ask(source: Source): Promise<void> {
    const { pageSize, onOrBefore } = this.#options;
    const cursor = source.cursor ?? null;
    const asked = { cursor, pageSize, ...(onOrBefore !== null && { onOrBefore }) };
    let answer = await this.#client.rows(source.id, asked);
    this.calls += 1;
    if (answer.results.length === 0 && cursor === null) {
      // Rows must not be taken for gone because of one empty answer: it is believed when it comes twice.
      answer = await this.#client.rows(source.id, asked);
    }
    const { results, has_more, next_cursor } = answer;
    if (cursor !== null && results.length === 0) {
      throw new PlatformError("provider_down", "Notion promised more rows of a database and sent none.");
    }
    const fresh = results.filter(({ id }) => !this.#listed.has(id));
    if (has_more && (next_cursor === null || next_cursor === cursor || fresh.length === 0)) {
      throw new PlatformError("provider_down", "Notion repeated a part of a database.");
    }
    for (const { id } of fresh) this.#listed.add(id);
    source.buffer = fresh;
    source.at = 0;
    source.cursor = has_more ? next_cursor : null;
    if (!has_more && answer.request_status?.type === "incomplete") this.incomplete = true;
  }
}

const timeOf = (source: Source | undefined): number =>
  source === undefined
    ? -Infinity
    : Date.parse(source.buffer[source.at]?.last_edited_time ?? "") || -Infinity;
