/** Gmail's connector before the simulated workplace, and a store that keeps its pages as the database does. For tests only. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "../../content/item.ts";
import type {
  Connector,
  Enumeration,
  ImportScope,
  Page,
  Pass,
  SourceFailure,
  SourceToRead,
  StoredItem,
} from "../connector.ts";
import { createGmailConnector } from "../gmail.ts";
import { workplaceClient, type WorkplaceGoogleClient } from "../google/workplace_client.ts";

interface Account {
  readonly sub: string;
  readonly email: string;
}

/** A workplace with Google in it, as far as it is looked at. */
type Reachable<G extends { readonly state: string; readonly account: Account }> = {
  readonly googleUrl: string;
  readonly google: { readonly grant: G; readonly grants: { accessToken(grant: G): string } };
};

export interface OpenedMailbox {
  readonly connector: Connector;
  readonly client: WorkplaceGoogleClient;
}

export function openGmail<G extends { readonly state: string; readonly account: Account }>(
  workplace: Reachable<G>,
  options: { grant?: G; mailsPerLabel?: number; timeoutMs?: number; signal?: AbortSignal } = {},
): OpenedMailbox {
  const { mailsPerLabel, ...others } = options;
  const { sub, email } = (options.grant ?? workplace.google.grant).account;
  const client = workplaceClient(workplace, others);
  const connector = createGmailConnector({
    client,
    account: { id: sub, email },
    ...(mailsPerLabel !== undefined && { mailsPerLabel }),
  });
  return { connector, client };
}

export const label = (externalId: string): SourceToRead => ({
  ...{ externalId, kind: "label", name: externalId, metadata: {} },
});

export interface MailRow {
  readonly item: Item;
  sources: string[];
  deleted: boolean;
  seenAt: number;
  missed: number;
  missedBy: number;
  firstMissedAt: number;
}

/** The content of one mailbox with the rules of `pipeline.store_page`, and the unit's cursor. */
export class MailStore {
  readonly rows = new Map<string, MailRow>();
  cursor: Json = null;
  failed: SourceFailure[] = [];
  /** The pages of the last pass. */
  pages: Page[] = [];
  /** Ids that were ever marked as deleted, and whether the platform had said so itself. */
  readonly deletions: { readonly id: string; readonly told: boolean }[] = [];
  #ticket = 0;

  constructor(readonly now: () => Date) {}

  copy(): MailStore {
    const copy = new MailStore(this.now);
    copy.cursor = structuredClone(this.cursor);
    copy.#ticket = this.#ticket;
    for (const [id, row] of this.rows) copy.rows.set(id, structuredClone(row));
    return copy;
  }

  pass(): Pass {
    return {
      startedAt: this.now(),
      tier: "starter",
      notionRowsPerPass: 0,
      stored: (containerId, ids) => {
        if (containerId !== "") throw new TypeError("Gmail has one container");
        const known = ids.flatMap((id): [string, StoredItem][] => {
          const row = this.rows.get(id);
          return row === undefined ? [] : [[id, {
            sources: [...row.sources],
            metadata: row.item.metadata,
            editedAt: null,
            sourceTimestamp: row.item.source_timestamp,
            deleted: row.deleted,
          }]];
        });
        return Promise.resolve(new Map(known));
      },
    };
  }

  /** One turn: a pass, or its first so many pages. @param goesOn whether it is the same pass as the turn before */
  async sync(
    connector: Connector,
    labels: readonly string[],
    most = Infinity,
    goesOn = false,
  ): Promise<void> {
    if (!goesOn) this.#ticket += 1;
    this.failed = [];
    this.pages = [];
    const unit = { id: "mailbox", sources: labels.map(label) };
    for await (const page of connector.sync(unit, this.cursor, this.pass())) {
      this.cursor = JSON.parse(JSON.stringify(page.cursor));
      this.apply(page);
      if (this.pages.length >= most) break;
    }
  }

  /** An import from its own cursor. @param selected all selected labels @returns the cursor behind what was stored */
  async import(
    connector: Connector,
    name: string,
    scope: ImportScope,
    cursor: Json = null,
    most = Infinity,
    selected: readonly string[] = [name],
  ) {
    this.pages = [];
    for await (const page of connector.importHistory(label(name), scope, cursor, this.pass(), selected)) {
      cursor = JSON.parse(JSON.stringify(page.cursor));
      this.apply(page);
      if (this.pages.length >= most) break;
    }
    return cursor;
  }

  apply(page: Page): void {
    this.pages.push(page);
    const now = this.now().getTime();
    for (const item of page.items) {
      const fresh = { deleted: false, missed: 0, missedBy: 0, firstMissedAt: 0, seenAt: now };
      this.rows.set(item.item_id, { item, ...fresh, sources: [...item.sources] });
    }
    for (const { item_id, sources } of page.seen ?? []) {
      const row = this.rows.get(item_id);
      if (row !== undefined) {
        Object.assign(row, { seenAt: now, missed: 0, ...(sources && { sources: [...sources] }) });
      }
    }
    for (const { item_id } of page.gone ?? []) this.#delete(item_id, true);
    for (const enumeration of page.enumerated ?? []) this.#settle(enumeration);
    this.failed.push(...page.failed ?? []);
  }

  #settle({ began, source, after = "", before = "9", told }: Enumeration): void {
    const live = [...this.rows].filter(([, row]) => !row.deleted);
    const missing = live.filter(([, { seenAt, sources, item }]) =>
      seenAt < Date.parse(began) && item.source_timestamp >= after && item.source_timestamp < before &&
      (source === undefined || sources.includes(source))
    );
    const missed = new Set(missing.map(([id]) => id));
    const shown = live.filter(([id, { sources }]) =>
      !missed.has(id) && (source === undefined || sources.includes(source))
    );
    const answeringAt = Math.max(...shown.map(([, { seenAt }]) => seenAt));
    const needed = missing.length > 50 || missing.length > 0.2 * live.length ? 3 : 2;
    for (const [id, row] of missing) {
      if (row.missed === 0) row.firstMissedAt = this.now().getTime();
      if (row.missedBy !== this.#ticket) row.missed += 1;
      row.missedBy = this.#ticket;
      // While the label shows nothing else either, it may be broken as well as empty.
      if (row.missed >= needed && (told || row.firstMissedAt <= answeringAt)) this.#delete(id, false);
    }
  }

  #delete(id: string, told: boolean): void {
    const row = this.rows.get(id);
    if (row === undefined || row.deleted) return;
    row.deleted = true;
    this.deletions.push({ id, told });
  }
}
