/** Notion: pages and databases as sources, pages (rows are pages) as items. */
import type { AccessToken } from "@shared/connections/access_token.ts";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Egress } from "@shared/http/egress.ts";
import type { Connector, Pass } from "./connector.ts";
import { discover } from "./notion/discovery.ts";
import { importPages } from "./notion/import_history.ts";
import { createNotionClient } from "./notion/notion_client.ts";
import { createNotionNames } from "./notion/notion_names.ts";
import { createPageReader } from "./notion/page_reader.ts";
import { syncWorkspace } from "./notion/sync_workspace.ts";
import type { RateBudget } from "./rate_budget.ts";

export interface NotionConnectorOptions {
  readonly accessToken: AccessToken;
  readonly workspaceId: string;
  /** The connection's bot, whose budget of calls it is; the workspace's id stands for one that is not known. */
  readonly botId?: string;
  /** The person who connected. */
  readonly ownerId?: string;
  readonly egress: Egress;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
  /** Another address than `https://api.notion.com`. */
  readonly baseUrl?: string;
  /** The names of people that the database knows; the others are asked for one by one. */
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/**
 * A unit is the workspace, with all its selected pages and databases. A selected page is one item; a selected database is
 * its rows. What stands in a page as a page of its own is not read with it: it is there by its title.
 */
export function createNotionConnector(options: NotionConnectorOptions): Connector {
  const { botId = options.workspaceId, ownerId, peopleNamed } = options;
  const client = createNotionClient({ ...options, botId });
  const toolsFor = (pass: Pass) => {
    const names = createNotionNames({ client, peopleNamed });
    return { client, names, pass, reader: createPageReader({ client, names, ownerId, pass }) };
  };
  return {
    discover: () => discover(client),
    sync: (unit, cursor: Json, pass) => syncWorkspace(toolsFor(pass), unit, cursor),
    importHistory: (source, scope, cursor: Json, pass) => importPages(toolsFor(pass), source, scope, cursor),
  };
}
