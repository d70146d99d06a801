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
import { modelError } from "./model_error.ts";
import { type CallSize, costOf, mostItCanCost, mostItCanHaveCost, type Tokens } from "./prices.ts";

export type ModelRequest = Omit<Anthropic.MessageCreateParamsNonStreaming, "model">;
export type ModelAnswer = Pick<Anthropic.Message, "content" | "stop_reason">;

/** For whom and for what a call is made: the ledger's columns. */
export interface Purpose {
  readonly userId: string;
  readonly ticketId: number;
  readonly purpose: "write_deliverable" | "web_search";
}

/** Counted by the provider's answers. Calls that were broken off are in the ledger, as estimates, and not in here. */
export interface Spent extends Tokens {
  readonly calls: number;
  readonly costUsd: number;
  /** Web searches that the provider made within the calls. */
  readonly searches: number;
}

/** What a run can still pay for. */
export interface Budget {
  /** US dollars that may still be reserved: of the run's cap or of the person's day, whichever is less. */
  readonly leftUsd: number;
  /** The dearest reservation of this model's calls so far; 0 before the first. */
  readonly dearestUsd: number;
}

export interface Model {
  readonly name: string;
  /**
   * One call. What the provider refuses it does not bill, and its reservation is released. A call that was sent and then
   * broken off (the caller's signal, a timeout, half an answer) may be billed: it is settled, as an estimate, at the most
   * it can have cost by then. Where it is not even known whether it was sent (no connection, a provider's 5xx), its
   * reservation stands for ten minutes and then counts no more; so it is after a crash.
   *
   * @throws {PipelineError} `budget_exceeded` or `run_budget_exceeded` before anything is spent; `model_overloaded` (with
   * a wait), `model_refused`, `model_unavailable`, `model_key_refused`, `model_out_of_credit`, `material_too_long`,
   * `model_unreachable` after.
   * @throws the reason of `signal` when it aborts
   */
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
  /** What is left; undefined when it cannot be known just now. It is a forecast: what holds a cap is the reservation. */
  budget(signal: AbortSignal): Promise<Budget | undefined>;
  /** The most that a call would reserve, in US dollars. */
  reservationOf(request: ModelRequest): number;
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
  /** Caps that replace the tier's, in US dollars. */
  readonly caps?: { readonly dayUsd?: number; readonly runUsd?: number };
  /** Milliseconds; tests put their own here. */
  readonly clock?: () => number;
}

