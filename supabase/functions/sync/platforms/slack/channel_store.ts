/** What the database keeps of one channel, by the rules of `private.apply_page`, for tests. No function imports it. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type { Connector, Enumeration, Page, Pass, SourceToRead, StoredItem } from "../connector.ts";

interface Row {
  item: Item;
  seenAt: number;
  missed: number;
  missedBy: number | undefined;
  firstMissedAt: number;
  deleted: boolean;
}

export interface TurnOptions {
  /** After so many pages the turn is killed: what it has read since is lost. */
  readonly most?: number;
  /** The ticket goes on that an earlier turn did not end. */
  readonly sameTicket?: boolean;
  /** When it is killed, one more page was read by then. */
  readonly losesNext?: boolean;
  readonly afterPage?: (page: Page) => void;
  /** As in {@link Unit}. */
  readonly threads?: readonly string[];
}

const day = 86_400_000;

export class ChannelStore {
  readonly rows = new Map<string, Row>();
  cursor: Json = null;
  /** The longest cursor so far, in bytes. */
  longestCursor = 0;
  #ticket = 0;

  constructor(readonly now: () => Date, readonly tier: Pass["tier"] = "pro") {}

  /** What a person sees. */
  get items(): Map<string, Item> {
    return new Map([...this.rows].filter(([, { deleted }]) => !deleted).map(([id, { item }]) => [id, item]));
  }

  /** Runs one turn of a ticket. @returns the pages it stored */
  async pass(
    connector: Connector,
    source: SourceToRead,
    { most = Infinity, sameTicket = false, losesNext = false, afterPage, threads }: TurnOptions = {},
  ): Promise<Page[]> {
    if (!sameTicket) this.#ticket += 1;
    const pass: Pass = {
      startedAt: this.now(),
      tier: this.tier,
      notionRowsPerPass: 1,
      stored: (containerId, ids) => Promise.resolve(this.#stored(containerId, ids)),
    };
    const pages: Page[] = [];
    if (most <= 0) return pages;
    const unit = { id: source.externalId, sources: [source], ...(threads && { threads }) };
    const reading = connector.sync(unit, this.cursor, pass);
    for (;;) {
      const { done, value: page } = await reading.next();
      if (done) break;
      this.apply(page);
      this.cursor = JSON.parse(JSON.stringify(page.cursor));
      this.longestCursor = Math.max(this.longestCursor, JSON.stringify(page.cursor).length);
      pages.push(page);
      afterPage?.(page);
      if (pages.length < most) continue;
      if (losesNext) await reading.next();
      await reading.return();
      break;
    }
    return pages;
  }

  apply(page: Pick<Page, "items" | "seen" | "gone" | "enumerated">): void {
    const now = this.now().getTime();
    for (const item of page.items) {
      const known = this.rows.get(item.item_id);
      const isOlder = known !== undefined && (item.edited_at ?? "") < (known.item.edited_at ?? "");
      const row = { seenAt: now, missed: 0, missedBy: undefined, firstMissedAt: 0 };
      this.rows.set(
        item.item_id,
        isOlder ? { ...known, ...row } : { item: structuredClone(item), deleted: false, ...row },
      );
    }
    for (const { item_id } of page.seen ?? []) {
      const row = this.rows.get(item_id);
      if (row) Object.assign(row, { seenAt: now, missed: 0, missedBy: undefined });
    }
    for (const { item_id } of page.gone ?? []) {
      const row = this.rows.get(item_id);
      if (row) row.deleted = true;
    }
    for (const enumeration of page.enumerated ?? []) this.#settle(enumeration, now);
  }

  #settle(scope: Enumeration, now: number): void {
    const missing = [...this.rows.values()].filter(({ item, seenAt, deleted }) => {
      const { thread_id, item_id, source_timestamp: at } = item;
      const isRoot = thread_id === null || thread_id === item_id;
      return !deleted && seenAt < Date.parse(scope.began) &&
        (scope.thread_id === undefined ||
          (scope.thread_id === null ? isRoot : !isRoot && thread_id === scope.thread_id)) &&
        (scope.after === undefined || at >= scope.after) && (scope.before === undefined || at < scope.before);
    });
    const live = [...this.rows.values()].filter(({ deleted }) => !deleted).length;
    const isSuspicious = missing.length > 50 || missing.length > 0.2 * live;
    for (const row of missing) {
      if (row.missedBy === this.#ticket) continue;
      if (row.missed === 0) row.firstMissedAt = now;
      row.missed += 1;
      row.missedBy = this.#ticket;
    }
    const answeringAt = Math.max(
      ...[...this.rows.values()].filter((row) =>
        !row.deleted && !missing.includes(row) &&
        (scope.thread_id !== null || row.item.thread_id === null || row.item.thread_id === row.item.item_id)
      ).map(({ seenAt }) => seenAt),
    );
    for (const row of missing) {
      // While the channel shows nothing else either, it may be broken as well as empty.
      if (!scope.told && row.firstMissedAt > answeringAt) continue;
      row.deleted = isSuspicious
        ? row.missed >= 3 && (missing.length < 10 || now - row.firstMissedAt >= day)
        : row.missed >= 2;
    }
  }

  #stored(containerId: string, ids: readonly string[]): Map<string, StoredItem> {
    return new Map(ids.flatMap((id) => {
      const row = this.rows.get(id);
      if (row === undefined || row.item.container_id !== containerId) return [];
      const { sources, metadata, edited_at: editedAt, source_timestamp: sourceTimestamp } = row.item;
      return [[id, { sources, metadata, editedAt, sourceTimestamp, deleted: row.deleted }]];
    }));
  }
}
