/**
 * The simulated workplace: the world behind the platforms that the product connects to, on one HTTP server of
 * 127.0.0.1. It needs no account and no network, and the vendors' own SDKs talk to it.
 *
 * The world (`world/`) knows nothing of any platform. A seed founds a company: a dozen people, projects,
 * customers, and a story of *happenings* (incidents, decisions, launches, questions nobody answers, …) that
 * follow from the seed and the day. The same seed and the same start give the same world byte for byte;
 * `happenings()` lists the story. All its names and words are invented, its addresses end in `.example`.
 *
 * A platform (`slack/`) tells those happenings in its own form: `tell.ts` turns each into posts, threads,
 * reactions, late replies, edits and deletions; `chat.ts` holds what was said; the `*_methods.ts` show it as
 * Slack's Web API does. `google/` tells the same happenings beside it, with the same people and figures:
 * `tell_mail.ts` as letters, threads, labels and deletions in everyone's mailbox, `tell_calendar.ts` as
 * meetings, series, their exceptions and cancellations; OAuth, Gmail v1 and Calendar v3 show them, all hosts
 * of Google under one address. A connector is right when what it holds equals `truth()`.
 * `notion/` tells them as pages, meeting notes, decision logs and rows: `library.ts` holds what was written
 * and is the hand that changes it, `*_endpoints.ts`, `search.ts` and `query.ts` show it as the REST API of
 * 2025-09-03 and 2026-03-11 does. `notion.connection` sees all but the page `Leadership` and what else is
 * kept apart.
 *
 * The bot of our app is in `general`, `engineering`, `incidents`, `customers`, the private `leadership` and
 * an archived `project-…`; it is not in the public `random`, and cannot see the private `board-prep`.
 *
 * Time is an input. Nothing happens by itself: `clock.advance()` (or the given `now`) moves the clock that
 * also drives the rate limits, and `live()` lets the story go on up to the clock's present.
 *
 * @example A test with a clock that stands still
 * ```ts
 * await using workplace = await startWorkplace({ seed: 7, now: () => new Date("2026-11-05T10:00:00Z") });
 * const client = new slack.WebClient(workplace.installation.token, { slackApiUrl: workplace.slackApiUrl });
 * const { chat } = workplace.team;
 * const { ts } = chat.post({ channel: "general", by: "pager", text: "Hello" });
 * chat.edit({ channel: "general", ts, text: "Hello, all" });
 * workplace.slack.faults.at({ method: "conversations.history", call: 2, fault: { kind: "timeout" } });
 * await workplace.slack.events.subscribe("http://127.0.0.1:54321/functions/v1/api/webhooks/slack");
 * chat.remove({ channel: "general", ts });
 * await workplace.slack.events.deliver();
 * ```
 * @example Mail and calendar of the company's first person
 * ```ts
 * const { grant, grants, domain, faults } = workplace.google;
 * const headers = { authorization: `Bearer ${grants.accessToken(grant)}` };
 * const letter = domain.mail.send({ from: "mika", to: ["ines"], subject: "Hello", text: "Anyone there?" });
 * domain.mail.reply(letter, { from: "ines", text: "Yes" });
 * const list = await fetch(`${workplace.googleUrl}/gmail/v1/users/me/messages?labelIds=INBOX`, { headers });
 * faults.at({ method: "gmail.users.history.list", call: 2, fault: { kind: "rate_limited", status: 403 } });
 * domain.agenda.expireSyncTokens(grant.account.email);
 * const perfect = grant.account.mailbox.truth();
 * ```
 * @example Notion
 * ```ts
 * const { connection, workspace: { library, places }, faults } = workplace.notion;
 * const client = new Client({ auth: connection.token, baseUrl: workplace.notionApiUrl, retry: false });
 * const page = library.createPage({ in: places.hq, title: "Plan" });
 * library.appendBlock({ to: page.id, block: { type: "paragraph", text: "Hello" } });
 * faults.at({ method: "blocks.children.list", call: 3, fault: { kind: "truncated_json" } });
 * const { pages, databases } = workplace.notion.truth();
 * ```
 */
