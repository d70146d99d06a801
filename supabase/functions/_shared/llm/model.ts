/**
 * Model calls: reserved in the cost ledger before, settled after, and with the provider's refusals as our own errors.
 * Nothing else in the functions talks to a model.
 */
import Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import type { Egress } from "../http/egress.ts";
import type { Log } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { costOf, mostItCanCost, type Tokens } from "./prices.ts";

export type ModelRequest = Omit<Anthropic.MessageCreateParamsNonStreaming, "model">;
export type ModelAnswer = Pick<Anthropic.Message, "content" | "stop_reason">;

/** For whom and for what a call is made: the ledger's columns. */
export interface Purpose {
  readonly userId: string;
  readonly ticketId: number;
  readonly purpose: "write_deliverable";
}

export interface Spent extends Tokens {
  readonly calls: number;
  readonly costUsd: number;
}

export interface Model {
  readonly name: string;
  /**
   * One call. When no answer came (the caller's signal, a broken connection), nobody knows whether it is billed: its
   * reservation stands, and counts for ten minutes.
   *
   * @throws {PipelineError} `budget_exceeded` before anything is spent; `model_overloaded` (with a wait), `model_refused`,
   * `model_unavailable`, `model_key_refused`, `model_unreachable` after.
   * @throws the reason of `signal` when it aborts
   */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
  /** What was spent through this model so far. */
  readonly spent: Spent;
}

export interface ModelOptions {
  readonly name: string;
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly egress: Egress;
  readonly database: PipelineDatabase;
  readonly log: Log;
}

/** A model of one run: its calls are booked on this purpose. */
export function createModel(options: ModelOptions, purpose: Purpose): Model {
  const { name, database, log } = options;
  const client = new Anthropic({
    apiKey: options.apiKey,
    ...(options.baseUrl && { baseURL: options.baseUrl }),
    fetch: options.egress,
    // Trying again is the ticket's business, where it is counted and seen.
    maxRetries: 0,
  });
  let spent: Spent = { calls: 0, costUsd: 0, ...nothing };
  // Without the caller's signal: what was spent is booked even when nobody waits for the answer any more.
  const settle = (reservation: number, tokens: Tokens, costUsd: number) =>
    database.call("settle_spend", {
      p_id: reservation,
      p_usd: costUsd,
      p_input: tokens.input,
      p_output: tokens.output,
      p_cache_read: tokens.cacheRead,
      p_cache_write: tokens.cacheWrite,
    });
  return {
    name,
    get spent() {
      return spent;
    },
    async ask(request, signal) {
      const reservation = await database.call("reserve_spend", {
        p_user: purpose.userId,
        p_ticket: purpose.ticketId,
        p_purpose: purpose.purpose,
        p_model: name,
        p_usd: mostItCanCost(name, bytesOf(request), request.max_tokens),
      }, signal);
      const startedAt = performance.now();
      const answer = await call(client, { ...request, model: name }, signal).catch(async (thrown) => {
        // What a provider refuses it does not bill. Kept, the reservations of a busy hour would use up the day's budget.
        // One that cannot be released now expires by itself; why the call failed matters more.
        if (wasRefused(thrown)) await settle(reservation, nothing, 0).catch(() => {});
        throw thrown;
      });
      const tokens = tokensOf(answer.usage);
      const costUsd = costOf(name, tokens);
      spent = add(spent, tokens, costUsd);
      await settle(reservation, tokens, costUsd);
      log.info("model_called", {
        model: name,
        duration_ms: Math.round(performance.now() - startedAt),
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        cache_read_tokens: tokens.cacheRead,
        cache_write_tokens: tokens.cacheWrite,
        cost_usd: costUsd,
      });
      return answer;
    },
  };
}

/** What we rely on of an answer: a proxy's page, or half an answer, is none. */
const message = z.object({
  content: z.array(z.object({ type: z.string() })),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }),
});

async function call(
  client: Anthropic,
  request: Anthropic.MessageCreateParamsNonStreaming,
  signal: AbortSignal,
): Promise<Anthropic.Message> {
  try {
    const answer = await client.messages.create(request, { signal });
    message.parse(answer);
    return answer;
  } catch (thrown) {
    signal.throwIfAborted();
    throw modelError(request.model, thrown);
  }
}

const nothing: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

const bytesOf = (request: ModelRequest) => new TextEncoder().encode(JSON.stringify(request)).byteLength;

/** Whether the provider said no before it did anything. */
const wasRefused = (thrown: unknown) =>
  thrown instanceof PipelineError && thrown.code !== "model_unreachable";

function modelError(model: string, thrown: unknown): PipelineError {
  if (!(thrown instanceof Anthropic.APIError) || thrown.status === undefined) {
    return new PipelineError({
      code: "model_unreachable",
      message: "The model did not answer. Nothing was written yet, and nothing is lost.",
      hint: "The run is tried again by itself.",
      status: 502,
    }, { cause: thrown });
  }
  const { status } = thrown;
  if (status === 429 || status === 529 || status === 503) {
    const seconds = Number(thrown.headers?.get("retry-after") ?? "");
    return new PipelineError({
      code: "model_overloaded",
      message: "The model is overloaded or its rate limit is used up.",
      hint: "The run waits and goes on by itself.",
      status: 503,
    }, { cause: thrown, retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : 30 });
  }
  if (status === 404) {
    return new PipelineError({
      code: "model_unavailable",
      message: `The model "${model}" is not available; it may have been retired.`,
      hint: "Name another one in MODEL_WRITER, MODEL_SIGNALS or MODEL_MEMORY.",
      status: 502,
    }, { cause: thrown });
  }
  if (status === 401 || status === 403) {
    return new PipelineError({
      code: "model_key_refused",
      message: "The model's provider does not accept our key.",
      hint: "Check ANTHROPIC_API_KEY.",
      status: 502,
    }, { cause: thrown });
  }
  if (status >= 500) {
    return new PipelineError({
      code: "model_unreachable",
      message: `The model's provider has a problem of its own (${status}).`,
      hint: "The run is tried again by itself.",
      status: 502,
    }, { cause: thrown });
  }
  return new PipelineError({
    code: "model_refused",
    message: `The model's provider refused the request (${status}).`,
    hint: "This is a fault of the program: its log has the details.",
    status: 502,
  }, { cause: thrown });
}

function tokensOf(usage: Anthropic.Usage): Tokens {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
}

function add(spent: Spent, tokens: Tokens, costUsd: number): Spent {
  return {
    calls: spent.calls + 1,
    costUsd: spent.costUsd + costUsd,
    input: spent.input + tokens.input,
    output: spent.output + tokens.output,
    cacheRead: spent.cacheRead + tokens.cacheRead,
    cacheWrite: spent.cacheWrite + tokens.cacheWrite,
  };
}
