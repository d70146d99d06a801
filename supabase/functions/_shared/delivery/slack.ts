/** Posts one message to Slack, and says as a value what became of it. */
import { z } from "zod";
import { callSlack, type SlackConnection } from "./slack_call.ts";
import type { SlackPart } from "./slack_message.ts";
import { threadIsGone, type Unsent } from "./slack_refusal.ts";

/**
 * The type of the metadata that every message of ours carries. Slack knows no idempotency key: this is how a post whose
 * fate is unknown is found again.
 */
export const DELIVERY_EVENT = "yarnnn_delivery";

export interface SlackPost {
  readonly deliveryId: string;
  /** Counts from 1. */
  readonly part: number;
  readonly message: SlackPart;
  /** `C…`, `G…` or `D…`. */
  readonly channel: string;
  /** The first message of the thread to answer in. */
  readonly threadTs?: string;
}

export type Posted =
  | { readonly outcome: "posted"; readonly ts: string }
  /** The thread's first message was deleted; nothing was sent. */
  | { readonly outcome: "thread_gone" }
  | Unsent;

/** Slack's id of a message in its channel. */
export const slackTs = z.string().regex(/^\d{1,12}\.\d{6}$/);

/** @throws as {@link callSlack} does */
export async function postToSlack(post: SlackPost, connection: SlackConnection): Promise<Posted> {
  const { deliveryId, part, message, channel, threadTs } = post;
  const metadata = { event_type: DELIVERY_EVENT, event_payload: { delivery_id: deliveryId, part } };
  const said = await callSlack(connection, "chat.postMessage", {
    channel,
    text: message.text,
    blocks: JSON.stringify(message.blocks),
    metadata: JSON.stringify(metadata),
    // Nothing is fetched, linked or called that is not in the blocks.
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    parse: "none",
    ...(threadTs !== undefined && { thread_ts: threadTs }),
  }, z.object({ ts: slackTs }));
  if (said.outcome === "answered") return { outcome: "posted", ts: said.answer.ts };
  return threadIsGone(said) ? { outcome: "thread_gone" } : said;
}

/** The direct conversation with a person, opened if need be. @throws as {@link callSlack} does */
export async function openDirectMessage(
  userId: string,
  connection: SlackConnection,
): Promise<{ readonly outcome: "answered"; readonly answer: string } | Unsent> {
  const shape = z.object({ channel: z.object({ id: z.string().regex(/^[A-Z0-9]{2,40}$/) }) });
  const said = await callSlack(connection, "conversations.open", { users: userId }, shape);
  return said.outcome === "answered" ? { outcome: "answered", answer: said.answer.channel.id } : said;
}
