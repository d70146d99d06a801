import type { Hono } from "hono";
import type { Connection } from "../http_server.ts";
import type { WorkplaceClock } from "../world/clock.ts";
import type { StoryOptions } from "../world/story.ts";
import { breakAnswer, objectsIn, type Reply, replyOf, replyWith, strikesFirst } from "./broken_answer.ts";
import { CALENDAR_METHODS } from "./calendar_methods.ts";
import { GoogleDomain } from "./domain.ts";
import { GoogleFaults } from "./faults.ts";
import type { GoogleMethod } from "./google_method.ts";
import { authorize, type GoogleConsent, revoke, token, tokenInfo, userInfo } from "./google_oauth.ts";
import { type GoogleJson, GoogleRefusal, OAuthRefusal } from "./google_refusal.ts";
import { type GoogleRequest, readGoogleRequest } from "./google_request.ts";
import { type Grant, Grants } from "./grants.ts";
import { type GoogleCall, GoogleJournal } from "./journal.ts";
import { MAIL_METHODS } from "./mail_methods.ts";
import { Quotas } from "./quota.ts";
import { READING_SCOPES } from "./scopes.ts";

const METHODS: Readonly<Record<string, GoogleMethod>> = { ...MAIL_METHODS, ...CALENDAR_METHODS };
type App = Hono<{ Bindings: Connection }>;

/** The simulated Google: OAuth, Gmail and Calendar over the domains of the workplace. */
export class GoogleApi {
  readonly grants: Grants;
  readonly journal = new GoogleJournal();
  readonly faults = new GoogleFaults();
  readonly quotas: Quotas;
  readonly domains: GoogleDomain[] = [];
  /** The first domain: mail and calendars of the company that the first Slack team is of. */
  readonly domain: GoogleDomain;
  /** The first account's grant, with all scopes for reading: the company's first person. */
  readonly grant: Grant;
  /** What happens when someone is sent to the consent page; change it to deny, to tick less, to be another. */
  consent: GoogleConsent;
  readonly #clock: WorkplaceClock;
  readonly #story: StoryOptions;

  constructor(story: StoryOptions) {
    this.#story = story;
    this.#clock = story.clock;
    this.grants = new Grants(story.seed, story.clock);
    this.quotas = new Quotas(story.clock);
    this.domain = this.#found(story.seed);
    this.grant = this.addAccount();
    this.consent = { approve: true, account: this.grant.account };
  }

  /**
   * Grants the client another person's account, with a refresh token of its own.
   *
   * @param options.person key or e-mail address; the company's first person if left out
   * @param options.seed founds another domain, whose ids and mails are those of every domain of that seed;
   *   the first domain if left out
   */
  addAccount(
    { person, seed, scopes = READING_SCOPES }: {
      person?: string;
      seed?: number | string;
      scopes?: readonly string[];
    } = {},
  ): Grant {
    const domain = seed === undefined ? this.domain : this.#found(seed);
    return this.grants.issue(domain.account(person), scopes);
  }

  /** Lets every domain's story go on up to the clock's present. */
  live(): void {
    for (const domain of this.domains) domain.live();
  }

  /**
   * Puts the routes of all of Google's hosts under `/google`; those of Gmail and Calendar at the root too,
   * because the SDKs keep nothing but the origin of a `rootUrl`.
   */
  mount(app: App): void {
    app.get("/google/o/oauth2/v2/auth", (context) => {
      const url = new URL(context.req.url);
      const args = Object.fromEntries(url.searchParams);
      const entry = this.journal.open({ at: this.#clock.now(), method: "oauth2.auth", args });
      const answer = authorize(url, this.grants, this.consent);
      entry.status = answer.status;
      return answer;
    });
    this.#serve(app, "POST", "/token", "oauth2.token", ({ args }) => token(args, this.grants));
    this.#serve(app, "POST", "/revoke", "oauth2.revoke", ({ args }) => revoke(args, this.grants));
    this.#serve(app, "GET", "/tokeninfo", "oauth2.tokeninfo", ({ args }) => tokenInfo(args, this.grants));
    for (const path of ["/v1/userinfo", "/oauth2/v2/userinfo"]) {
      this.#serve(app, "GET", path, "oauth2.userinfo", (request) => {
        const { grant, scopes } = this.grants.of(request.token);
        return userInfo(grant.account, scopes);
      });
    }
    for (const [id, method] of Object.entries(METHODS)) {
      this.#serve(app, method.verb, method.path, id, (request) => this.#run(method, request));
    }
  }

