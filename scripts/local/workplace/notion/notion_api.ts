import type { Hono } from "hono";
import type { Connection } from "../http_server.ts";
import type { WorkplaceClock } from "../world/clock.ts";
import { breakAnswer, failure, rateLimited, type Reply, strikesFirst } from "./broken_answer.ts";
import { Connections, type NotionConnection, OAuthRefusal } from "./connections.ts";
import { NotionFaults } from "./faults.ts";
import { NotionJournal, type NotionJournalEntry } from "./journal.ts";
import { NotionRefusal } from "./notion_answer.ts";
import { type Asked, type Endpoint, type SearchTraps, type Version, VERSIONS } from "./notion_call.ts";
import { authorize, type Consent, revoke, token } from "./notion_oauth.ts";
import { OBJECT_ENDPOINTS } from "./object_endpoints.ts";
import { query } from "./query.ts";
import { RateLimits } from "./rate_limits.ts";
import type { NotionJson } from "./rich_text.ts";
import { search } from "./search.ts";
import { type Truth, truth } from "./truth.ts";
import { NotionWorkspace, type WorkspaceOptions } from "./workspace.ts";

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  ...OBJECT_ENDPOINTS,
  search,
  "dataSources.query": query,
};

/** Verb, path and name of every endpoint; names are the SDK's and those by which faults and journal go. */
const ROUTES: readonly [verb: "GET" | "POST", path: string, name: string][] = [
  ["POST", "/v1/oauth/token", "oauth.token"],
  ["POST", "/v1/oauth/revoke", "oauth.revoke"],
  ["GET", "/v1/users", "users.list"],
  ["GET", "/v1/users/me", "users.me"],
  ["GET", "/v1/users/:user_id", "users.retrieve"],
  ["POST", "/v1/search", "search"],
  ["GET", "/v1/pages/:page_id", "pages.retrieve"],
  ["GET", "/v1/pages/:page_id/markdown", "pages.retrieveMarkdown"],
  ["GET", "/v1/pages/:page_id/properties/:property_id", "pages.properties.retrieve"],
  ["GET", "/v1/blocks/:block_id", "blocks.retrieve"],
  ["GET", "/v1/blocks/:block_id/children", "blocks.children.list"],
  ["GET", "/v1/databases/:database_id", "databases.retrieve"],
  ["GET", "/v1/data_sources/:data_source_id", "dataSources.retrieve"],
  ["POST", "/v1/data_sources/:data_source_id/query", "dataSources.query"],
  ["GET", "/v1/comments", "comments.list"],
];

interface NotionRequest {
  name: string;
  asked: Asked;
  headers: Headers;
  /** The body was not JSON. */
  garbled: boolean;
}

/** The simulated Notion: its REST API and its consent page over the workspaces of the workplace. */
export class NotionApi {
  readonly connections: Connections;
  readonly workspaces: NotionWorkspace[] = [];
  /** The first workspace, and a connection that sees all it shares. */
  readonly workspace: NotionWorkspace;
  readonly connection: NotionConnection;
  readonly journal = new NotionJournal();
  readonly faults = new NotionFaults();
  readonly rateLimits: RateLimits;
  /** How badly search behaves; well, at first. */
  readonly search: SearchTraps = { loops: false, indexDelayMs: 0 };
  /** What happens when someone is sent to the consent page; change it to deny, or to tick certain pages. */
  consent: Consent;
  readonly #options: Omit<WorkspaceOptions, "number">;

  constructor(options: Omit<WorkspaceOptions, "number">) {
    this.#options = options;
    this.connections = new Connections(options.seed, options.clock);
    this.rateLimits = new RateLimits(options.clock);
    this.connection = this.addWorkspace();
    this.workspace = this.connection.workspace;
    this.consent = { approve: true, workspace: this.workspace };
  }

