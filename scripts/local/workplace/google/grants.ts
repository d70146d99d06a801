import type { WorkplaceClock } from "../world/clock.ts";
import { type SeededRandom, seededRandom } from "../world/random.ts";
import type { GoogleAccount } from "./account.ts";
import { OAuthRefusal, unauthenticated } from "./google_refusal.ts";

/** The OAuth client as registered at Google. */
export interface GoogleClient {
  clientId: string;
  clientSecret: string;
}

/** What one account allows the client: a refresh token and its scopes. */
export interface Grant {
  refreshToken: string;
  account: GoogleAccount;
  scopes: readonly string[];
  /** `revoked`: by the person or by /revoke. `expired`: as after a password change or seven days of testing. */
  state: "active" | "revoked" | "expired";
}

/** An access token and when it dies, epoch milliseconds. */
interface Access {
  token: string;
  grant: Grant;
  scopes: readonly string[];
  expires: number;
}

/** A consent that was given and not yet exchanged. */
interface Consented {
  account: GoogleAccount;
  scopes: readonly string[];
  redirectUri: string;
  challenge?: string;
  /** Whether the exchange gives a refresh token. */
  offline: boolean;
  expires: number;
  used?: Grant;
}

/** Seconds an access token lives; Google says 3599 of the hour. */
export const ACCESS_SECONDS = 3599;
const CODE_LIFETIME = 10 * 60_000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** What Google says of a dead refresh token. */
export const PERISHED = "Token has been expired or revoked.";

/** The tokens this workplace's Google has issued. Nothing else is accepted. */
export class Grants {
  readonly client: GoogleClient;
  readonly #clock: WorkplaceClock;
  readonly #random: SeededRandom;
  readonly #granted: Grant[] = [];
  readonly #access = new Map<string, Access>();
  readonly #consented = new Map<string, Consented>();

  constructor(seed: number | string, clock: WorkplaceClock) {
    this.#clock = clock;
    this.#random = seededRandom(seed).fork("google-grants");
    const number = this.#random.characters(12, "0123456789");
    this.client = {
      clientId: `${number}-${this.#random.characters(32).toLowerCase()}.apps.googleusercontent.com`,
      clientSecret: `GOCSPX-${this.#random.characters(28, LETTERS)}`,
    };
  }

  /** Every grant so far, the dead ones too. */
  get all(): readonly Grant[] {
    return this.#granted;
  }

  /** Grants scopes of an account. */
  issue(account: GoogleAccount, scopes: readonly string[]): Grant {
    const refreshToken = `1//0${this.#random.characters(60, LETTERS)}`;
    const grant: Grant = { refreshToken, account, scopes: [...scopes], state: "active" };
    this.#granted.push(grant);
    return grant;
  }

  /** Gives a new access token; it lives for 3599 s of the workplace's clock. */
  accessToken(grant: Grant, scopes: readonly string[] = grant.scopes): string {
    const token = `ya29.${this.#random.characters(80, LETTERS)}`;
    const expires = this.#clock.now().getTime() + ACCESS_SECONDS * 1000;
    this.#access.set(token, { token, grant, scopes, expires });
    return token;
  }

  /** Ends a grant and every access token of it: revoked, or expired as when the password is changed. */
  end(grant: Grant, state: "revoked" | "expired" = "revoked"): void {
    grant.state = state;
  }

  /** Ends the access tokens of a grant at once; its refresh token gives new ones. */
  expireAccess(grant: Grant): void {
    for (const [token, access] of this.#access) if (access.grant === grant) this.#access.delete(token);
  }

  /**
   * What an access token that came with a call stands for.
   *
   * @throws GoogleRefusal 401
   */
  of(token: string | undefined): Access {
    const access = token === undefined ? undefined : this.#access.get(token);
    if (access === undefined || access.grant.state !== "active") throw unauthenticated();
    if (access.expires <= this.#clock.now().getTime()) throw unauthenticated();
    return access;
  }

  /** Notes that a person consented. @returns the code that the redirect carries, good for one exchange */
  consent(
    consented: Omit<Consented, "expires" | "used" | "offline"> & { access: string; prompt: string },
  ): string {
    const { access, prompt, ...kept } = consented;
    // Google gives a refresh token at the first consent only, unless the client asks to show the page again.
    const known = this.#granted.some(({ account, state }) => account === kept.account && state === "active");
    const offline = access === "offline" && (!known || prompt.split(" ").includes("consent"));
    const code = `4/0${this.#random.characters(60, LETTERS)}`;
    this.#consented.set(code, { ...kept, offline, expires: this.#clock.now().getTime() + CODE_LIFETIME });
    return code;
  }

  /**
   * Exchanges a code, once. A second exchange of it also ends what the first one gave, as RFC 6749 4.1.2 asks.
   *
   * @param proves whether the verifier that came along fits the challenge of the consent
   * @throws OAuthRefusal `invalid_grant`, `redirect_uri_mismatch`
   */
  async exchange(
    { code, redirectUri, proves }: {
      code: string;
      redirectUri: string;
      proves: (challenge: string) => Promise<boolean>;
    },
  ): Promise<{ grant: Grant; offline: boolean }> {
    const consented = this.#consented.get(code);
    if (consented === undefined) throw new OAuthRefusal("invalid_grant", "Malformed auth code.");
    if (consented.used !== undefined) {
      this.end(consented.used);
      throw new OAuthRefusal("invalid_grant", "Bad Request");
    }
    if (consented.expires < this.#clock.now().getTime()) {
      throw new OAuthRefusal("invalid_grant", "Bad Request");
    }
    if (redirectUri !== consented.redirectUri) throw new OAuthRefusal("redirect_uri_mismatch", "Bad Request");
    if (consented.challenge !== undefined && !await proves(consented.challenge)) {
      throw new OAuthRefusal("invalid_grant", "Invalid code verifier.");
    }
    const grant = this.issue(consented.account, consented.scopes);
    consented.used = grant;
    return { grant, offline: consented.offline };
  }

  /**
   * The live grant of a refresh token. A refresh token is good for any number of refreshes.
   *
   * @throws OAuthRefusal `invalid_grant`
   */
  refresh(refreshToken: string): Grant {
    const grant = this.#granted.find((one) => one.refreshToken === refreshToken);
    if (grant === undefined || grant.state !== "active") throw new OAuthRefusal("invalid_grant", PERISHED);
    return grant;
  }

  /**
   * Revokes by either kind of token; the whole grant ends.
   *
   * @throws OAuthRefusal `invalid_token` when it is dead already or was never issued
   */
  revoke(token: string): void {
    const grant = this.#access.get(token)?.grant ?? this.#granted.find((one) => one.refreshToken === token);
    if (grant === undefined || grant.state !== "active") {
      throw new OAuthRefusal("invalid_token", "Token expired or revoked");
    }
    this.end(grant);
  }

  /** Whole seconds that an access token has left. */
  secondsLeft({ expires }: { expires: number }): number {
    return Math.floor((expires - this.#clock.now().getTime()) / 1000);
  }
}
