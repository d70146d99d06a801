import type { WorkplaceClock } from "../world/clock.ts";
import { type SeededRandom, seededRandom } from "../world/random.ts";
import { unauthorized } from "./notion_answer.ts";
import { uuid } from "./uuid.ts";
import type { NotionWorkspace } from "./workspace.ts";

/** The integration as registered at Notion: what an OAuth client must know of itself. */
export interface NotionApp {
  clientId: string;
  clientSecret: string;
}

/** One bot in a workspace: what a person let the integration see. */
export interface NotionConnection {
  /** The access token; a refresh replaces it. */
  token: string;
  /** Good for one refresh. */
  refreshToken: string;
  readonly botId: string;
  readonly workspace: NotionWorkspace;
  /** Key of the person who connected. */
  readonly owner: string;
  /** Ids of the pages and databases that were ticked: with all that stands in them they are what it can see. */
  readonly roots: Set<string>;
  state: "active" | "revoked";
}

interface Grant {
  workspace: NotionWorkspace;
  owner: string;
  roots: readonly string[];
  redirectUri: string;
  expires: number;
  used: boolean;
}

/** How long a code waits for its exchange. Notion publishes no figure; ten minutes is OAuth's usual. */
const CODE_LIFETIME = 10 * 60_000;

/** Refuses at the token endpoint, in OAuth's own form. */
export class OAuthRefusal extends Error {
  override readonly name = "OAuthRefusal";

  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** The tokens this workplace's Notion has issued. Nothing else is accepted. */
export class Connections {
  readonly app: NotionApp;
  readonly #clock: WorkplaceClock;
  readonly #random: SeededRandom;
  /** Apart, so that the tokens of a seed do not depend on how many calls came before. */
  readonly #requests: SeededRandom;
  readonly #issued: NotionConnection[] = [];
  readonly #grants = new Map<string, Grant>();

  constructor(seed: number | string, clock: WorkplaceClock) {
    this.#clock = clock;
    this.#random = seededRandom(seed).fork("notion-connections");
    this.#requests = this.#random.fork("requests");
    this.app = { clientId: uuid(this.#random), clientSecret: `secret_${this.#secret(43)}` };
  }

  /** Connects a workspace without the consent page; sees all that the workspace shares if no roots are given. */
  issue(
    workspace: NotionWorkspace,
    { owner = workspace.company.people[0]?.key ?? "", roots = workspace.sharedRoots() }: {
      owner?: string;
      roots?: readonly string[];
    } = {},
  ): NotionConnection {
    const connection: NotionConnection = {
      ...{ token: "", refreshToken: "", botId: uuid(this.#random), workspace, owner, state: "active" },
      roots: new Set(roots),
    };
    this.#renew(connection);
    this.#issued.push(connection);
    return connection;
  }

  /** Ends a connection, as when a person removes it in Notion's settings or the app revokes its token. */
  end(token: string): void {
    this.of(token).state = "revoked";
  }

  /** The connection of a token that came with a call. @throws NotionRefusal 401 `unauthorized` */
  of(token: string | undefined): NotionConnection {
    const connection = this.#issued.find((one) => one.token === token && one.state === "active");
    if (connection === undefined) throw unauthorized();
    return connection;
  }

  /** Notes that a person consented. @returns the code that the redirect carries, good for one exchange */
  grant(grant: Omit<Grant, "expires" | "used">): string {
    const code = uuid(this.#random);
    this.#grants.set(code, { ...grant, expires: this.#clock.now().getTime() + CODE_LIFETIME, used: false });
    return code;
  }

  /**
   * Exchanges a code. Who connects the same workspace again keeps their bot and token and adds what they tick.
   *
   * @throws OAuthRefusal `invalid_grant`
   */
  exchange({ code, redirectUri }: { code: string; redirectUri: string | undefined }): NotionConnection {
    const grant = this.#grants.get(code);
    if (grant === undefined || grant.used) throw invalidGrant("Invalid code.");
    if (grant.expires < this.#clock.now().getTime()) throw invalidGrant("Code has expired.");
    if (redirectUri !== grant.redirectUri) {
      throw invalidGrant("Redirect URI does not match the one of the code.");
    }
    grant.used = true;
    const { workspace, owner, roots } = grant;
    const standing = this.#issued.find((one) =>
      one.workspace === workspace && one.owner === owner && one.state === "active"
    );
    if (standing === undefined) return this.issue(workspace, { owner, roots });
    for (const root of roots) standing.roots.add(root);
    return standing;
  }

  /**
   * Trades a refresh token for a new pair; both old tokens are dead from then on.
   *
   * @throws OAuthRefusal `invalid_grant`
   */
  refresh(refreshToken: string): NotionConnection {
    const connection = this.#issued.find((one) =>
      one.refreshToken === refreshToken && one.state === "active"
    );
    if (connection === undefined) throw invalidGrant("Invalid refresh token.");
    this.#renew(connection);
    return connection;
  }

  /** A new `request_id`. */
  requestId(): string {
    return uuid(this.#requests);
  }

  #renew(connection: NotionConnection): void {
    connection.token = `ntn_${this.#secret(46)}`;
    connection.refreshToken = `nrt_${this.#secret(46)}`;
  }

  #secret(length: number): string {
    return this.#random.characters(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  }
}

function invalidGrant(message: string): OAuthRefusal {
  return new OAuthRefusal(400, "invalid_grant", message);
}
