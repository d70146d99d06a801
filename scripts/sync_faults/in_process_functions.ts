/** The function `sync` without its process: the handlers that its `index.ts` serves, on a database and a workplace of our own. */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createEgress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import type { AnyHandler } from "@shared/work/handler.ts";
import { discoverSources } from "../../supabase/functions/sync/discover_sources.ts";
import type { Connector } from "../../supabase/functions/sync/platforms/connector.ts";
import { openPlatforms, platformVariables } from "../../supabase/functions/sync/platforms/open_platforms.ts";
import { syncUnit } from "../../supabase/functions/sync/sync_unit.ts";
import type { Mortal } from "../in_process/mortal.ts";
import { mortalDatabase, mortalTransport } from "../in_process/mortal_calls.ts";
import type { Workplace } from "../local/workplace/workplace.ts";

export interface InProcessFunctions {
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  /** Ends the calls that are still unanswered a moment from now, as a client does whose patience is over. */
  hangUp(): void;
}

export interface InProcessOptions {
  readonly database: PipelineDatabase;
  readonly workplace: Workplace;
  /** Whoever runs them; it may be killed. */
  readonly mortal: Mortal;
  /** INTEGRATION_ENCRYPTION_KEY. */
  readonly encryptionKey: string;
  /** Puts something between a connector and the sync, e.g. a deliberate mistake. */
  readonly around?: (connector: Connector) => Connector;
  /** Lines of the functions' log. */
  readonly write?: (line: string) => void;
}

export function inProcessFunctions(options: InProcessOptions): InProcessFunctions {
  const { workplace, mortal, around = (connector) => connector, write = () => {} } = options;
  const database = mortalDatabase(options.database, mortal);
  const log = createLog({ level: "debug", write });
  const { transport, hangUp } = mortalTransport(mortal);
  const { google, notion, slack, url } = workplace;
  const values: Readonly<Record<string, string>> = {
    INTEGRATION_ENCRYPTION_KEY: options.encryptionKey,
    SLACK_BASE_URL: `${url}/slack`,
    SLACK_CLIENT_ID: slack.installations.app.clientId,
    SLACK_CLIENT_SECRET: slack.installations.app.clientSecret,
    GOOGLE_BASE_URL: `${url}/google`,
    GOOGLE_CLIENT_ID: google.grants.client.clientId,
    GOOGLE_CLIENT_SECRET: google.grants.client.clientSecret,
    NOTION_BASE_URL: `${url}/notion`,
    NOTION_CLIENT_ID: notion.connections.app.clientId,
    NOTION_CLIENT_SECRET: notion.connections.app.clientSecret,
  };
  const environment = environmentReader("sync", platformVariables, (name) => values[name])();
  const egress = createEgress({ log, overrides: [url], transport });
  const opened = openPlatforms({ environment, database, egress, log });
  const open: typeof opened = async (access) => around(await opened(access));
  return {
    handlers: {
      discover_sources: discoverSources(database, open),
      sync_unit: syncUnit(database, open),
    },
    hangUp,
  };
}
