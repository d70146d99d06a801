/** Calls of Slack's Web API by its own SDK: paced, checked by schema, and with Slack's refusals in our categories. */
import slack from "@slack/web-api";
import { z } from "zod";
import type { AccessToken } from "@shared/connections/access_token.ts";
import type { Egress } from "@shared/http/egress.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { PlatformError } from "../connector.ts";
import type { Pace, RateBudget } from "../rate_budget.ts";

export interface SlackClient {
  /**
   * Calls one method.
   *
   * @throws {PlatformError} in one of our categories; `SlackRefusal` in its cause says Slack's own code.
   */
  call<S extends z.ZodType>(
    method: SlackMethod,
    args: Record<string, string | number | boolean>,
    answer: S,
  ): Promise<z.output<S>>;
  /**
   * Tells the meters that Slack keeps this app slow. Everybody who reads for it, here and elsewhere, calls once a minute
   * from now on.
   */
  keepSlowPace(): Promise<void>;
}

export type SlackMethod =
  | "conversations.list"
  | "conversations.history"
  | "conversations.replies"
  | "conversations.join"
  | "users.list"
  | "users.info";

/**
 * Calls a minute per method, team and app (https://docs.slack.dev/apis/web-api/rate-limits): tier 3 is 50, tier 2 is 20,
 * tier 4 is 100.
 */
const perMinute: Record<SlackMethod, number> = {
  "conversations.list": 20,
  "conversations.history": 50,
  "conversations.replies": 50,
  "conversations.join": 50,
  "users.list": 20,
  "users.info": 100,
};

/**
 * What apps that are sold outside Slack's Marketplace may read with
 * (https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps): one call a minute.
 */
const slowMethods: readonly SlackMethod[] = ["conversations.history", "conversations.replies"];

/** A second more than Slack's minute: a call travels a little between its reservation here and its arrival there. */
const windowSeconds = 61;
/** How long we wait when Slack does not say. */
const usualWaitSeconds = windowSeconds;
const slowPace = { allowed: 1, periodSeconds: windowSeconds };
/** Slack said so itself: a call that has to wait nearly a minute was the second one in it. */
const slowRetrySeconds = { from: 45, to: 60 };

export interface SlackClientOptions {
  readonly accessToken: AccessToken;
  readonly teamId: string;
  readonly baseUrl?: string;
  readonly egress: Egress;
  readonly budget: RateBudget;
  readonly signal: AbortSignal;
  /** Milliseconds; for how long ago a call was. */
  readonly now?: () => number;
}

export function createSlackClient(options: SlackClientOptions): SlackClient {
  const { accessToken, teamId, baseUrl = "https://slack.com", egress, budget, signal, now = Date.now } =
    options;
  const client = new slack.WebClient(undefined, {
    slackApiUrl: `${baseUrl}/api/`,
    // Waiting and trying again are the ticket's business: inside the SDK they would burn the isolate's time.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: async (url, init) =>
      limitAnswer(
        await egress(url, {
          ...init,
          signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal,
        }),
      ),
    logger: silent,
  });
  /** When calls of the slow methods were answered here: two within a minute are not what the slow cohort gets. */
  const answered = new Map<SlackMethod, number[]>();
  const keepSlowPace = async (after?: { method: SlackMethod; seconds: number }) => {
    for (const method of slowMethods) {
      // A minute that has begun counts: the meters know the calls in it.
      await budget.holdBack(paceOf(method, teamId), method === after?.method ? after.seconds : 0, slowPace);
    }
  };
  const heldBack = async (method: SlackMethod, seconds: number) => {
    const recent = (answered.get(method) ?? []).filter((at) => at > now() - windowSeconds * 1000);
    const isSlow = slowMethods.includes(method) && recent.length < 2 &&
      seconds >= slowRetrySeconds.from && seconds <= slowRetrySeconds.to;
    if (isSlow) await keepSlowPace({ method, seconds });
    else await budget.holdBack(paceOf(method, teamId), seconds);
  };
  const ask = async (method: SlackMethod, args: Record<string, unknown>, token: string): Promise<unknown> => {
    const pace = paceOf(method, teamId);
    await budget.take(pace);
    signal.throwIfAborted();
    try {
      const answer = await client.apiCall(method, { ...args, token });
      if (slowMethods.includes(method)) {
        answered.set(method, [...(answered.get(method) ?? []).slice(-1), now()]);
      }
      return answer;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = platformError(method, thrown);
      if (error.code === "rate_limited") {
        await heldBack(method, error.retryAfterSeconds ?? usualWaitSeconds);
      }
      throw error;
    }
  };
  return {
    keepSlowPace: () => keepSlowPace(),
    async call(method, args, answer) {
      const token = await tokenFrom(() => accessToken.current());
      let raw: unknown;
      try {
        raw = await ask(method, args, token);
      } catch (thrown) {
        if (!renewable.includes(slackCodeOf(thrown) ?? "")) throw thrown;
        const renewed = await tokenFrom(() => accessToken.renewed(token)).catch((failed: unknown) => {
          // There is nothing to renew it with: what Slack said of the token is what there is to say.
          throw failed instanceof PlatformError && failed.code === "needs_reauth" ? thrown : failed;
        });
        raw = await ask(method, args, renewed);
      }
      const parsed = answer.safeParse(raw);
      if (parsed.success) return parsed.data;
      throw new PlatformError(
        "provider_down",
        `Slack's answer to ${method} was not what its documentation says.`,
        { cause: parsed.error },
      );
    },
  };
}

