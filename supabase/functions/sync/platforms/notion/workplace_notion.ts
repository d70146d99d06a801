/** The Notion connector before the simulated workplace, and a content table in memory. For tests; no function imports it. */
import type { AccessToken } from "@shared/connections/access_token.ts";
import type { Json } from "@shared/db/pipeline_database.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import type { Item } from "../../content/item.ts";
import {
  type Connector,
  type Enumeration,
  type ImportScope,
  type Page,
  type Pass,
  PlatformError,
  type SourceFailure,
  type SourceToRead,
  type StoredItem,
} from "../connector.ts";
import { createNotionConnector } from "../notion.ts";
import type { Pace, RateBudget } from "../rate_budget.ts";
import { createNotionClient, type NotionClient } from "./notion_client.ts";

/** What of a simulated workplace the connector needs to know. */
interface Reachable {
  readonly url: string;
  readonly notionApiUrl: string;
}

interface Grant {
  readonly token: string;
  readonly botId: string;
  readonly workspace: { readonly id: string };
}

export interface Opened {
  readonly connector: Connector;
  readonly client: NotionClient;
  /** The keys of the calls that were paid for, in order. */
  readonly taken: Pace[];
  readonly heldBack: { readonly key: string; readonly seconds: number }[];
  readonly lines: string[];
}

export interface OpenOptions {
  readonly accessToken?: AccessToken;
  readonly ownerId?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly names?: ReadonlyMap<string, string>;
  readonly budget?: RateBudget;
}

/** The real connector with a rate budget that only takes notes. */
export function openNotion(workplace: Reachable, grant: Grant, options: OpenOptions = {}): Opened {
  const { accessToken = standingToken(grant.token), signal = new AbortController().signal } = options;
  const taken: Pace[] = [];
  const heldBack: { key: string; seconds: number }[] = [];
  const lines: string[] = [];
  const budget: RateBudget = options.budget ?? {
    take: (pace) => Promise.resolve(void taken.push(pace)),
    holdBack: ({ key }, seconds) => Promise.resolve(void heldBack.push({ key, seconds })),
  };
  const log = createLog({ level: "debug", write: (line) => lines.push(line) });
  const egress = createEgress({ log, overrides: [workplace.url], timeoutMs: options.timeoutMs ?? 5_000 });
  const shared = {
    ...{ accessToken, workspaceId: grant.workspace.id, botId: grant.botId, egress, budget, signal },
    baseUrl: workplace.notionApiUrl,
  };
  const { ownerId, names = new Map() } = options;
  const connector = createNotionConnector({
    ...shared,
    ...(ownerId !== undefined && { ownerId }),
    peopleNamed: (ids) => Promise.resolve(new Map([...names].filter(([id]) => ids.includes(id)))),
  });
  return { connector, client: createNotionClient(shared), taken, heldBack, lines };
}

/** A token that is never renewed: what Notion refuses stays refused. */
export function standingToken(token: string): AccessToken {
  return {
    current: () => Promise.resolve(token),
    renewed: () => Promise.reject(new PlatformError("needs_reauth", "Notion no longer accepts our token.")),
  };
}

interface Row {
  item: Item;
  sources: string[];
  deleted: boolean;
  seenAt: number;
  missed: number;
  missedBy: number;
  firstMissedAt: number;
}

/** The content table of one connection, with the rules of `pipeline.store_page`, and the unit's cursor. */
export class NotionStore {
  readonly rows = new Map<string, Row>();
  cursor: Json = null;
  failed: SourceFailure[] = [];
  /** Ids that were ever marked as deleted. */
  readonly deletions: string[] = [];
  #ticket = 0;

  constructor(
    readonly tier: Pass["tier"] = "pro",
    readonly now: () => Date,
    readonly rowsPerPass = { free: 50, starter: 100, pro: 300 }[tier],
  ) {}

  pass(): Pass {
    return {
      startedAt: this.now(),
      tier: this.tier,
      notionRowsPerPass: this.rowsPerPass,
      stored: (containerId, ids) => {
        if (containerId !== "") throw new TypeError("Notion has one container");
        const known = ids.flatMap((id): [string, StoredItem][] => {
          const row = this.rows.get(id);
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

  /** One pass, or its first so many pages. @returns how many pages were stored */
  async sync(connector: Connector, sources: readonly SourceToRead[], most = Infinity): Promise<number> {
    this.#ticket += 1;
    this.failed = [];
    let pages = 0;
    for await (const page of connector.sync({ id: "workspace", sources }, this.cursor, this.pass())) {
      this.cursor = JSON.parse(JSON.stringify(page.cursor));
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

  apply(page: Page): void {
    const now = this.now().getTime();
    for (const item of page.items) {
      const known = this.rows.get(item.item_id);
      const isOlder = known !== undefined && (item.edited_at ?? "") < (known.item.edited_at ?? "");
      if (isOlder) continue;
      const own = { item, deleted: false, missed: 0, missedBy: 0, firstMissedAt: 0, seenAt: now };
      this.rows.set(item.item_id, { ...own, sources: [...item.sources] });
    }
    for (const { item_id, sources } of page.seen ?? []) {
      const row = this.rows.get(item_id);
      if (row === undefined) continue;
      Object.assign(row, { seenAt: now, missed: 0, ...(sources && { sources: [...sources] }) });
    }
    for (const { item_id } of page.gone ?? []) this.#delete(item_id);
    for (const enumeration of page.enumerated ?? []) this.#settle(enumeration);
    this.failed.push(...page.failed ?? []);
  }

  #settle({ began, source, after, before, told }: Enumeration): void {
    const missing = new Set<string>();
    for (const [id, row] of this.rows) {
      if (row.deleted || row.seenAt >= Date.parse(began)) continue;
      if (source !== undefined && !row.sources.includes(source)) continue;
      const time = Date.parse(row.item.source_timestamp);
      if (after !== undefined && time < Date.parse(after)) continue;
      if (before !== undefined && time >= Date.parse(before)) continue;
      missing.add(id);
    }
    const shown = [...this.rows].filter(([id, { deleted, sources }]) =>
      !deleted && !missing.has(id) && (source === undefined || sources.includes(source))
    );
    const answeringAt = Math.max(...shown.map(([, { seenAt }]) => seenAt));
    for (const id of missing) {
      const row = this.rows.get(id);
      if (row === undefined || row.missedBy === this.#ticket) continue;
      if (row.missed === 0) row.firstMissedAt = this.now().getTime();
      row.missed += 1;
      row.missedBy = this.#ticket;
      // While the source shows nothing else either, it may be broken as well as empty.
      if (row.missed >= 2 && (told || row.firstMissedAt <= answeringAt)) this.#delete(id);
    }
  }

  #delete(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || row.deleted) return;
    row.deleted = true;
    this.deletions.push(id);
  }
}
