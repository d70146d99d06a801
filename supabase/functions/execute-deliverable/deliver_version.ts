/** A ticket of kind `deliver_version`: sends one version to one destination, once, whatever happens on the way. */
import { z } from "zod";
import { sendEmail, type SendOutcome } from "@shared/delivery/email.ts";
import { findEmail } from "@shared/delivery/find_email.ts";
import type { Problem } from "@shared/http/problem.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { type AnyHandler, handler, type Job } from "@shared/work/handler.ts";
import type { Outcome } from "@shared/work/ticket.ts";
import type { WorkerContext } from "@shared/work/worker.ts";
import { composeEmail, type Delivery, delivery as deliveryShape } from "./compose_email.ts";

export const emailVariables = ["RESEND_API_KEY", "RESEND_BASE_URL", "RESEND_FROM_EMAIL"] as const;
type Context = WorkerContext<(typeof emailVariables)[number]>;

const payload = z.object({ delivery_id: z.uuid() });

/** Resend remembers an idempotency key for 24 hours; an hour is left for clocks and for the request itself. */
const keyLivesSeconds = 23 * 60 * 60;

export function deliverVersion(context: Context): AnyHandler {
  const { environment, database, egress } = context;
  return handler(payload, async function* (job) {
    let delivery: Delivery;
    try {
      delivery = deliveryShape.parse(
        await database.call("begin_delivery", { p_ticket: job.held.id, p_lease: job.held.lease }, job.signal),
      );
    } catch (thrown) {
      if (thrown instanceof PipelineError && thrown.code === "unknown_delivery") {
        return failed(thrown.problem);
      }
      throw thrown;
    }
    yield { step: "sending", sent_before: delivery.sent_before !== null };
    const connection = {
      apiKey: environment.RESEND_API_KEY,
      egress,
      signal: job.signal,
      ...(environment.RESEND_BASE_URL && { baseUrl: environment.RESEND_BASE_URL }),
    };

    if (delivery.status === "accepted" && delivery.provider_id !== null) {
      return await finish(context, job, delivery.provider_id);
    }
    if (delivery.sent_before !== null && (delivery.sent_before_seconds ?? 0) > keyLivesSeconds) {
      // The key no longer protects: whether the earlier attempt went out must be known before another one does.
      const found = await findEmail(delivery.id, new Date(delivery.sent_before), {
        ...connection,
        to: delivery.target,
      });
      if (found.outcome === "found") return await finish(context, job, found.providerId);
      if (found.outcome === "unknown") return later(found.problem, found.retryAfterSeconds);
    }
    const message = composeEmail(delivery, environment.RESEND_FROM_EMAIL);
    const sent = await sendEmail(message, connection);
    if (sent.outcome !== "accepted") return await notAccepted(sent, delivery, connection, context, job);
    return await finish(context, job, sent.providerId);
  });
}

async function notAccepted(
  sent: Exclude<SendOutcome, { outcome: "accepted" }>,
  delivery: Delivery,
  connection: Parameters<typeof findEmail>[2],
  context: Context,
  job: Job<unknown>,
): Promise<Outcome> {
  job.log.warn("email_not_sent", { delivery_id: delivery.id, code: sent.problem.code });
  if (sent.outcome === "refused") return failed(sent.problem);
  if (sent.problem.code === "email_sent_with_other_text") {
    // An earlier attempt was accepted before its worker died; the text changed since (a new title). One mail is enough.
    const found = await findEmail(delivery.id, new Date(delivery.sent_before ?? job.now), {
      ...connection,
      to: delivery.target,
    });
    if (found.outcome === "found") return await finish(context, job, found.providerId);
    if (found.outcome === "unknown") return later(found.problem, found.retryAfterSeconds);
  }
  return later(sent.problem, sent.retryAfterSeconds);
}

async function finish({ database }: Context, job: Job<unknown>, providerId: string): Promise<Outcome> {
  await database.call("finish_delivery", {
    p_ticket: job.held.id,
    p_lease: job.held.lease,
    p_provider_id: providerId,
  }, job.signal);
  job.log.info("email_sent");
  return { outcome: "ended", as: "done" };
}

const failed = (problem: Problem): Outcome => ({ outcome: "failed", final: true, problem });

/** Told to wait, the ticket waits and spends nothing; an unknown fate spends an attempt. */
function later(problem: Problem, retryAfterSeconds: number | undefined): Outcome {
  return retryAfterSeconds === undefined
    ? { outcome: "failed", final: false, problem }
    : { outcome: "yield", afterSeconds: retryAfterSeconds, reason: problem };
}
