import type { Connection } from "../http_server.ts";
import type { GoogleFault } from "./faults.ts";
import { type GoogleJson, GoogleRefusal, OAuthRefusal, unauthenticated } from "./google_refusal.ts";
import { PERISHED } from "./grants.ts";
import { pageTokenAt } from "./page_token.ts";
import { rateRefusal } from "./quota.ts";

/** What a call is answered with. */
export interface Reply {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
  /** Google's code of a refusal. */
  error?: string;
}

/** Turns Google's answer into what goes over the wire. */
export function replyWith(answer: GoogleJson, status = 200, headers: Reply["headers"] = {}): Reply {
  return { status, body: JSON.stringify(answer), headers };
}

/** Turns a refusal into what goes over the wire. */
export function replyOf(refusal: GoogleRefusal | OAuthRefusal): Reply {
  const challenge: Record<string, string> = refusal.status === 401
    ? { "www-authenticate": `Bearer realm="https://accounts.google.com/", error="invalid_token"` }
    : {};
  return { ...replyWith(refusal.body, refusal.status, challenge), error: refusal.reason };
}

/** Whether a fault strikes before the call has done anything. */
export function strikesFirst(fault: GoogleFault): boolean {
  if ("afterEffect" in fault && fault.afterEffect) return false;
  return !["truncated_json", "dropped_page", "repeated_page_token", "empty_200"].includes(fault.kind);
}

/**
 * Plays a fault on a call.
 *
 * @param reply what the call would have been answered with; undefined when the fault strikes first
 * @returns what is sent instead, or undefined when nothing is ever sent
 */
export async function breakAnswer(
  fault: GoogleFault,
  call: { connection: Connection; method: string; pageToken: unknown },
  reply: Reply | undefined,
): Promise<Reply | undefined> {
  switch (fault.kind) {
    case "rate_limited": {
      const quota = call.method.startsWith("calendar.") ? "calendar" : "gmail";
      const refused = replyOf(rateRefusal(fault.status ?? 429, quota));
      if (fault.retryAfter === undefined) return refused;
      return { ...refused, headers: { ...refused.headers, "retry-after": String(fault.retryAfter) } };
    }
    case "http_status":
      return { status: fault.status, body: "upstream failure" };
    case "google_error":
      return replyOf(new GoogleRefusal(fault.status, fault.reason, "The planned refusal"));
    case "expired_token":
    case "revoked_token": {
      const atRefresh = call.method === "oauth2.token";
      return replyOf(atRefresh ? new OAuthRefusal("invalid_grant", PERISHED) : unauthenticated());
    }
    case "oauth_error":
      return replyOf(new OAuthRefusal(fault.error, "The planned refusal"));
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
      return reply && onPage(reply, withoutObjects);
    case "repeated_page_token":
      return reply && onPage(reply, (page) => {
        const { nextSyncToken: _last, ...rest } = page;
        const own = typeof call.pageToken === "string" && call.pageToken !== "" ? call.pageToken : undefined;
        return { ...rest, nextPageToken: own ?? pageTokenAt(call.method, "") };
      });
  }
}

/** The names under which the listings carry their objects. */
const LISTS = ["messages", "threads", "history", "items"];

/** How many objects an answer lists, or undefined when it is no listing. */
export function objectsIn(answer: GoogleJson): number | undefined {
  const list = LISTS.map((name) => answer[name]).find(Array.isArray);
  return list?.length;
}

function onPage(reply: Reply, change: (page: Record<string, unknown>) => GoogleJson): Reply {
  if (reply.status !== 200) return reply;
  return { ...reply, body: JSON.stringify(change(JSON.parse(reply.body))) };
}

function withoutObjects(page: Record<string, unknown>): GoogleJson {
  const kept = Object.entries(page).filter(([name]) => !LISTS.includes(name) && name !== "nextPageToken");
  // Calendar shows an empty list, Gmail leaves the member out.
  return { ...Object.fromEntries(kept), ...("items" in page && { items: [] }) };
}
