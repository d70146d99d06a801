import type { Connection } from "../http_server.ts";
import type { NotionFault } from "./faults.ts";
import { errorBody } from "./notion_answer.ts";
import type { NotionJson } from "./rich_text.ts";
import { cursorAt } from "./search.ts";

/** What a call is answered with. */
export interface Reply {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** 429 as Notion sends it. */
export function rateLimited(retryAfter: number, reason: string, requestId: string): Reply {
  const message = "You have been rate limited. Please try again in a few minutes.";
  const error = { status: 429, code: "rate_limited", message, additional: { rate_limit_reason: reason } };
  return failure(error, requestId, retryAfter);
}

/** An error of the API. */
export function failure(
  error: { status: number; code: string; message: string; additional?: NotionJson },
  requestId: string,
  retryAfter?: number,
): Reply {
  return {
    status: error.status,
    body: JSON.stringify(errorBody(error, requestId)),
    ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }),
  };
}

/** Whether a fault strikes before the call has done anything. */
export function strikesFirst(fault: NotionFault): boolean {
  if ("afterEffect" in fault && fault.afterEffect) return false;
  return !["truncated_json", "dropped_page", "repeated_cursor", "empty_200"].includes(fault.kind);
}

/**
 * Plays a fault on a call.
 *
 * @param reply what the call would have been answered with; undefined when the fault strikes first
 * @returns what is sent instead, or undefined when nothing is ever sent
 */
export async function breakAnswer(
  fault: NotionFault,
  call: { connection: Connection; method: string; cursor: unknown; requestId: string },
  reply: Reply | undefined,
): Promise<Reply | undefined> {
  switch (fault.kind) {
    case "rate_limited":
      return rateLimited(fault.retryAfter, fault.reason ?? "public_api_request_rate_limit", call.requestId);
    case "notion_error": {
      const message = "Something went wrong on our side.";
      return failure({ status: fault.status, code: fault.code, message }, call.requestId, fault.retryAfter);
    }
    case "http_status":
      return { status: fault.status, body: "upstream failure" };
    case "timeout":
      await call.connection.gone;
      return undefined;
    case "connection_reset":
      call.connection.reset();
      return undefined;
    case "empty_200":
      return { status: 200, body: "" };
    case "truncated_json":
      return reply && { ...reply, body: reply.body.slice(0, reply.body.length / 2) };
    case "dropped_page":
      return reply && changeList(reply, () => ({ results: [], next_cursor: null, has_more: false }));
    case "repeated_cursor":
      return reply &&
        changeList(reply, (list) => ({ next_cursor: samePage(list, call), has_more: true }));
  }
}

/** Changes the members of a listing; another answer stays as it is. */
function changeList(reply: Reply, change: (list: NotionJson) => NotionJson): Reply {
  const answer: NotionJson = JSON.parse(reply.body);
  return answer.object === "list"
    ? { ...reply, body: JSON.stringify({ ...answer, ...change(answer) }) }
    : reply;
}

/** The cursor that asks for this same page: its own, or what leads to a first page. */
function samePage({ results }: NotionJson, { method, cursor }: { method: string; cursor: unknown }): unknown {
  if (typeof cursor === "string" && cursor !== "") return cursor;
  if (method === "search") return cursorAt("");
  const [first] = Array.isArray(results) ? results : [];
  return first?.id ?? null;
}
