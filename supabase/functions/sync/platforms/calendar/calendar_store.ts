/** A content table of one connection's calendars in memory, with the rules of `pipeline.store_page`. For tests; no function imports it. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type {
  Connector,
  Enumeration,
  ImportScope,
  Page,
  Pass,
  SourceToRead,
  StoredItem,
} from "../connector.ts";

interface Row {
  item: Item;
  sources: readonly string[];
  deleted: boolean;
  seenAt: number;
  missed: number;
  missedBy: number;
  firstMissedAt: number;
  /** When it expires, epoch milliseconds. */
  expiresAt: number;
}

const DAY = 86_400_000;
/** How long content of a calendar lives after it was last seen. */
const lifetime = 2 * DAY;

export class CalendarStore {
  /** By `container/item`. */
  readonly rows = new Map<string, Row>();
  /** By calendar. */
  readonly cursors = new Map<string, Json>();
  /** Items that were ever marked as deleted, as `container/item`. */
  readonly deletions: string[] = [];
  /** How often an item was written. */
  written = 0;
  #ticket = 0;

  constructor(readonly now: () => Date) {}

  pass(): Pass {
    return {
      startedAt: this.now(),
      tier: "pro",
      notionRowsPerPass: 0,
      stored: (containerId, ids) => {
        const known = ids.flatMap((id): [string, StoredItem][] => {
          const row = this.rows.get(`${containerId}/${id}`);
          return row === undefined ? [] : [[id, {
            sources: [...row.sources],
            metadata: row.item.metadata,
            editedAt: row.item.edited_at,
            sourceTimestamp: row.item.source_timestamp,
            deleted: row.deleted,
          }]];
        });
        return Promise.resolve(new Map(known));
      },
    };
  }

  /** One pass over a calendar, or its first so many pages. @returns how many pages were stored */
  async sync(connector: Connector, source: SourceToRead, most = Infinity): Promise<number> {
    this.#ticket += 1;
    const { externalId } = source;
    let pages = 0;
    const cursor = this.cursors.get(externalId) ?? null;
    for await (const page of connector.sync({ id: externalId, sources: [source] }, cursor, this.pass())) {
      this.cursors.set(externalId, JSON.parse(JSON.stringify(page.cursor)));
      this.apply(page);
      pages += 1;
      if (pages >= most) break;
    }
    return pages;
  }

  /** An import from its own cursor. @returns the cursor behind what was stored */
  async import(
    connector: Connector,
    source: SourceToRead,
    scope: ImportScope,
    cursor: Json = null,
    most = Infinity,
  ): Promise<Json> {
    this.#ticket += 1;
    let [own, pages] = [cursor, 0];
    for await (const page of connector.importHistory(source, scope, own, this.pass(), [source.externalId])) {
      own = JSON.parse(JSON.stringify(page.cursor));
      this.apply(page);
      pages += 1;
      if (pages >= most) break;
    }
    return own;
  }

  /** What is live of a calendar. */
  live(calendarId: string): Item[] {
    return [...this.rows.values()].filter(({ item, deleted }) => !deleted && item.container_id === calendarId)
      .map(({ item }) => item);
  }

  /** Removes what has expired, as the cleanup does. */
  expire(): void {
    const now = this.now().getTime();
    for (const [key, { expiresAt }] of this.rows) if (expiresAt <= now) this.rows.delete(key);
  }

  apply(page: Page): void {
    const now = this.now().getTime();
    for (const item of page.items) {
      const key = `${item.container_id}/${item.item_id}`;
      const known = this.rows.get(key);
      const isOlder = known !== undefined && !known.deleted &&
        (item.edited_at ?? "") < (known.item.edited_at ?? "");
      if (isOlder) continue;
      this.written += 1;
      const keep = Date.parse(item.keep_until ?? new Date(0).toISOString());
      this.rows.set(key, {
        item,
        sources: item.sources,
        deleted: false,
        missed: 0,
        missedBy: 0,
        firstMissedAt: 0,
        seenAt: now,
        expiresAt: Math.max(now + lifetime, keep, known?.expiresAt ?? 0),
      });
    }
    for (const { container_id, item_id, sources } of page.seen ?? []) {
      const row = this.rows.get(`${container_id}/${item_id}`);
      if (row === undefined) continue;
      row.expiresAt = Math.max(row.expiresAt, now + lifetime);
      Object.assign(row, { seenAt: now, missed: 0, ...(sources && { sources }) });
    }
    for (const { container_id, item_id } of page.gone ?? []) this.#delete(`${container_id}/${item_id}`);
    for (const enumeration of page.enumerated ?? []) this.#settle(enumeration);
  }

  #settle({ began, container_id, source, after, before, told }: Enumeration): void {
    const missing = [...this.rows].filter(([, { item, sources, deleted, seenAt }]) => {
      const time = Date.parse(item.source_timestamp);
      return !deleted && item.container_id === container_id && seenAt < Date.parse(began) &&
        (source === undefined || sources.includes(source)) &&
        (after === undefined || time >= Date.parse(after)) &&
        (before === undefined || time < Date.parse(before));
    });
    const isSuspicious = missing.length > 50 || missing.length > 0.2 * this.live(container_id).length;
    const missed = new Set(missing.map(([key]) => key));
    const shown = [...this.rows].filter(([key, { item, deleted }]) =>
      !deleted && item.container_id === container_id && !missed.has(key)
    );
    const answeringAt = Math.max(...shown.map(([, { seenAt }]) => seenAt));
    for (const [key, row] of missing) {
      if (row.missedBy === this.#ticket) continue;
      if (row.missed === 0) row.firstMissedAt = this.now().getTime();
      row.missed += 1;
      row.missedBy = this.#ticket;
      // While the calendar shows nothing else either, it may be broken as well as empty.
      if (!told && row.firstMissedAt > answeringAt) continue;
      if (row.missed >= (isSuspicious ? 3 : 2)) this.#delete(key);
    }
  }

  #delete(key: string): void {
    const row = this.rows.get(key);
    if (row === undefined || row.deleted) return;
    row.deleted = true;
    this.deletions.push(key);
  }
}
