/**
 * Slack's events as content, for whoever receives and stores them.
 *
 * - `readSlackEvent(payload: unknown): SlackChange` says what one event changes; it is pure and never throws.
 * - `applySlackEvents(unit: { id: string }, events: readonly unknown[], naming: SlackNaming):
 *   Promise<SlackNews>` turns the stored events of one channel into what is to be stored: the latest edit of each
 *   message, unless it was deleted, and the threads that have replies. Events may come late, doubled and in any order, and those of other
 *   channels are passed over. It calls Slack never, and asks `peopleNamed` once.
 */
import { z } from "zod";
import type { ItemName } from "../../content/item.ts";
import type { Page } from "../connector.ts";
import { type Message, message } from "./slack_answers.ts";
import { idsIn, isContent, isTombstone, itemOf } from "./slack_item.ts";
import { timestamp } from "./slack_time.ts";

/** What an event says of a channel. */
export type SlackChange =
  /** A message is there, new or edited. */
  | { readonly kind: "stored"; readonly channel: string; readonly ts: string; readonly message: Message }
  /** A thread has a reply; `latest` is the newest one, as far as the event says. */
  | {
    readonly kind: "replied";
    readonly channel: string;
    readonly ts: string;
    readonly latest: string | null;
  }
  /** A message was deleted. */
  | { readonly kind: "gone"; readonly channel: string; readonly ts: string }
  /** Nothing about content, or nothing that we can read. */
  | { readonly kind: "ignored"; readonly channel?: string; readonly ts?: string };

export interface SlackNaming {
  /** `https://acme.slack.com`, for permalinks. */
  readonly teamUrl: string | undefined;
  /** The member who connected Slack. */
  readonly ownId: string | undefined;
  /** Our own bot, whose messages are not content. */
  readonly botId?: string | undefined;
  /** The names of members that the database knows. */
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const envelope = z.object({ event: z.unknown().optional() });
const messageEvent = z.object({
  type: z.literal("message"),
  subtype: z.string().nullish(),
  channel: z.string(),
  ts: timestamp,
});
const changed = z.object({ message });
const replied = z.object({
  message: z.object({
    ts: timestamp,
    latest_reply: timestamp.nullish().catch(null),
    replies: z.array(z.object({ ts: timestamp })).nullish().catch(null),
  }),
});
const deleted = z.object({ deleted_ts: timestamp });

/**
 * What an event changes.
 *
 * @param payload the body that Slack sent (`{type: "event_callback", event, …}`), or its `event` alone
 */
export function readSlackEvent(payload: unknown): SlackChange {
  const outer = envelope.safeParse(payload);
  const raw = outer.success && outer.data.event !== undefined ? outer.data.event : payload;
  const event = messageEvent.safeParse(raw);
  if (!event.success) return { kind: "ignored" };
  const { channel, subtype, ts } = event.data;
  switch (subtype) {
    case "message_deleted": {
      const parsed = deleted.safeParse(raw);
      return parsed.success
        ? { kind: "gone", channel, ts: parsed.data.deleted_ts }
        : { kind: "ignored", channel };
    }
    case "message_changed": {
      const parsed = changed.safeParse(raw);
      return parsed.success ? changeBy(channel, parsed.data.message) : { kind: "ignored", channel };
    }
    // The reply has an event of its own, which may be lost; of its parent this one tells less than is stored.
    case "message_replied": {
      const parsed = replied.safeParse(raw);
      if (!parsed.success) return { kind: "ignored", channel, ts };
      const { message: { ts: thread, latest_reply, replies } } = parsed.data;
      const known = [latest_reply, ...(replies ?? []).map((reply) => reply.ts)].filter((one) =>
        typeof one === "string"
      );
      return { kind: "replied", channel, ts: thread, latest: known.toSorted().at(-1) ?? null };
    }
    default: {
      const parsed = message.safeParse(raw);
      return parsed.success ? changeBy(channel, parsed.data) : { kind: "ignored", channel, ts };
    }
  }
}

function changeBy(channel: string, message: Message): SlackChange {
  const { ts } = message;
  if (isTombstone(message)) return { kind: "gone", channel, ts };
  return isContent(message, undefined)
    ? { kind: "stored", channel, ts, message }
    : { kind: "ignored", channel, ts };
}

export interface SlackNews extends Pick<Page, "items" | "gone"> {
  /** Threads with replies, and the newest reply of each; null: the event did not say. */
  readonly threads: readonly { readonly thread_id: string; readonly latest_reply: string | null }[];
}

/** What a batch of events of one channel comes to. */
export async function applySlackEvents(
  unit: { readonly id: string },
  events: readonly unknown[],
  naming: SlackNaming,
): Promise<SlackNews> {
  const messages = new Map<string, Message>();
  const gone = new Map<string, ItemName>();
  const threads = new Map<string, string | null>();
  for (const change of events.map(readSlackEvent)) {
    if (change.kind === "ignored" || change.channel !== unit.id) continue;
    // What was deleted never comes back: an event of its life that arrives later is late.
    if (change.kind === "gone") gone.set(change.ts, { container_id: unit.id, item_id: change.ts });
    else if (change.kind === "replied") {
      const latest = threads.get(change.ts) ?? "";
      threads.set(
        change.ts,
        change.latest !== null && change.latest > latest ? change.latest : latest || null,
      );
    } else if (isNewer(change.message, messages.get(change.ts))) messages.set(change.ts, change.message);
  }
  const live = [...messages.values()].filter((message) =>
    !gone.has(message.ts) && isContent(message, naming.botId)
  ).toSorted((a, b) => a.ts < b.ts ? -1 : 1);
  const ids = idsIn(live);
  const names = ids.length === 0 ? new Map<string, string>() : await naming.peopleNamed(ids);
  const scene = {
    channelId: unit.id,
    teamUrl: naming.teamUrl,
    ownId: naming.ownId,
    nameOf: (id: string) => names.get(id),
  };
  return {
    items: live.map((message) => itemOf(message, scene)),
    gone: [...gone.values()],
    threads: [...threads].map(([thread_id, latest_reply]) => ({ thread_id, latest_reply })),
  };
}

/** By the edit; of two states with the same edit (a link was unfurled) the one that came later. */
function isNewer(message: Message, known: Message | undefined): boolean {
  return known === undefined || (message.edited?.ts ?? "") >= (known.edited?.ts ?? "");
}
