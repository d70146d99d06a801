import { Hono } from "hono";
import type { Connection } from "../http_server.ts";
import type { WorkplaceClock } from "../world/clock.ts";
import { AUTH_METHODS } from "./auth_methods.ts";
import { breakAnswer, objectsIn, rateLimited, type Reply, replyWith, strikesFirst } from "./broken_answer.ts";
import { CONVERSATION_METHODS } from "./conversation_methods.ts";
import { SlackEvents } from "./events.ts";
import { Faults } from "./faults.ts";
import { type Installation, Installations } from "./installations.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import { MESSAGE_METHODS } from "./message_methods.ts";
import { POSTING_METHODS, postOf } from "./posting_methods.ts";
import { type Cohort, RateLimits } from "./rate_limits.ts";
import { type SlackAnswer, SlackRefusal } from "./slack_answer.ts";
import type { SlackMethod } from "./slack_method.ts";
import { access, authorize, type Consent } from "./slack_oauth.ts";
import { readSlackRequest, type SlackRequest } from "./slack_request.ts";
import type { SlackTeam } from "./team.ts";
import { USER_METHODS } from "./user_methods.ts";

const METHODS: Readonly<Record<string, SlackMethod>> = {
  ...AUTH_METHODS,
  ...CONVERSATION_METHODS,
  ...MESSAGE_METHODS,
  ...POSTING_METHODS,
  ...USER_METHODS,
};

/** The simulated Slack: its Web API and its OAuth page over the teams of the workplace. */
export class SlackApi {
  readonly installations: Installations;
  readonly journal = new Journal();
  readonly faults = new Faults();
  readonly rateLimits: RateLimits;
  readonly events: SlackEvents;
  /**
   * What happens when someone is sent to the consent page; change it to deny, or to install in another team.
   */
  consent: Consent;
  readonly #clock: WorkplaceClock;

  constructor(
    { seed, clock, cohort, team }: {
      seed: number | string;
      clock: WorkplaceClock;
      cohort: Cohort;
      team: SlackTeam;
    },
  ) {
    this.#clock = clock;
    this.installations = new Installations(seed, clock);
    this.rateLimits = new RateLimits(clock, cohort);
    this.events = new SlackEvents(this.installations.app, clock);
    this.events.watch(team);
    this.consent = { approve: true, team };
  }

  /** Puts the API's routes under `/slack`. */
  mount(app: Hono<{ Bindings: Connection }>): void {
    app.get("/slack/oauth/v2/authorize", (context) => {
      const url = new URL(context.req.url);
      const args = Object.fromEntries(url.searchParams);
      const entry = this.journal.open({ at: this.#clock.now(), method: "oauth.v2.authorize", args });
      const answer = authorize(url, this.installations, this.consent);
      entry.status = answer.status;
      return answer;
    });
    app.on(["GET", "POST"], "/slack/api/:method", async (context) => {
      const request = await readSlackRequest(context.req.param("method"), context.req.raw);
      const reply = await this.#answer(request, context.env);
      // When nothing is sent, the connection is gone already and this answer reaches nobody.
      if (reply === undefined) return new Response(null, { status: 499 });
      const headers = { "content-type": "application/json; charset=utf-8", ...reply.headers };
      return new Response(reply.body, { status: reply.status, headers });
    });
  }

  async #answer(request: SlackRequest, connection: Connection): Promise<Reply | undefined> {
    const { method, args } = request;
    const entry = this.journal.open({ at: this.#clock.now(), method, args });
    const team = this.#teamOf(request);
    if (team !== undefined) entry.team = team;

    const plans = this.faults.due(entry);
    for (const plan of plans) await plan.before?.(entry);
    const fault = plans.find((plan) => plan.fault !== undefined)?.fault;
    if (fault !== undefined) entry.fault = fault.kind;
    const call = { connection, cursor: args.cursor };
    const first = fault !== undefined && strikesFirst(fault);

    let reply = first ? await breakAnswer(fault, call, undefined) : this.#perform(request, entry);
    for (const plan of plans) await plan.after?.(entry);
    if (fault !== undefined && !first) reply = await breakAnswer(fault, call, reply);
    if (reply !== undefined) entry.status = reply.status;
    if (fault?.kind === "slack_error") entry.error = fault.error;
    if (reply?.status === 429) {
      entry.error = "ratelimited";
      entry.retryAfter = Number(reply.headers?.["retry-after"]);
    }
    return reply;
  }

  #teamOf({ token }: SlackRequest): string | undefined {
    try {
      return this.installations.of(token).team.id;
    } catch {
      return undefined;
    }
  }

  #perform(request: SlackRequest, entry: JournalEntry): Reply {
    const { app } = this.installations;
    const channel = typeof request.args.channel === "string" ? request.args.channel : "";
    try {
      const isExchange = request.method === "oauth.v2.access";
      const installation = isExchange ? undefined : this.installations.of(request.token);
      const metered = { app: app.id, team: installation?.team.id ?? "", method: request.method, channel };
      const retryAfter = this.rateLimits.take(metered);
      if (retryAfter !== undefined) return rateLimited(retryAfter);
      const answer = installation === undefined
        ? access(request, this.installations)
        : this.#run(request, installation);
      const posted = request.method === "chat.postMessage" ? postOf(answer) : undefined;
      if (posted !== undefined) entry.posted = posted;
      const objects = objectsIn(answer);
      if (objects !== undefined) entry.objects = objects;
      return replyWith(answer, 200, installation && { "x-oauth-scopes": installation.scopes.join(",") });
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      entry.error = error.code;
      return replyWith(error.answer);
    }
  }

  #run({ method, args }: SlackRequest, installation: Installation): SlackAnswer {
    const run = METHODS[method];
    if (run === undefined) throw new SlackRefusal("unknown_method", { req_method: method });
    const revoke = () => this.installations.end(installation.token);
    return run({ installation, clock: this.#clock, cohort: this.rateLimits.cohort, revoke }, args);
  }
}
