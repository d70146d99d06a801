import type { Connection } from "../http_server.ts";
import type { Fault } from "./faults.ts";
import { cursorAt, type SlackAnswer } from "./slack_answer.ts";

/** What a call is answered with. */
export interface Reply {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** Turns Slack's answer into what goes over the wire. */
export function replyWith(answer: SlackAnswer, status = 200, headers: Reply["headers"] = {}): Reply {
  return { status, body: JSON.stringify(answer), headers };
}

/** 429 with the seconds to wait, as Slack sends it. */
export function rateLimited(retryAfter: number): Reply {
  return replyWith({ ok: false, error: "ratelimited" }, 429, { "retry-after": String(retryAfter) });
}

/** Whether a fault strikes before the call has done anything. */
export function strikesFirst(fault: Fault): boolean {
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
  fault: Fault,
  call: { connection: Connection; cursor: unknown },
  reply: Reply | undefined,
): Promise<Reply | undefined> {
  switch (fault.kind) {
    case "rate_limited":
      return rateLimited(fault.retryAfter);
    case "http_status":
      return { status: fault.status, body: "upstream failure" };
    case "slack_error":
      return replyWith({ ok: false, error: fault.error });
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
      return reply && { ...reply, body: JSON.stringify(withoutObjects(JSON.parse(reply.body))) };
    case "repeated_cursor":
      return reply && { ...reply, body: JSON.stringify(withSamePage(JSON.parse(reply.body), call.cursor)) };
  }
}

/** The names under which the listings carry their objects, with the cursor that leads to an object. */
const LISTINGS: Readonly<Record<string, (first: { id?: string; ts?: string }) => string>> = {
  messages: ({ ts = "" }) => cursorAt("next_ts", ts.replace(".", "")),
  channels: ({ id = "" }) => cursorAt("team", id),
  members: ({ id = "" }) => cursorAt("user", id),
};

/** How many objects an answer lists, or undefined when it is no listing. */
export function objectsIn(answer: SlackAnswer): number | undefined {
  const list = Object.keys(LISTINGS).map((name) => answer[name]).find(Array.isArray);
  return list?.length;
}

function withoutObjects(answer: Record<string, unknown>): Record<string, unknown> {
  const emptied = Object.keys(LISTINGS).filter((name) => name in answer).map((name) => [name, []]);
  return {
    ...answer,
    ...Object.fromEntries(emptied),
    ...("has_more" in answer && { has_more: false }),
    response_metadata: { next_cursor: "" },
  };
}

function withSamePage(answer: Record<string, unknown>, cursor: unknown): Record<string, unknown> {
  const found = Object.entries(LISTINGS).map(([name, cursorOf]) => {
    const objects = answer[name];
    return Array.isArray(objects) && objects.length > 0 ? cursorOf(objects[0]) : undefined;
  });
  const own = typeof cursor === "string" && cursor !== "" ? cursor : found.find((one) => one !== undefined);
  if (own === undefined) return answer;
  return {
    ...answer,
    ...("has_more" in answer && { has_more: true }),
    response_metadata: { next_cursor: own },
  };
}
