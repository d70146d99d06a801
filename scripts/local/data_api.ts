import { App } from "@supabase/lite";
import type { Database } from "./database/database.ts";
import { withErrorsKept } from "./quiet_console.ts";

/** What a project hands out: one key for browsers, one for servers, and the secret that signs user tokens (HS256). */
export interface ApiKeys {
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
}

/** Fresh keys, so that nothing printed by an earlier start opens a later one. */
export function newApiKeys(): ApiKeys {
  return {
    publishableKey: `sb_publishable_${randomText()}`,
    secretKey: `sb_secret_${randomText()}`,
    jwtSecret: randomText() + randomText(),
  };
}

/** 128 random bits as letters and digits. */
export function randomText(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** PostgREST- and Auth-compatible: `/rest/v1` over public and pipeline, `/auth/v1` with e-mail and password. */
export class DataApi {
  readonly #app;

  /** `onFailure` is told what lay behind an answer of 500 or above. */
  constructor(
    readonly database: Database,
    keys: ApiKeys,
    readonly onFailure: (text: string) => void = () => {},
  ) {
    this.#app = new App({
      connection: database.connection,
      api: { schemas: ["public", "pipeline"] },
      auth: {
        enabled: true,
        publishable_key: keys.publishableKey,
        secret_key: keys.secretKey,
        jwt_secret: keys.jwtSecret,
        jwt_expiry: 3_600,
        email: { enable_confirmations: false },
      },
    });
  }

  /** Creates the schema `auth` where it is missing. The caller holds the database. */
  async ensureAuth(): Promise<void> {
    await this.#app.ensureSystemSchema();
  }

  /**
   * Answers one request, alone on the database from its first statement to its last. As with PostgREST, a client that
   * has gone away does not take its request back.
   */
  async fetch(request: Request): Promise<Response> {
    // A slow client must not keep the others waiting while its body arrives.
    const body = request.body === null ? null : await request.arrayBuffer();
    const own = new Request(request.url, { method: request.method, headers: request.headers, body });
    return await this.database.exclusive(async () => {
      const { result: answer, errors } = await withErrorsKept(() => this.#answer(own));
      const bytes = await answer.arrayBuffer();
      if (answer.status >= 500 && errors.length > 0) this.onFailure(errors.join("\n"));
      return new Response(bytes.byteLength > 0 ? bytes : null, {
        status: answer.status,
        statusText: answer.statusText,
        headers: answer.headers,
      });
    });
  }

  async #answer(request: Request): Promise<Response> {
    return await this.#app.fetch(request, { peerAddress: null });
  }
}
