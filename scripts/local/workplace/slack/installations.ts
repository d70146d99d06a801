import { type SeededRandom, seededRandom } from "../world/random.ts";
import type { WorkplaceClock } from "../world/clock.ts";
import { SlackRefusal } from "./slack_answer.ts";
import type { SlackTeam } from "./team.ts";

/** The app as registered at Slack: what an OAuth client must know of itself. */
export interface SlackApp {
  id: string;
  clientId: string;
  clientSecret: string;
  /** Signs the events that are sent to the app. */
  signingSecret: string;
}

/** The bot scopes the product asks for; a seeded installation has them all. */
export const BOT_SCOPES: readonly string[] = [
  ...["channels:history", "channels:join", "channels:read", "chat:write", "groups:history", "groups:read"],
  ...["im:history", "im:write", "users:read", "users:read.email"],
];

/** One bot token and what it may do. */
export interface Installation {
  token: string;
  team: SlackTeam;
  scopes: readonly string[];
  state: "active" | "revoked" | "inactive";
}

/** A consent that was given and not yet exchanged. */
interface Grant {
  team: SlackTeam;
  scopes: readonly string[];
  userId: string;
  redirectUri: string;
  expires: number;
  used: boolean;
}

/** Slack's authorization codes live ten minutes. */
const CODE_LIFETIME = 10 * 60_000;

/** The tokens this workplace has issued. Nothing else is accepted by the API. */
export class Installations {
  readonly app: SlackApp;
  readonly #clock: WorkplaceClock;
  readonly #random: SeededRandom;
  readonly #issued: Installation[] = [];
  readonly #grants = new Map<string, Grant>();

  constructor(seed: number | string, clock: WorkplaceClock) {
    this.#clock = clock;
    this.#random = seededRandom(seed).fork("installations");
    const digits = "0123456789";
    this.app = {
      id: `A0${this.#random.characters(9)}`,
      clientId: `${this.#random.characters(12, digits)}.${this.#random.characters(13, digits)}`,
      clientSecret: this.#random.characters(32, "0123456789abcdef"),
      signingSecret: this.#random.fork("signing").characters(32, "0123456789abcdef"),
    };
  }

  /** Issues a new bot token of the app for a team, with its own scopes. */
  issue(team: SlackTeam, scopes: readonly string[] = BOT_SCOPES): Installation {
    const token = `xoxb-${this.#random.characters(12, "0123456789")}-${this.#random.characters(24)}`;
    const installation: Installation = { token, team, scopes: [...scopes].sort(), state: "active" };
    this.#issued.push(installation);
    return installation;
  }

  /** Ends a token: `revoked` as auth.revoke does, `inactive` as when the team closes its account. */
  end(token: string, state: "revoked" | "inactive" = "revoked"): void {
    const installation = this.#issued.find((one) => one.token === token);
    if (installation === undefined) throw new Error("This workplace never issued that token");
    installation.state = state;
  }

  /**
   * The installation of a token that came with a call.
   *
   * @throws SlackRefusal `not_authed`, `invalid_auth`, `token_revoked`, `account_inactive`
   */
  of(token: string | undefined): Installation {
    if (token === undefined || token === "") throw new SlackRefusal("not_authed");
    const installation = this.#issued.find((one) => one.token === token);
    if (installation === undefined) throw new SlackRefusal("invalid_auth");
    if (installation.state === "revoked") throw new SlackRefusal("token_revoked");
    if (installation.state === "inactive") throw new SlackRefusal("account_inactive");
    return installation;
  }

  /** Notes that a user consented. @returns the code that the redirect carries, good for one exchange */
  grant(grant: Pick<Grant, "team" | "scopes" | "userId" | "redirectUri">): string {
    const code = `${this.#random.characters(12, "0123456789")}.${
      this.#random.characters(32, "0123456789abcdef")
    }`;
    const expires = this.#clock.now().getTime() + CODE_LIFETIME;
    this.#grants.set(code, { ...grant, expires, used: false });
    return code;
  }

  /**
   * Exchanges a code. An app has one bot token a team, as at Slack: whoever installs it again in the same
   * team gets the same token, with the new scopes added, while it is active.
   *
   * @throws SlackRefusal `invalid_client_id`, `bad_client_secret`, `invalid_code`, `code_already_used`,
   *   `code_expired`, `bad_redirect_uri`
   */
  exchange(
    asked: {
      clientId: string | undefined;
      clientSecret: string | undefined;
      code: string;
      redirectUri?: string;
    },
  ): { installation: Installation; userId: string } {
    if (asked.clientId !== this.app.clientId) throw new SlackRefusal("invalid_client_id");
    if (asked.clientSecret !== this.app.clientSecret) throw new SlackRefusal("bad_client_secret");
    const grant = this.#grants.get(asked.code);
    if (grant === undefined) throw new SlackRefusal("invalid_code");
    if (grant.used) throw new SlackRefusal("code_already_used");
    if (grant.expires < this.#clock.now().getTime()) throw new SlackRefusal("code_expired");
    if ((asked.redirectUri ?? grant.redirectUri) !== grant.redirectUri) {
      throw new SlackRefusal("bad_redirect_uri");
    }
    grant.used = true;
    const standing = this.#issued.find((one) => one.team === grant.team && one.state === "active");
    if (standing === undefined) {
      return { installation: this.issue(grant.team, grant.scopes), userId: grant.userId };
    }
    standing.scopes = [...new Set([...standing.scopes, ...grant.scopes])].sort();
    return { installation: standing, userId: grant.userId };
  }
}