/** Refusals of a token that a new one may mend (token rotation is an option of Slack apps). */
const renewable: readonly string[] = ["invalid_auth", "token_expired"];

/** @throws {PlatformError} `needs_reauth` when there is no token to be had any more. */
async function tokenFrom(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (thrown) {
    if (
      thrown instanceof PipelineError && thrown.code === "needs_reauth" && !(thrown instanceof PlatformError)
    ) {
      throw new PlatformError("needs_reauth", thrown.message, { hint: "Reconnect Slack.", cause: thrown });
    }
    throw thrown;
  }
}

/**
 * The SDK reads no body of a 429, which would hold the connection, and takes one whose Retry-After is missing for a
 * failure of another kind.
 */
async function limitAnswer(answer: Response): Promise<Response> {
  if (answer.status !== 429) return answer;
  await answer.body?.cancel();
  const seconds = Number.parseInt(answer.headers.get("retry-after") ?? "", 10);
  return new Response(null, {
    status: 429,
    headers: { "retry-after": String(Number.isNaN(seconds) ? usualWaitSeconds : seconds) },
  });
}

function paceOf(method: SlackMethod, teamId: string): Pace {
  return { key: `slack:${teamId}:${method}`, allowed: perMinute[method], periodSeconds: windowSeconds };
}

/** Slack's own word for a refusal, as `cause` of the {@link PlatformError}. */
export class SlackRefusal extends Error {
  override readonly name = "SlackRefusal";
  constructor(readonly slackCode: string) {
    super(`Slack answered ${slackCode}`);
  }
}

/** The code with which Slack refused, when it was Slack that refused. */
export function slackCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof PlatformError && thrown.cause instanceof SlackRefusal
    ? thrown.cause.slackCode
    : undefined;
}

const refusal = z.object({
  code: z.literal("slack_webapi_platform_error"),
  data: z.object({ error: z.string() }),
});
const limited = z.object({ code: z.literal("slack_webapi_rate_limited_error"), retryAfter: z.number() });

function platformError(method: SlackMethod, thrown: unknown): PlatformError {
  const rate = limited.safeParse(thrown);
  if (rate.success) {
    return new PlatformError(
      "rate_limited",
      `Slack asks to wait ${rate.data.retryAfter} seconds before the next ${method}.`,
      {
        retryAfterSeconds: rate.data.retryAfter,
      },
    );
  }
  const refused = refusal.safeParse(thrown);
  if (!refused.success) {
    return new PlatformError(
      "provider_down",
      `Slack did not answer ${method}. What was synced before is kept.`,
      { cause: thrown },
    );
  }
  const code = refused.data.data.error;
  return categorise(method, code, new SlackRefusal(code));
}

function categorise(method: SlackMethod, code: string, cause: SlackRefusal): PlatformError {
  switch (code) {
    case "invalid_auth":
    case "not_authed":
    case "token_revoked":
    case "token_expired":
    case "account_inactive":
      return new PlatformError("needs_reauth", `Slack no longer accepts our token (${code}).`, {
        hint: "Reconnect Slack.",
        cause,
      });
    case "missing_scope":
    case "no_permission":
    case "not_in_channel":
    case "access_denied":
    case "is_archived":
      return new PlatformError("access_denied", `Slack does not let the app read this (${code}).`, {
        hint: "Invite the app to the channel, or reconnect Slack with all permissions.",
        cause,
      });
    case "channel_not_found":
    case "thread_not_found":
    case "user_not_found":
      return new PlatformError("not_found", `Slack does not know this any more (${code}).`, {
        hint: "It may have been deleted; deselect it to stop trying.",
        cause,
      });
    case "ratelimited":
      return new PlatformError("rate_limited", `Slack asks to wait before the next ${method}.`, {
        retryAfterSeconds: usualWaitSeconds,
        cause,
      });
    case "internal_error":
    case "fatal_error":
    case "service_unavailable":
    case "request_timeout":
    case "team_added_to_org":
      return new PlatformError("provider_down", `Slack has a problem of its own (${code}).`, { cause });
    default:
      // The SDK hands over a body that it cannot parse as if it were a code.
      if (!/^[a-z][a-z_]*$/.test(code)) {
        return new PlatformError("provider_down", `Slack's answer to ${method} was broken off.`, { cause });
      }
      return new PlatformError("internal", `Slack refused ${method}: ${code}.`, { cause });
  }
}

/** The SDK logs request bodies at debug level and warnings about retries at others; our own lines say what matters. */
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => slack.LogLevel.ERROR,
  setName() {},
};