/** A model of one run: its calls are booked on this purpose. */
export function createModel(options: ModelOptions, purpose: Purpose): Model {
  const { name, database, log, clock = () => performance.now() } = options;
  const client = new Anthropic({
    apiKey: options.apiKey,
    ...(options.baseUrl && { baseURL: options.baseUrl }),
    fetch: options.egress,
    // Trying again is the ticket's business, where it is counted and seen.
    maxRetries: 0,
  });
  const payer = {
    p_user: purpose.userId,
    p_ticket: purpose.ticketId,
    ...(options.caps?.dayUsd !== undefined && { p_cap_usd: options.caps.dayUsd }),
    ...(options.caps?.runUsd !== undefined && { p_run_cap_usd: options.caps.runUsd }),
  };
  let spent: Spent = { calls: 0, costUsd: 0, searches: 0, ...nothing };
  let dearestUsd = 0;
  // Without the caller's signal: what was spent is booked even when nobody waits for the answer any more.
  const settle = (reservation: number, cost: Cost) =>
    database.call("settle_spend", {
      p_id: reservation,
      p_usd: cost.usd,
      p_input: cost.tokens.input,
      p_output: cost.tokens.output,
      p_cache_read: cost.tokens.cacheRead,
      p_cache_write: cost.tokens.cacheWrite,
      ...(cost.searches > 0 && { p_searches: cost.searches }),
      ...(cost.estimated && { p_estimated: true }),
    });
  return {
    name,
    get spent() {
      return spent;
    },
    reservationOf: (request) => mostItCanCost(name, sizeOf(request)),
    async budget(signal) {
      const leftUsd = await database.call("budget_left", payer, signal).catch(() => undefined);
      signal.throwIfAborted();
      return typeof leftUsd === "number" ? { leftUsd, dearestUsd } : undefined;
    },
    async ask(request, signal) {
      const size = sizeOf(request);
      const reservedUsd = mostItCanCost(name, size);
      const reservation = await database.call("reserve_spend", {
        ...payer,
        p_purpose: purpose.purpose,
        p_model: name,
        p_usd: reservedUsd,
      }, signal);
      dearestUsd = Math.max(dearestUsd, reservedUsd);
      const startedAt = clock();
      const answer = await call(client, { ...request, model: name }, signal).catch(async (thrown) => {
        const fate = fateOf(thrown, signal);
        const usd = fate === "sent" ? mostItCanHaveCost(name, size, (clock() - startedAt) / 1000) : 0;
        // One that cannot be settled now expires by itself; why the call failed matters more.
        if (fate !== "unknown") {
          await settle(reservation, { usd, tokens: nothing, searches: 0, estimated: fate === "sent" })
            .catch(() => {});
        }
        throw thrown instanceof Unanswered ? thrown.error : thrown;
      });
      const tokens = tokensOf(answer.usage);
      const searches = answer.usage.server_tool_use?.web_search_requests ?? 0;
      const costUsd = costOf(name, tokens, searches);
      spent = add(spent, tokens, searches, costUsd);
      await settle(reservation, { usd: costUsd, tokens, searches, estimated: false });
      log.info("model_called", {
        model: name,
        duration_ms: Math.round(clock() - startedAt),
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

interface Cost {
  readonly usd: number;
  readonly tokens: Tokens;
  readonly searches: number;
  readonly estimated: boolean;
}

/** The provider had the request, and then no whole answer came. */
class Unanswered extends Error {
  constructor(readonly error: PipelineError) {
    super(error.message);
  }
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
    const error = modelError(request.model, thrown);
    throw hadTheRequest(thrown) ? new Unanswered(error) : error;
  }
}

/** Whether the provider certainly had it: it answered and the answer broke, or it was given up only after our time limit. */
function hadTheRequest(thrown: unknown): boolean {
  if (!(thrown instanceof Anthropic.APIError)) return true;
  const { cause } = thrown;
  return thrown instanceof Anthropic.APIConnectionError && cause instanceof PipelineError &&
    cause.code === "egress_timeout";
}

/** refused: the provider said no before it did anything. sent: it may be billed. */
function fateOf(thrown: unknown, signal: AbortSignal): "refused" | "sent" | "unknown" {
  if (thrown instanceof Unanswered || signal.aborted) return "sent";
  return thrown instanceof PipelineError && thrown.code !== "model_unreachable" ? "refused" : "unknown";
}

const nothing: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function sizeOf(request: ModelRequest): CallSize {
  return {
    bytes: new TextEncoder().encode(JSON.stringify(request)).byteLength,
    maxOutputTokens: request.max_tokens,
    searches: (request.tools ?? []).reduce(
      // A search tool without a limit would have no most; it is taken for a dear one.
      (sum, tool) =>
        "type" in tool && tool.type?.startsWith("web_search_") ? sum + (searchesOf(tool) ?? 10) : sum,
      0,
    ),
  };
}

const searchesOf = (tool: object): number | undefined =>
  "max_uses" in tool && typeof tool.max_uses === "number" ? tool.max_uses : undefined;

function tokensOf(usage: Anthropic.Usage): Tokens {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
}

function add(spent: Spent, tokens: Tokens, searches: number, costUsd: number): Spent {
  return {
    calls: spent.calls + 1,
    costUsd: spent.costUsd + costUsd,
    searches: spent.searches + searches,
    input: spent.input + tokens.input,
    output: spent.output + tokens.output,
    cacheRead: spent.cacheRead + tokens.cacheRead,
    cacheWrite: spent.cacheWrite + tokens.cacheWrite,
  };
}