import { Hono } from "hono";
import { GoogleApi } from "./google/google_api.ts";
import { type Connection, serveHttp } from "./http_server.ts";
import { NotionApi } from "./notion/notion_api.ts";
import type { Installation } from "./slack/installations.ts";
import type { Cohort } from "./slack/rate_limits.ts";
import { SlackApi } from "./slack/slack_api.ts";
import { SlackTeam } from "./slack/team.ts";
import { startClock, type WorkplaceClock } from "./world/clock.ts";

export interface WorkplaceOptions {
  /** Decides the whole world; 1 if left out. */
  seed?: number | string;
  /** Port on 127.0.0.1; any free one if left out. A busy port rejects. */
  port?: number;
  /** The clock the workplace follows; the machine's if left out. Its reading at the start ends the past. */
  now?: () => Date;
  /** Workplace seconds for each second of `now`; 1 if left out. */
  scale?: number;
  /** Days of past when the workplace opens; 28 if left out. */
  days?: number;
  /** Multiplies how much happens each day; 1 if left out. */
  pace?: number;
  /** Slack's rate limits to live under; `marketplace` if left out. */
  cohort?: Cohort;
}

export interface Workplace extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** What the Slack SDK takes as `slackApiUrl`. */
  readonly slackApiUrl: string;
  /** Slack's consent page. */
  readonly slackAuthorizeUrl: string;
  /** What the Notion SDK takes as `baseUrl`. */
  readonly notionApiUrl: string;
  /** Notion's consent page. */
  readonly notionAuthorizeUrl: string;
  readonly clock: WorkplaceClock;
  readonly slack: SlackApi;
  /** The company's Notion: its first workspace, a connection to it, and everything that can go wrong. */
  readonly notion: NotionApi;
  /** The first team's bot token with all scopes, and its team. */
  readonly installation: Installation;
  /** The first team. */
  readonly team: SlackTeam;
  readonly teams: readonly SlackTeam[];
  /** `http://127.0.0.1:<port>/google`: the root of all of Google's hosts. Its SDKs take `url` as `rootUrl`. */
  readonly googleUrl: string;
  /** Google's consent page. */
  readonly googleAuthorizeUrl: string;
  readonly google: GoogleApi;
  /**
   * Adds a team with its own bot token. With the seed of another team it has the same people, channel ids and
   * past.
   */
  addTeam(options?: { seed?: number | string }): Installation;
  /** Lets the story go on, on every platform, up to the clock's present. */
  live(): void;
  close(): Promise<void>;
}

/** Founds the world and opens its server. */
export async function startWorkplace(options: WorkplaceOptions = {}): Promise<Workplace> {
  const { seed = 1, port = 0, days = 28, pace = 1, cohort = "marketplace" } = options;
  const clock = startClock(options);
  const teams: SlackTeam[] = [];
  const found = (own: number | string): SlackTeam => {
    const team = new SlackTeam({ seed: own, number: teams.length + 1, days, pace, clock });
    teams.push(team);
    return team;
  };
  const team = found(seed);
  const slack = new SlackApi({ seed, clock, cohort, team });
  const installation = slack.installations.issue(team);

  const app = new Hono<{ Bindings: Connection }>();
  slack.mount(app);
  const google = new GoogleApi({ seed, days, pace, clock });
  google.mount(app);
  const notion = new NotionApi({ seed, days, pace, clock });
  notion.mount(app);
  const server = await serveHttp(async (request, connection) => await app.fetch(request, connection), port);
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    slackApiUrl: `${url}/slack/api/`,
    slackAuthorizeUrl: `${url}/slack/oauth/v2/authorize`,
    notionApiUrl: `${url}/notion`,
    notionAuthorizeUrl: `${url}/notion/v1/oauth/authorize`,
    googleUrl: `${url}/google`,
    googleAuthorizeUrl: `${url}/google/o/oauth2/v2/auth`,
    clock,
    slack,
    google,
    notion,
    installation,
    team,
    teams,
    addTeam: ({ seed: own = seed } = {}) => {
      const team = found(own);
      slack.events.watch(team);
      return slack.installations.issue(team);
    },
    live: () => {
      for (const team of teams) team.live();
      google.live();
      notion.live();
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
