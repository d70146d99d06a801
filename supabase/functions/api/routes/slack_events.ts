/**
 * Where Slack posts its Events API. What a message event says is stored at once by one RPC and taken in some seconds
 * later by a ticket (`sync/apply_live_changes.ts`), for everyone who syncs the channel; Slack wants its answer within
 * three seconds. Whatever does not get through, the next sync finds.
 */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { slackSignatureProblem } from "@shared/auth/slack_signature.ts";
import type { Json, PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type Problem, problemResponse } from "@shared/http/problem.ts";
import type { ApiContext } from "../api_context.ts";
import { type ApiRouter, createRouter, jsonAnswer, refusals } from "../router.ts";

/** A message with its blocks has some kilobytes. What is larger than this is left to a sync. */
const largestPayload = 64 * 1024;

const id = z.string().min(1).max(100);
const eventCallback = z.object({
  type: z.literal("event_callback"),
  event_id: id,
  /** Unix seconds. */
  event_time: z.number().min(0).max(1e11),
  team_id: id,
  /** The team through which we receive the event, when it is about a channel shared by several. */
  context_team_id: id.nullish(),
  event: z.looseObject({ type: z.string() }),
});
const body = z.discriminatedUnion("type", [
  z.object({ type: z.literal("url_verification"), challenge: z.string().max(1_000) }),
  // Slack sends no more events of this team in this minute.
  z.object({ type: z.literal("app_rate_limited"), team_id: id }),
  eventCallback,
]);
type EventCallback = z.output<typeof eventCallback>;

const messageEvent = z.object({ channel: id });
const channelEvent = z.object({
  channel: z.union([id, z.object({ id }).transform(({ id }) => id)]),
  user: id.nullish(),
});
const revokedTokens = z.object({
  tokens: z.object({ oauth: z.array(id).max(1_000).nullish(), bot: z.array(id).max(1_000).nullish() }),
});

/** Of these the channel alone says whom they concern; of a member who left, the person does too. */
const channelEvents = ["rename", "archive", "unarchive", "deleted", "left"]
  .flatMap((verb) => [`channel_${verb}`, `group_${verb}`]);

const route = createRoute({
  method: "post",
  path: "/webhooks/slack",
  summary: "Slack's Events API. For Slack alone: every request carries its signature.",
  responses: {
    200: jsonAnswer(z.object({ challenge: z.string().optional() }), "Taken, or nothing to us"),
    ...refusals({
      400: "Not what Slack sends",
      401: "Not signed by Slack, or longer than five minutes ago",
      503: "SLACK_SIGNING_SECRET is not set",
    }),
  },
});

export function slackEvents({ environment, database, now }: ApiContext): ApiRouter {
  const router = createRouter();
  router.on("POST", route.path, async (context, next) => {
    const secret = environment.SLACK_SIGNING_SECRET;
    if (secret === undefined) return problemResponse(noSecret);
    const { headers } = context.req.raw;
    const problem = await slackSignatureProblem(headers, await context.req.text(), secret, now());
    if (problem !== undefined) return problemResponse(problem);
    await next();
  });
  router.openapi(route, async (context) => {
    const text = await context.req.text();
    const parsed = body.safeParse(parseJson(text));
    // A kind that Slack invents later is none of ours yet; refused, Slack would send it again and again.
    if (!parsed.success) return context.json({}, 200);
    const { data } = parsed;
    switch (data.type) {
      case "url_verification":
        return context.json({ challenge: data.challenge }, 200);
      case "app_rate_limited":
        await database.call("hint_account", {
          p_provider: "slack",
          p_accounts: [data.team_id],
          p_platform: "slack",
        });
        return context.json({}, 200);
      case "event_callback":
        await receive(database, data);
        return context.json({}, 200);
    }
  });
  return router;
}

/** Passes an event on: one RPC, or none when it is nothing to us. */
async function receive(database: PipelineDatabase, callback: EventCallback): Promise<void> {
  const { event } = callback;
  const account = {
    p_provider: "slack" as const,
    p_accounts: [...new Set([callback.team_id, callback.context_team_id ?? callback.team_id])],
  };
  if (event.type === "message") {
    const message = messageEvent.safeParse(event);
    if (!message.success) return;
    await database.call("receive_live_change", {
      ...account,
      p_platform: "slack",
      p_unit: message.data.channel,
      p_event_id: callback.event_id,
      p_payload: trimmed(event),
    });
  } else if (channelEvents.includes(event.type) || event.type === "member_left_channel") {
    const told = channelEvent.safeParse(event);
    if (!told.success) return;
    const { channel, user } = told.data;
    await database.call("hint_discovery", {
      ...account,
      p_platform: "slack",
      p_source: channel,
      ...(event.type === "member_left_channel" && { p_person: user ?? "" }),
    });
  } else if (event.type === "app_uninstalled") {
    await database.call("account_revoked", {
      ...account,
      ...revocation(callback, "Our app was removed from it."),
    });
  } else if (event.type === "tokens_revoked") {
    const revoked = revokedTokens.safeParse(event);
    if (!revoked.success) return;
    const { oauth, bot } = revoked.data.tokens;
    await database.call("account_revoked", {
      ...account,
      ...revocation(callback, "Slack revoked our access to it."),
      p_people: [...oauth ?? [], ...bot ?? []],
    });
  }
}

function revocation({ event_time }: EventCallback, reason: string) {
  return { p_at: new Date(event_time * 1000).toISOString(), p_reason: reason };
}

/** The event without what it repeats of the past; null when it is too large to keep. */
function trimmed(event: EventCallback["event"]): Json {
  const { previous_message: _, ...kept } = event;
  const text = JSON.stringify(kept);
  return text.length > largestPayload ? null : JSON.parse(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const noSecret: Problem = {
  code: "environment_incomplete",
  message: "Slack's events cannot be verified: SLACK_SIGNING_SECRET is not set. Nothing was done.",
  hint: "Every variable is explained in .env.example.",
  status: 503,
};
