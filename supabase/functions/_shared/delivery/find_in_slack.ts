/** Finds the messages of a delivery whose fate is unknown, by the metadata that each of them carries. */
import { z } from "zod";
import type { Problem } from "../http/problem.ts";
import { DELIVERY_EVENT, slackTs } from "./slack.ts";
import { callSlack, type SlackConnection } from "./slack_call.ts";
import { threadIsGone } from "./slack_refusal.ts";

export interface SlackSearch {
  readonly deliveryId: string;
  readonly channel: string;
  /** The thread to look in; without it, the channel itself. */
  readonly threadTs?: string;
  /** The numbers of the messages to find; the looking ends with the last of them. */
  readonly parts: readonly number[];
  /** When the first attempt began, by the real clock. */
  readonly since: Date;
  /** Where an earlier looking stopped. */
  readonly from?: string;
  /** How many pages are read at most; default 50. */
  readonly maxPages?: number;
}

export type SlackFound =
  & {
    /** `ts` by part, of those found by now. */
    readonly found: ReadonlyMap<number, string>;
  }
  & (
    /** Everything since then was looked at, or every part was found. */
    | { readonly outcome: "looked" }
    /** The thread does not exist any more. */
    | { readonly outcome: "thread_gone" }
    /** Slack does not let us look, and will not. */
    | { readonly outcome: "refused"; readonly problem: Problem }
    /** Not known yet; `from` is where to go on. */
    | {
      readonly outcome: "unknown";
      readonly problem: Problem;
      readonly retryAfterSeconds?: number;
      readonly from?: string;
    }
  );

/** Slack's clock and ours may differ; a post that ours says was not yet sent is looked at as well. */
const clockMarginMs = 10 * 60 * 1000;

const page = z.object({
  has_more: z.boolean().default(false),
  messages: z.array(z.object({
    ts: slackTs,
    metadata: z.object({
      event_type: z.string(),
      event_payload: z.object({ delivery_id: z.string(), part: z.number() }),
    }).optional().catch(undefined),
  })),
});

/**
 * Looks through a channel (newest first) or a thread (oldest first) since the first attempt. No page is asked for twice:
 * a slow cohort gets one page a minute, and goes on with `from` in its next turn.
 *
 * @throws as {@link callSlack} does
 */
export async function findInSlack(search: SlackSearch, connection: SlackConnection): Promise<SlackFound> {
  const { channel, threadTs, maxPages = 50 } = search;
  const start = ((search.since.getTime() - clockMarginMs) / 1000).toFixed(6);
  const found = new Map<number, string>();
  let from = search.from;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const window: Record<string, string> = threadTs === undefined
      ? { oldest: start, ...(from !== undefined && { latest: from }) }
      : { ts: threadTs, oldest: from ?? start };
    const said = await callSlack(
      connection,
      threadTs === undefined ? "conversations.history" : "conversations.replies",
      { channel, ...window, limit: 200, include_all_metadata: true },
      page,
    );
    if (said.outcome !== "answered") {
      if (threadIsGone(said)) return { outcome: "thread_gone", found };
      if (said.outcome === "refused") return { outcome: "refused", problem: said.problem, found };
      return { ...unknown(said.problem, said.retryAfterSeconds), found, ...(from !== undefined && { from }) };
    }
    const { messages, has_more } = said.answer;
    for (const { ts, metadata } of messages) {
      if (metadata?.event_type !== DELIVERY_EVENT) continue;
      const { delivery_id, part } = metadata.event_payload;
      if (delivery_id === search.deliveryId) found.set(part, ts);
    }
    if (!has_more || search.parts.every((part) => found.has(part))) return { outcome: "looked", found };
    // The first message of a thread opens each of its pages.
    const others = messages.map(({ ts }) => ts).filter((ts) => ts !== threadTs).toSorted(byInstant);
    const next = threadTs === undefined ? others[0] : others.at(-1);
    if (next === undefined || next === from) break;
    from = next;
  }
  return { ...unknown(tooMany), found, ...(from !== undefined && { from }) };
}

const byInstant = (one: string, other: string) =>
  one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);

function unknown(problem: Problem, retryAfterSeconds?: number) {
  return {
    outcome: "unknown",
    problem,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  } as const;
}

const tooMany: Problem = {
  code: "slack_lookup_bound_reached",
  message:
    "So much was posted since then that it could not all be looked at yet. Whether this was posted is still open; it was not posted again.",
  status: 503,
};
