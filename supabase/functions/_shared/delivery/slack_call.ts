/**
 * Calls of the four methods of Slack's Web API that delivering needs, over the egress: paced by meters in Postgres, each
 * answer checked, and with a word on what a call may have done that was not answered. (The SDK that syncing uses throws
 * its own kinds of errors, in which that word is lost, and weighs more than these methods.)
 */
import { z } from "zod";
import type { AccessToken } from "../connections/access_token.ts";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import type { Egress } from "../http/egress.ts";
import { PipelineError, type Problem, problemOf } from "../http/problem.ts";
import { pause as pauseFor } from "./pause.ts";
import { later, refusesToken, slackRefusal, type Unsent, USUAL_WAIT_SECONDS } from "./slack_refusal.ts";

export type SlackMethod =
  | "chat.postMessage"
  | "conversations.history"
  | "conversations.open"
  | "conversations.replies";

export interface SlackConnection {
  readonly accessToken: AccessToken;
  readonly teamId: string;
  readonly database: PipelineDatabase;
  readonly egress: Egress;
  readonly signal: AbortSignal;
  /** Replaces https://slack.com, without a slash at its end. */
  readonly baseUrl?: string;
  /** Waits before a call for which it is too early; tests put their own clock here. */
  readonly pause?: (seconds: number, signal: AbortSignal) => Promise<void>;
}

export type SlackAnswer<T> = { readonly outcome: "answered"; readonly answer: T } | Unsent;

type Arguments = Readonly<Record<string, string | number | boolean>>;

/** Longer than this is not waited for inside an isolate: the ticket comes back instead. */
const longestWaitSeconds = 10;

/**
 * Calls one method. Everything that goes wrong is a value; `outcome: "refused"` with the code `needs_reauth` when Slack
 * takes no token of ours any more (the connection is marked then).
 *
 * @throws the reason of the connection's signal when it aborts: the fate of a post is unknown then.
 * @throws {PipelineError} when our own database or key ring fails; nothing was sent then.
 */
export async function callSlack<S extends z.ZodType>(
  connection: SlackConnection,
  method: SlackMethod,
  args: Arguments,
  shape: S,
): Promise<SlackAnswer<z.output<S>>> {
  const pace = paceOf(connection.teamId, method, args);
  const early = await reserve(connection, pace);
  if (early !== undefined) return early;
  const token = await tokenFrom(() => connection.accessToken.current());
  if (typeof token !== "string") return token;
  let read = await ask(connection, method, args, token);
  if (read.outcome === "said_no" && refusesToken(read.slackCode)) {
    // Either somebody has renewed it since, or this marks the connection and tells its person.
    const renewed = await tokenFrom(() => connection.accessToken.renewed(token));
    if (typeof renewed !== "string") return renewed;
    read = await ask(connection, method, args, renewed);
  }
  if (read.outcome === "said_no") {
    return refusesToken(read.slackCode)
      ? { outcome: "refused", problem: needsReauth }
      : slackRefusal(read.slackCode);
  }
  if (read.outcome === "retry" && read.problem.code === "slack_rate_limited") {
    await holdBack(connection, pace, read.retryAfterSeconds ?? USUAL_WAIT_SECONDS);
  }
  if (read.outcome !== "answered") return read;
  const parsed = shape.safeParse(read.answer);
  return parsed.success ? { outcome: "answered", answer: parsed.data } : unreadable;
}

const needsReauth: Problem = {
  code: "needs_reauth",
  message: "Slack no longer lets us in. It was not sent; the text is kept.",
  hint: "Connect Slack again, then send it again.",
  status: 409,
};

const unreadable = later("unknown", "slack_answer_unreadable", "Slack's answer could not be read.");

type Read = SlackAnswer<unknown> | { readonly outcome: "said_no"; readonly slackCode: string };

const refusal = z.object({ ok: z.literal(false), error: z.string().max(200) });
const consent = z.looseObject({ ok: z.literal(true) });

async function ask(
  { egress, signal, baseUrl = "https://slack.com" }: SlackConnection,
  method: SlackMethod,
  args: Arguments,
  token: string,
): Promise<Read> {
  signal.throwIfAborted();
  try {
    const fields = Object.entries(args).map(([name, value]) => [name, String(value)]);
    const answer = await egress(`${baseUrl}/api/${method}`, {
      method: "POST",
      headers: {
        "authorization": `Bearer ${token}`,
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body: new URLSearchParams(fields).toString(),
      signal,
    });
    if (answer.status === 429) {
      await answer.body?.cancel();
      return later(
        "not_sent",
        "slack_rate_limited",
        "Slack asks to send more slowly.",
        retryAfter(answer.headers),
      );
    }
    const body: unknown = JSON.parse(await answer.text());
    const no = refusal.safeParse(body);
    if (no.success) return { outcome: "said_no", slackCode: no.data.error };
    if (answer.status >= 500) return failing;
    return consent.safeParse(body).success ? { outcome: "answered", answer: body } : unreadable;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof SyntaxError) return unreadable;
    const problem = problemOf(thrown);
    // An address that egress refuses was never asked.
    if (problem.code === "egress_refused") return { outcome: "refused", problem };
    return problem.code === "internal_error" ? failing : { outcome: "retry", fate: "unknown", problem };
  }
}

const failing = later("unknown", "slack_failing", "Slack failed while it took the message.");

function retryAfter(headers: Headers): number {
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(Math.max(seconds, 1), 3_600)
    : USUAL_WAIT_SECONDS;
}

async function tokenFrom(give: () => Promise<string>): Promise<string | Unsent> {
  try {
    return await give();
  } catch (thrown) {
    if (thrown instanceof PipelineError && thrown.code === "needs_reauth") {
      return { outcome: "refused", problem: needsReauth };
    }
    throw thrown;
  }
}

interface Pace {
  readonly key: string;
  readonly allowed: number;
  readonly periodSeconds: number;
}

/**
 * Calls a minute per method and team (https://docs.slack.dev/apis/web-api/rate-limits); a post a second per channel. The
 * keys of the reading methods are those of syncing: both read for the same app, and what one learns both keep to.
 */
function paceOf(teamId: string, method: SlackMethod, args: Arguments): Pace {
  return method === "chat.postMessage"
    ? { key: `slack:${teamId}:${method}:${args["channel"]}`, allowed: 1, periodSeconds: 1.1 }
    : { key: `slack:${teamId}:${method}`, allowed: 50, periodSeconds: 61 };
}

async function reserve(
  { database, signal, pause = pauseFor }: SlackConnection,
  { key, allowed, periodSeconds }: Pace,
): Promise<Unsent | undefined> {
  const seconds = await database.call("reserve", {
    p_key: key,
    p_allowed: allowed,
    p_period_seconds: periodSeconds,
    p_longest_wait_seconds: longestWaitSeconds,
    p_units: 1,
  }, signal);
  if (seconds > longestWaitSeconds) {
    return later(
      "not_sent",
      "slack_rate_limited",
      "Slack's rate limit is used up for now.",
      Math.ceil(seconds),
    );
  }
  if (seconds > 0) await pause(seconds, signal);
  return undefined;
}

async function holdBack(
  { database, signal }: SlackConnection,
  { key }: Pace,
  seconds: number,
): Promise<void> {
  await database.call("hold_back", { p_key: key, p_seconds: seconds }, signal);
}