  /**
   * Founds a workspace and connects it. With the seed of another it has the same people, page ids and past.
   */
  addWorkspace({ seed = this.#options.seed }: { seed?: number | string } = {}): NotionConnection {
    const workspace = new NotionWorkspace({ ...this.#options, seed, number: this.workspaces.length + 1 });
    this.workspaces.push(workspace);
    return this.connections.issue(workspace);
  }

  /** What a perfect sync through a connection, the first one if left out, holds now. */
  truth(connection: NotionConnection = this.connection): Truth {
    return truth(connection);
  }

  /** Lets every workspace's story go on up to the clock's present. */
  live(): void {
    for (const workspace of this.workspaces) workspace.live();
  }

  /** Puts the API's routes under `/notion`. */
  mount(app: Hono<{ Bindings: Connection }>): void {
    app.get("/notion/v1/oauth/authorize", (context) => {
      const url = new URL(context.req.url);
      const args = Object.fromEntries(url.searchParams);
      const entry = this.journal.open({ at: this.#clock.now(), method: "oauth.authorize", args });
      const answer = authorize(url, this.connections, this.consent);
      entry.status = answer.status;
      return answer;
    });
    for (const [verb, path, name] of ROUTES) {
      app.on(
        verb,
        `/notion${path}`,
        async (context) =>
          await this.#serve(await readRequest(name, context.req.raw, context.req.param()), context.env),
      );
    }
    app.all(
      "/notion/*",
      async (context) => await this.#serve(await readRequest("unknown", context.req.raw, {}), context.env),
    );
  }

  get #clock(): WorkplaceClock {
    return this.#options.clock;
  }

  async #serve(request: NotionRequest, connection: Connection): Promise<Response> {
    const requestId = this.connections.requestId();
    const reply = await this.#answer(request, connection, requestId);
    // When nothing is sent, the connection is gone already and this answer reaches nobody.
    if (reply === undefined) return new Response(null, { status: 499 });
    const headers = { "content-type": "application/json; charset=utf-8", "x-notion-request-id": requestId };
    return new Response(reply.body, { status: reply.status, headers: { ...headers, ...reply.headers } });
  }

  async #answer(
    request: NotionRequest,
    connection: Connection,
    requestId: string,
  ): Promise<Reply | undefined> {
    const { name, asked } = request;
    const entry = this.journal.open({ at: this.#clock.now(), method: name, args: asked });
    const workspace = this.#workspaceOf(request);
    if (workspace !== undefined) entry.workspace = workspace.id;

    const plans = this.faults.due(entry);
    for (const plan of plans) await plan.before?.(entry);
    const fault = plans.find((plan) => plan.fault !== undefined)?.fault;
    if (fault !== undefined) entry.fault = fault.kind;
    const call = { connection, method: name, cursor: asked.start_cursor, requestId };
    const first = fault !== undefined && strikesFirst(fault);

    let reply = first ? await breakAnswer(fault, call, undefined) : this.#perform(request, entry, requestId);
    for (const plan of plans) await plan.after?.(entry);
    if (fault !== undefined && !first) reply = await breakAnswer(fault, call, reply);
    if (reply !== undefined) entry.status = reply.status;
    if (fault?.kind === "notion_error") entry.error = fault.code;
    if (reply?.status === 429) entry.error = "rate_limited";
    const retryAfter = reply?.headers?.["retry-after"];
    if (retryAfter !== undefined) entry.retryAfter = Number(retryAfter);
    return reply;
  }

  #workspaceOf({ headers }: NotionRequest): NotionWorkspace | undefined {
    try {
      return this.connections.of(bearer(headers)).workspace;
    } catch {
      return undefined;
    }
  }

  #perform(request: NotionRequest, entry: NotionJournalEntry, requestId: string): Reply {
    try {
      const answer = request.name.startsWith("oauth.") ? this.#authorise(request, entry) : this.#run(request);
      if ("wait" in answer) return rateLimited(answer.wait.retryAfter, answer.wait.reason, requestId);
      if (Array.isArray(answer.json.results)) entry.objects = answer.json.results.length;
      return { status: 200, body: JSON.stringify({ ...answer.json, request_id: requestId }) };
    } catch (error) {
      if (error instanceof OAuthRefusal) {
        entry.error = error.code;
        const body = { error: error.code, error_description: error.message, request_id: requestId };
        return { status: error.status, body: JSON.stringify(body) };
      }
      if (!(error instanceof NotionRefusal)) throw error;
      entry.error = error.code;
      const { status, code, message } = error;
      return failure({ status, code, message }, requestId);
    }
  }

  #authorise({ name, asked, headers }: NotionRequest, entry: NotionJournalEntry): { json: NotionJson } {
    const authorization = headers.get("authorization");
    if (name === "oauth.revoke") return { json: revoke(asked, authorization, this.connections) };
    const { answer, connection } = token(asked, authorization, this.connections);
    entry.workspace = connection.workspace.id;
    return { json: answer };
  }

  #run({ name, asked, headers, garbled }: NotionRequest) {
    const connection = this.connections.of(bearer(headers));
    const { botId: bot, workspace: { id: workspace, library } } = connection;
    const wait = this.rateLimits.take({ bot, workspace });
    if (wait !== undefined) return { wait };
    const version = versionOf(headers);
    if (garbled) throw new NotionRefusal(400, "invalid_json", "Error parsing JSON body.");
    const run = ENDPOINTS[name];
    if (run === undefined) throw new NotionRefusal(400, "invalid_request_url", "Invalid request URL.");
    return {
      json: run(
        { connection, library, version, now: this.#clock.now().getTime(), search: this.search },
        asked,
      ),
    };
  }
}

async function readRequest(name: string, request: Request, params: Asked): Promise<NotionRequest> {
  const fromQuery = Object.fromEntries(new URL(request.url).searchParams);
  const { headers } = request;
  const text = request.method === "GET" ? "" : await request.text();
  const body = text === "" ? {} : parse(text, headers.get("content-type") ?? "");
  return { name, asked: { ...fromQuery, ...body, ...params }, headers, garbled: body === undefined };
}

function parse(text: string, contentType: string): NotionJson | undefined {
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function bearer(headers: Headers): string | undefined {
  const [scheme = "", credentials] = (headers.get("authorization") ?? "").split(" ");
  return scheme.toLowerCase() === "bearer" ? credentials : undefined;
}

function versionOf(headers: Headers): Version {
  const asked = headers.get("notion-version");
  if (asked === null) {
    const message = "Notion-Version header failed validation: Notion-Version header should be defined.";
    throw new NotionRefusal(400, "missing_version", message);
  }
  const version = VERSIONS.find((one) => one === asked);
  if (version !== undefined) return version;
  const known = VERSIONS.map((one) => `"${one}"`).join(" or ");
  throw new NotionRefusal(
    400,
    "validation_error",
    `Notion-Version header should be ${known}, was "${asked}".`,
  );
}
