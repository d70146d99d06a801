/** The function `sync` without its process: the handlers that its `index.ts` serves, on a database and a workplace of our own. */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { AnyHandler } from "@shared/work/handler.ts";
import { discoverSources } from "../../supabase/functions/sync/discover_sources.ts";
import type { Connector } from "../../supabase/functions/sync/platforms/connector.ts";
import { openPlatforms, platformVariables } from "../../supabase/functions/sync/platforms/open_platforms.ts";
import { syncUnit } from "../../supabase/functions/sync/sync_unit.ts";
import type { Workplace } from "../local/workplace/workplace.ts";
import type { Mortal } from "./mortal.ts";
import { mortalDatabase } from "./ticket_runner.ts";

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

/** What is unanswered after so long is what the workplace does not answer; everything else takes a millisecond or two. */
const momentMs = 30;

export function inProcessFunctions(options: InProcessOptions): InProcessFunctions {
  const { workplace, mortal, around = (connector) => connector, write = () => {} } = options;
  const database = mortalDatabase(options.database, mortal);
  const log = createLog({ level: "debug", write });
  const inFlight = new Set<AbortController>();
  const reach: Egress = async (input, init) => {
    const controller = new AbortController();
    inFlight.add(controller);
    const signals = [controller.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      // The whole answer, because a workplace hangs and cuts in its middle too.
      const answer = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      const body = await answer.arrayBuffer();
      const { status, statusText, headers } = answer;
      return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
    } finally {
      inFlight.delete(controller);
    }
  };
  const transport: Egress = (input, init) => mortal.step(() => reach(input, init));
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
    hangUp() {
      const lateness = new PipelineError({
        code: "egress_timeout",
        message: "127.0.0.1 did not finish its answer in time. It may have acted on the request.",
        status: 504,
      });
      setTimeout(() => {
        for (const controller of inFlight) controller.abort(lateness);
      }, momentMs);
    },
  };
}
