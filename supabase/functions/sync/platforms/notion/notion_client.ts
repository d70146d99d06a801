/**
 * Calls of Notion's REST API by its own SDK (`@notionhq/client`; it runs on Deno 2.1.4 with our egress as its fetch):
 * paced, checked by schema, and with Notion's refusals in our categories.
 *
 * Of the SDK only the request is used: its wait-and-try-again is off, because waiting is the ticket's business, and its
 * types promise what an answer may not hold.
 */
import { APIResponseError, Client, ClientErrorCode } from "@notionhq/client";
import { z } from "zod";
import type { AccessToken } from "@shared/connections/access_token.ts";
import type { Egress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { PlatformError } from "../connector.ts";
import type { Pace, RateBudget } from "../rate_budget.ts";
import {
  blocksAnswer,
  database,
  member,
  membersAnswer,
  notionId,
  page,
  rowsAnswer,
  searchAnswer,
} from "./notion_answers.ts";

export interface RowsAsked {
  readonly cursor: string | null;
  readonly pageSize: number;
  /** Only rows that were last edited in this minute or before it, ISO 8601. */
  readonly onOrBefore?: string;
  readonly inTrash?: boolean;
}

/** Every method throws a {@link PlatformError}; `refusalOf` tells Notion's own word for it. */
export interface NotionClient {
  /** Pages and data sources, newest edit first. */
  search(cursor: string | null): Promise<z.output<typeof searchAnswer>>;
  page(id: string): Promise<z.output<typeof page>>;
  database(id: string): Promise<z.output<typeof database>>;
  /** Rows of a data source, newest edit first. */
  rows(dataSourceId: string, asked: RowsAsked): Promise<z.output<typeof rowsAnswer>>;
  children(blockId: string, cursor: string | null): Promise<z.output<typeof blocksAnswer>>;
  users(cursor: string | null): Promise<z.output<typeof membersAnswer>>;
  user(id: string): Promise<z.output<typeof member>>;
}

export interface NotionClientOptions {
  readonly accessToken: AccessToken;
  readonly workspaceId: string;
  /** The connection's bot: whose budget of calls it is. */
  readonly botId: string;
  readonly baseUrl?: string;
  readonly egress: Egress;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
}

/** Database as a container of data sources (2025-09-03), `in_trash` instead of `archived` (2026-03-11). */
const version = "2026-03-11";
/** The most that Notion lists at once. */
const pageSize = 100;
/** Used when a refusal for too many calls names no wait: the length of Notion's window. */
const usualWaitSeconds = 60;

/** Calls a second that a connection may make on average: https://developers.notion.com/reference/request-limits */
export const callsPerSecond = 3;

/**
 * The connection's budget may be spent at any pace within 60 seconds. A second more than Notion's window: a call travels a
 * little between its reservation here and its arrival there.
 */
const connectionPace = (botId: string): Pace => ({
  key: `notion:${botId}`,
  allowed: callsPerSecond * 60,
  periodSeconds: 61,
});

/**
 * The limit of all connections of a workspace together is not published; it depends on its plan and its wait can be
 * longer than a minute. This figure keeps a handful of our own connections apart; the wait that Notion asks for does the
 * rest, and holds all of them back.
 */
const workspacePace = (workspaceId: string): Pace => ({
  key: `notion:workspace:${workspaceId}`,
  allowed: 1_200,
  periodSeconds: 121,
});

/** Notion's own word for a refusal, as `cause` of the {@link PlatformError}. */
export class NotionRefusal extends Error {
  override readonly name = "NotionRefusal";
  constructor(readonly status: number, readonly notionCode: string) {
    super(`Notion answered ${status} ${notionCode}`);
  }
}

/** The code with which Notion refused, when it was Notion that refused. */
export function refusalOf(thrown: unknown): string | undefined {
  return thrown instanceof PlatformError && thrown.cause instanceof NotionRefusal
    ? thrown.cause.notionCode
    : undefined;
}

interface Request {
  readonly method: "get" | "post";
  readonly path: string;
  readonly query?: Record<string, string | number>;
  readonly body?: Record<string, unknown>;
}

export function createNotionClient(options: NotionClientOptions): NotionClient {
  const { accessToken, workspaceId, botId, baseUrl, egress, budget, signal } = options;
  const client = new Client({
    ...(baseUrl !== undefined && { baseUrl }),
    notionVersion: version,
    retry: false,
    // The SDK logs ids and, at other levels, bodies; the egress's own line says what matters.
    logger: () => {},
    fetch: (url, init) =>
      egress(url, {
        ...(init?.method !== undefined && { method: init.method }),
        ...(init?.headers !== undefined && { headers: init.headers }),
        ...(init?.body !== undefined && { body: init.body }),
        signal,
      }),
  });
  const [own, shared] = [connectionPace(botId), workspacePace(workspaceId)];

  const send = async (request: Request, auth: string): Promise<unknown> => {
    await budget.take(own);
    await budget.take(shared);
    signal.throwIfAborted();
    try {
      return await client.request({ ...request, auth });
    } catch (thrown) {
      signal.throwIfAborted();
      const error = platformError(thrown);
      if (error.code === "rate_limited") {
        const held = reasonOf(thrown).includes("space") ? shared : own;
        await budget.holdBack(held, error.retryAfterSeconds ?? usualWaitSeconds);
      }
      throw error;
    }
  };

  const ask = async <S extends z.ZodType>(request: Request, answer: S): Promise<z.output<S>> => {
    const token = await tokenFrom(() => accessToken.current());
    let raw: unknown;
    try {
      raw = await send(request, token);
    } catch (thrown) {
      if (refusalOf(thrown) !== "unauthorized") throw thrown;
      raw = await send(request, await tokenFrom(() => accessToken.renewed(token)));
    }
    const parsed = answer.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw new PlatformError("provider_down", "Notion's answer was not what its documentation says.", {
      cause: parsed.error,
    });
  };

  const start = (cursor: string | null): Record<string, string> =>
    cursor === null ? {} : { start_cursor: cursor };
  const newestFirst = { timestamp: "last_edited_time", direction: "descending" };
  return {
    search: (cursor) =>
      ask({
        method: "post",
        path: "search",
        body: { sort: newestFirst, page_size: pageSize, ...start(cursor) },
      }, searchAnswer),
    page: (id) => ask({ method: "get", path: `pages/${pathId(id)}` }, page),
    database: (id) => ask({ method: "get", path: `databases/${pathId(id)}` }, database),
    rows: (id, { cursor, pageSize: size, onOrBefore, inTrash }) =>
      ask({
        method: "post",
        path: `data_sources/${pathId(id)}/query`,
        body: {
          sorts: [newestFirst],
          result_type: "page",
          page_size: Math.min(size, pageSize),
          ...start(cursor),
          ...(onOrBefore !== undefined &&
            { filter: { timestamp: "last_edited_time", last_edited_time: { on_or_before: onOrBefore } } }),
          ...(inTrash && { in_trash: true }),
        },
      }, rowsAnswer),
    children: (id, cursor) =>
      ask({
        method: "get",
        path: `blocks/${pathId(id)}/children`,
        query: { page_size: pageSize, ...start(cursor) },
      }, blocksAnswer),
    users: (cursor) =>
      ask({ method: "get", path: "users", query: { page_size: pageSize, ...start(cursor) } }, membersAnswer),
    user: (id) => ask({ method: "get", path: `users/${pathId(id)}` }, member),
  };
}

/** @throws {PlatformError} `not_found` for what is no id, so that no path is ever built of it. */
function pathId(id: string): string {
  const parsed = notionId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new PlatformError("not_found", "Notion has nothing with this id.", {
    hint: "Deselect the source and choose it again.",
  });
}

/** @throws {PlatformError} `needs_reauth` when there is no token to be had any more. */
async function tokenFrom(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (thrown) {
    if (
      thrown instanceof PipelineError && thrown.code === "needs_reauth" && !(thrown instanceof PlatformError)
    ) {
      throw new PlatformError("needs_reauth", thrown.message, { hint: "Reconnect Notion.", cause: thrown });
    }
    throw thrown;
  }
}

/** What the SDK throws for any status that is not 2xx, whatever its body. */
const httpError = z.object({ status: z.number(), code: z.string(), headers: z.unknown() });

function platformError(thrown: unknown): PlatformError {
  if (thrown instanceof PlatformError) return thrown;
  const parsed = httpError.safeParse(thrown);
  if (!parsed.success) {
    return new PlatformError("provider_down", "Notion did not answer. What was synced before is kept.", {
      cause: thrown,
    });
  }
  const { status, code, headers } = parsed.data;
  const cause = new NotionRefusal(status, code);
  if (status === 429 || status === 529) {
    return new PlatformError("rate_limited", "Notion asks to wait before the next call.", {
      retryAfterSeconds: waitOf(headers),
      cause,
    });
  }
  // An answer in another form than Notion's comes from something in between: it proves nothing about a page or a token.
  if (code === ClientErrorCode.ResponseError) return brokenDown(cause);
  return categorise(status, code, cause);
}

const brokenDown = (cause: NotionRefusal) =>
  new PlatformError("provider_down", "Notion has a problem of its own. What was synced is kept.", { cause });

function categorise(status: number, code: string, cause: NotionRefusal): PlatformError {
  switch (status) {
    case 401:
      return new PlatformError("needs_reauth", "Notion no longer accepts our token.", {
        hint: "Reconnect Notion.",
        cause,
      });
    case 403:
      return new PlatformError("access_denied", "Notion does not let the connection read this.", {
        hint: "Share it with the connection in Notion, or reconnect Notion with all permissions.",
        cause,
      });
    case 404:
      return new PlatformError(
        "not_found",
        "Notion does not show this any more: it was deleted, or is not shared with the connection.",
        { hint: "Share it with the connection in Notion, or deselect it.", cause },
      );
  }
  if (status === 409 || status >= 500) return brokenDown(cause);
  return new PlatformError("internal", `Notion refused a request (${safeCode(code)}).`, { cause });
}

const safeCode = (code: string) => /^[a-z_]{1,60}$/.test(code) ? code : "an unknown code";

/** `additional_data.rate_limit_reason`: which of Notion's limits was hit. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof APIResponseError)) return "";
  const data = z.object({ rate_limit_reason: z.string() }).safeParse(thrown.additional_data);
  return data.data?.rate_limit_reason ?? "";
}

function waitOf(headers: unknown): number {
  const seconds = headers instanceof Headers ? Number(headers.get("retry-after") ?? "") : 0;
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : usualWaitSeconds;
}
