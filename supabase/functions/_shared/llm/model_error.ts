/** A model provider's refusals in our words: what happened, what was not lost, what to do. */
import Anthropic from "@anthropic-ai/sdk";
import { PipelineError } from "../http/problem.ts";

/** Statuses by which the provider, or a gateway before it, asks for patience (Anthropic's docs: 429, 529; 503 a gateway's). */
const busy: readonly (number | undefined)[] = [429, 503, 529];
const longestWaitSeconds = 3600;

/** Codes for "nobody pays": an account without credit, or at a limit that its owner has set. */
const unpaid = /credit|billing|spend_limit/;

/**
 * What was thrown by a call, as our own error.
 *
 * @param model the model's name, for the person who has to name another one
 */
export function modelError(model: string, thrown: unknown): PipelineError {
  if (!(thrown instanceof Anthropic.APIError) || thrown.status === undefined) {
    return unreachable("The model did not answer. Nothing was written yet, and nothing is lost.", thrown);
  }
  const { status } = thrown;
  // Limits of money come as 400, 402 and 429; waiting half a minute helps none of them.
  if (isUnpaid(thrown)) {
    return new PipelineError({
      code: "model_out_of_credit",
      message:
        "The account at the model's provider has no credit left, or is at its spending limit. Nothing is lost.",
      hint:
        "Whoever runs this installation adds credit or raises the limit at the provider, then redrives the run.",
      status: 502,
    }, { cause: thrown });
  }
  if (busy.includes(status)) {
    const seconds = Number(thrown.headers?.get("retry-after") ?? "");
    return new PipelineError({
      code: "model_overloaded",
      message: "The model is overloaded or its rate limit is used up.",
      hint: "The run waits and goes on by itself.",
      status: 503,
    }, {
      cause: thrown,
      retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, longestWaitSeconds) : 30,
    });
  }
  if (isTooLarge(thrown)) return materialTooLong(thrown);
  if (status === 404) {
    return new PipelineError({
      code: "model_unavailable",
      message: `The model "${model}" is not available; it may have been retired.`,
      hint: "Name another one in MODEL_WRITER, MODEL_SIGNALS or MODEL_MEMORY.",
      status: 502,
    }, { cause: thrown });
  }
  if (status === 401 || status === 403 || thrown.errorCode === "organization_on_hold") {
    return new PipelineError({
      code: "model_key_refused",
      message: "The model's provider does not accept our key, or not for this model.",
      hint: "Check ANTHROPIC_API_KEY and what its workspace may use.",
      status: 502,
    }, { cause: thrown });
  }
  // 408, 409 and 499 are a gateway's: too slow, twice at once, hung up. The same call may pass the next time.
  if (status >= 500 || status === 408 || status === 409 || status === 499) {
    return unreachable(`The model's provider has a problem of its own (${status}).`, thrown);
  }
  return new PipelineError({
    code: "model_refused",
    message: `The model's provider refused the request (${status}).`,
    hint: "This is a fault of the program: its log has the details.",
    status: 502,
  }, { cause: thrown });
}

/** More than the model can hold, whether the provider or the model itself found out. */
export function materialTooLong(cause?: unknown): PipelineError {
  return new PipelineError({
    code: "material_too_long",
    message:
      "The material and the text together are longer than the model can hold. Nothing was delivered, and nothing is lost.",
    hint: "Read fewer sources or a shorter period.",
    status: 422,
  }, cause === undefined ? {} : { cause });
}

const unreachable = (message: string, cause: unknown) =>
  new PipelineError({
    code: "model_unreachable",
    message,
    hint: "The run is tried again by itself.",
    status: 502,
  }, { cause });

type Refusal = InstanceType<typeof Anthropic.APIError>;

function isUnpaid({ status, type, errorCode, apiMessage }: Refusal): boolean {
  if (status === 402 || type === "billing_error" || unpaid.test(errorCode ?? "")) return true;
  // An empty account is a plain 400 without a code; only its sentence tells it from a fault of ours.
  return status === 400 && /credit balance|usage limits?\b|spend(?:ing)? limit/i.test(apiMessage ?? "");
}

function isTooLarge({ status, apiMessage }: Refusal): boolean {
  if (status === 413) return true;
  return status === 400 &&
    /prompt is too long|exceeds? (?:the )?(?:context|maximum context)|context (?:window|limit)/i
      .test(apiMessage ?? "");
}