  #found(seed: number | string): GoogleDomain {
    const domain = new GoogleDomain({ ...this.#story, seed, number: this.domains.length + 1 });
    this.domains.push(domain);
    return domain;
  }

  #serve(
    app: App,
    verb: string,
    path: string,
    method: string,
    run: (request: GoogleRequest) => GoogleJson | Promise<GoogleJson>,
  ): void {
    const isApi = method in METHODS;
    app.on(verb, isApi ? [`/google${path}`, path] : [`/google${path}`], async (context) => {
      const request = await readGoogleRequest(method, context.req.param(), context.req.raw);
      const reply = await this.#answer(request, context.env, run);
      // When nothing is sent, the connection is gone already and this answer reaches nobody.
      if (reply === undefined) return new Response(null, { status: 499 });
      const headers = { "content-type": "application/json; charset=UTF-8", ...reply.headers };
      return new Response(reply.body, { status: reply.status, headers });
    });
  }

  async #answer(
    request: GoogleRequest,
    connection: Connection,
    run: (request: GoogleRequest) => GoogleJson | Promise<GoogleJson>,
  ): Promise<Reply | undefined> {
    const { method, args } = request;
    const entry = this.journal.open({ at: this.#clock.now(), method, args });
    const grant = this.#grantOf(request);
    if (grant !== undefined) entry.account = grant.account.email;

    const plans = this.faults.due(entry);
    for (const plan of plans) await plan.before?.(entry);
    const fault = plans.find((plan) => plan.fault !== undefined)?.fault;
    if (fault !== undefined) entry.fault = fault.kind;
    if (fault?.kind === "expired_token" && grant) this.grants.expireAccess(grant);
    if (fault?.kind === "revoked_token" && grant) this.grants.end(grant);
    const call = { connection, method, pageToken: args.pageToken };
    const first = fault !== undefined && strikesFirst(fault);

    let reply = first ? await breakAnswer(fault, call, undefined) : await this.#perform(request, entry, run);
    for (const plan of plans) await plan.after?.(entry);
    if (fault !== undefined && !first) reply = await breakAnswer(fault, call, reply);
    if (reply !== undefined) entry.status = reply.status;
    if (reply?.error !== undefined) entry.error = reply.error;
    const retryAfter = reply?.headers?.["retry-after"];
    if (retryAfter !== undefined) entry.retryAfter = Number(retryAfter);
    return reply;
  }

  /** Whose call it is: of the access token, or of the refresh token that asks for one. */
  #grantOf({ token: accessToken, args }: GoogleRequest): Grant | undefined {
    try {
      return this.grants.of(accessToken).grant;
    } catch {
      return this.grants.all.find(({ refreshToken }) => refreshToken === args.refresh_token);
    }
  }

  async #perform(
    request: GoogleRequest,
    entry: GoogleCall,
    run: (request: GoogleRequest) => GoogleJson | Promise<GoogleJson>,
  ): Promise<Reply> {
    try {
      const answer = await run(request);
      const objects = objectsIn(answer);
      if (objects !== undefined) entry.objects = objects;
      return replyWith(answer);
    } catch (error) {
      if (error instanceof GoogleRefusal || error instanceof OAuthRefusal) return replyOf(error);
      throw error;
    }
  }

  #run(method: GoogleMethod, request: GoogleRequest): GoogleJson {
    const { grant: { account }, scopes } = this.grants.of(request.token);
    if (!method.scopes.some((scope) => scopes.includes(scope))) {
      const message = "Request had insufficient authentication scopes.";
      throw new GoogleRefusal(403, "insufficientPermissions", message);
    }
    this.quotas.take(method.quota, account.sub, request.method);
    return method.run({ method: request.method, account, scopes, clock: this.#clock }, request.args);
  }
}
