/** A ticket of kind `deliver_version`: sends one version to one destination, once, whatever happens on the way. */
import { z } from "zod";
import { OAUTH_VARIABLES } from "@shared/connections/oauth_provider.ts";
import { PipelineError, type Problem } from "@shared/http/problem.ts";
import { type AnyHandler, handler, type Job } from "@shared/work/handler.ts";
import type { Outcome, Progress } from "@shared/work/ticket.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import type { Channel } from "./channel.ts";
import { composeEmail } from "./compose_email.ts";
import { composeSlack } from "./compose_slack.ts";
import { type Delivery, delivery as deliveryShape } from "./delivery.ts";
import { emailChannel } from "./email_channel.ts";
import { openSlack } from "./open_slack.ts";
import { slackChannel } from "./slack_channel.ts";

export const deliveryVariables = [
  "SUPABASE_URL",
  "API_URL",
  "RESEND_API_KEY",
  "RESEND_BASE_URL",
  "RESEND_FROM_EMAIL",
  "INTEGRATION_ENCRYPTION_KEY",
  "INTEGRATION_ENCRYPTION_KEYS_OLD",
  ...OAUTH_VARIABLES,
] as const;
export type DeliveryContext = WorkerContext<(typeof deliveryVariables)[number]>;

const payload = z.object({ delivery_id: z.uuid() });

/** A provider may still take what it did not answer; who looks at once could miss it. */
const settlingSeconds = 15;

/** With these the database refuses for good. */
const endings: ReadonlySet<string> = new Set(["unknown_delivery", "audience_cannot_read"]);

export function deliverVersion(context: DeliveryContext): AnyHandler {
  return handler(payload, async function* (job) {
    const begun = await begin(context, job);
    if ("problem" in begun) return failed(begun.problem);
    const { delivery } = begun;
    if (delivery.status === "accepted" && delivery.provider_id !== null) {
      return await finish(context, job, delivery, delivery.provider_id);
    }
    const opened = await open(delivery, context, job);
    if ("problem" in opened) return failed(opened.problem);
    const { channel } = opened;
    const at = (step: string): Progress => ({ step, ...channel.progress() });

    // Whether all that was tried before is known not to have been sent.
    let settled = delivery.sent_before === null || job.ticket.progress["step"] === "not_sent";
    if (
      delivery.sent_before !== null && !settled && !channel.sendsOnceStill(delivery.sent_before_seconds ?? 0)
    ) {
      const found = await channel.find(new Date(delivery.sent_before));
      if (found.outcome === "found") return await finish(context, job, delivery, found.providerId);
      if (found.outcome === "refused") return failed(found.problem);
      yield at("looking");
      if (found.outcome === "unknown") return later(found.problem, found.retryAfterSeconds);
      settled = true;
    }
    // Stored before anything is sent: who comes back after a crash knows that it may be out.
    yield at("sending");
    const sent = yield* sending(channel, at);
    if (sent.outcome === "accepted") return await finish(context, job, delivery, sent.providerId);
    const event = delivery.channel === "email" ? "email_not_sent" : "slack_not_sent";
    job.log.warn(event, { delivery_id: delivery.id, code: sent.problem.code });
    if (sent.outcome === "refused") return failed(sent.problem);
    yield at(settled && sent.fate === "not_sent" ? "not_sent" : "sending");
    return later(sent.problem, sent.retryAfterSeconds);
  });
}

async function begin(
  { database }: DeliveryContext,
  job: Job<unknown>,
): Promise<{ delivery: Delivery } | { problem: Problem }> {
  try {
    const fence = { p_ticket: job.held.id, p_lease: job.held.lease };
    return { delivery: deliveryShape.parse(await database.call("begin_delivery", fence, job.signal)) };
  } catch (thrown) {
    if (thrown instanceof PipelineError && endings.has(thrown.code)) return { problem: thrown.problem };
    throw thrown;
  }
}

async function open(
  delivery: Delivery,
  context: DeliveryContext,
  job: Job<unknown>,
): Promise<{ channel: Channel } | { problem: Problem }> {
  const { environment, egress } = context;
  const { signal, ticket } = job;
  if (delivery.channel === "email") {
    const connection = {
      apiKey: environment.RESEND_API_KEY,
      egress,
      signal,
      ...(environment.RESEND_BASE_URL && { baseUrl: environment.RESEND_BASE_URL }),
    };
    const message = composeEmail(delivery, { ...environment, from: environment.RESEND_FROM_EMAIL });
    return { channel: emailChannel(message, connection, new Date(delivery.sent_before ?? job.now)) };
  }
  // A delivery is somebody's; its ticket says whose.
  const opened = await openSlack(delivery, z.uuid().parse(ticket.user_id), context, signal);
  if ("problem" in opened) return opened;
  return { channel: slackChannel(delivery, composeSlack(delivery), opened.connection, ticket.progress) };
}

async function* sending(channel: Channel, at: (step: string) => Progress) {
  const steps = channel.send();
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    yield at("sending");
  }
}

async function finish(
  { database }: DeliveryContext,
  job: Job<unknown>,
  { channel }: Delivery,
  providerId: string,
): Promise<Outcome> {
  await database.call("finish_delivery", {
    p_ticket: job.held.id,
    p_lease: job.held.lease,
    p_provider_id: providerId,
  }, job.signal);
  job.log.info(channel === "email" ? "email_sent" : "slack_sent");
  return { outcome: "ended", as: "done" };
}

const failed = (problem: Problem): Outcome => ({ outcome: "failed", final: true, problem });

/** Told to wait, the ticket waits and spends nothing; an unknown fate spends an attempt. */
function later(problem: Problem, retryAfterSeconds: number | undefined): Outcome {
  return retryAfterSeconds === undefined
    ? { outcome: "failed", final: false, problem, retryAfterSeconds: settlingSeconds }
    : { outcome: "yield", afterSeconds: retryAfterSeconds, reason: problem };
}
