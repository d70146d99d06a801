/**
 * A delivery to Slack: a message, and its continuations as replies in its thread. Slack sends as often as it is asked, so
 * after every attempt of unknown fate each message is looked for by its number, and only what is missing is posted.
 */
import { z } from "zod";
import { findInSlack, type SlackSearch } from "@shared/delivery/find_in_slack.ts";
import { openDirectMessage, postToSlack, slackTs } from "@shared/delivery/slack.ts";
import type { SlackConnection } from "@shared/delivery/slack_call.ts";
import type { SlackPart } from "@shared/delivery/slack_message.ts";
import type { Problem } from "@shared/http/problem.ts";
import type { Progress } from "@shared/work/ticket.ts";
import type { Channel, Found, Sent } from "./channel.ts";
import type { SlackDelivery } from "./delivery.ts";

const remembered = z.object({
  /** `ts` of the parts that were posted, by their number. */
  posted: z.record(z.string().regex(/^\d{1,3}$/), slackTs).catch({}).default({}),
  /** Where a looking that is not finished goes on, and at what. */
  looking: z.object({ at: z.string(), from: z.string() }).optional().catch(undefined),
});

export function slackChannel(
  delivery: SlackDelivery,
  parts: readonly SlackPart[],
  connection: SlackConnection,
  progress: Progress,
): Channel {
  const known = remembered.parse(progress);
  const posted = new Map(Object.entries(known.posted).map(([part, ts]) => [Number(part), ts]));
  let looking = known.looking;
  let place: { readonly channel: string; readonly root?: string } | undefined;

  const checkpoint = (): Progress => ({
    posted: Object.fromEntries(posted),
    ...(looking !== undefined && { looking }),
  });
  const missing = () => parts.map((_, at) => at + 1).filter((part) => !posted.has(part));
  const providerId = (channel: string) => `${channel}:${posted.get(1)}`;

  const whereTo = async () => {
    if (place !== undefined) return { outcome: "answered", answer: place } as const;
    const opened = await channelOf(delivery, connection);
    if (opened.outcome !== "answered") return opened;
    const channel = opened.answer;
    const root = delivery.thread ? rootIn(channel, delivery.thread_root) : undefined;
    place = { channel, ...(root !== undefined && { root }) };
    return { outcome: "answered", answer: place } as const;
  };

  /** Looks in the channel, or in one thread of it; undefined when that was looked through. */
  const look = async (search: Pick<SlackSearch, "channel" | "threadTs" | "parts" | "since">) => {
    const at = search.threadTs ?? "channel";
    const from = looking?.at === at ? looking.from : undefined;
    const seen = await findInSlack(
      { ...search, deliveryId: delivery.id, ...(from !== undefined && { from }) },
      connection,
    );
    for (const [part, ts] of seen.found) posted.set(part, ts);
    looking = seen.outcome === "unknown" && seen.from !== undefined ? { at, from: seen.from } : undefined;
    return seen.outcome === "looked" ? undefined : seen;
  };

  return {
    sendsOnceStill: () => false,
    async find(since) {
      const to = await whereTo();
      if (to.outcome !== "answered") return unfound(to);
      const { channel, root } = to.answer;
      if (root !== undefined) {
        const open = await look({ channel, threadTs: root, parts: missing(), since });
        if (open?.outcome === "thread_gone") place = { channel };
        else if (open !== undefined) return open;
      }
      if (place?.root === undefined) {
        if (!posted.has(1)) {
          const open = await look({ channel, parts: [1], since });
          if (open !== undefined && open.outcome !== "thread_gone") return open;
        }
        const first = posted.get(1);
        if (first !== undefined && missing().length > 0) {
          const open = await look({ channel, threadTs: first, parts: missing(), since });
          if (open !== undefined && open.outcome !== "thread_gone") return open;
        }
      }
      return missing().length === 0
        ? { outcome: "found", providerId: providerId(channel) }
        : { outcome: "absent" };
    },

    async *send(): AsyncGenerator<Progress, Sent, void> {
      const to = await whereTo();
      if (to.outcome !== "answered") return to;
      const { channel } = to.answer;
      for (const [at, message] of parts.entries()) {
        const part = at + 1;
        if (posted.has(part)) continue;
        const post = { deliveryId: delivery.id, part, message, channel };
        const threadTs = place?.root ?? posted.get(1);
        let said = await postToSlack({ ...post, ...(threadTs !== undefined && { threadTs }) }, connection);
        if (said.outcome === "thread_gone" && place?.root !== undefined) {
          // Somebody deleted what this would have answered: it begins a thread of its own.
          place = { channel };
          const first = posted.get(1);
          said = await postToSlack({ ...post, ...(first !== undefined && { threadTs: first }) }, connection);
        }
        if (said.outcome === "thread_gone") return { outcome: "refused", problem: firstPartDeleted };
        if (said.outcome !== "posted") return said;
        posted.set(part, said.ts);
        // Before the next one: this part is never looked for or posted again.
        if (missing().length > 0) yield checkpoint();
      }
      return { outcome: "accepted", providerId: providerId(channel) };
    },
    progress: checkpoint,
  };
}

/** The channel's id; a direct message's is asked for. */
async function channelOf(delivery: SlackDelivery, connection: SlackConnection) {
  if (delivery.target !== "dm") return { outcome: "answered", answer: delivery.target } as const;
  if (delivery.external_user_id === null) return { outcome: "refused", problem: nobodyKnown } as const;
  return await openDirectMessage(delivery.external_user_id, connection);
}

/** The thread to answer in, if it is one of this very channel. */
function rootIn(channel: string, threadRoot: string | null): string | undefined {
  const [place, ts] = threadRoot?.split(":") ?? [];
  return place === channel && slackTs.safeParse(ts).success ? ts : undefined;
}

/** Nothing was looked at: whether it was sent is as open as before. */
function unfound(unsent: Exclude<Awaited<ReturnType<typeof channelOf>>, { outcome: "answered" }>): Found {
  if (unsent.outcome === "refused") return unsent;
  const { problem, retryAfterSeconds } = unsent;
  return { outcome: "unknown", problem, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

const nobodyKnown: Problem = {
  code: "slack_person_not_found",
  message:
    "It is not known who you are in Slack, so no direct message can be opened. It was not sent; the text is kept.",
  hint: "Connect Slack again, then send it again.",
  status: 422,
};

const firstPartDeleted: Problem = {
  code: "slack_thread_gone",
  message:
    "The first message of this text was deleted in Slack before the rest of it was posted. The rest was not sent; the text is kept.",
  hint: "Send it again to begin anew.",
  status: 409,
};
