/** The context for unit tests: answers of the database as the test gives them, and people who are known by their token. */
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { type RpcAnswers, type RpcStandIn, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import type { SignedInUser } from "@shared/auth/user.ts";
import { type ApiContext, VARIABLES } from "./api_context.ts";
import { createOwnRows } from "./own_rows.ts";
import { type TableRows, tablesStandIn } from "./tables_stand_in.ts";

export const SERVICE_KEY = "sb_secret_of_the_test";
export const PUBLISHABLE_KEY = "sb_publishable_of_the_test";
export const ENCRYPTION_KEY = btoa(String.fromCharCode(...new Uint8Array(32).fill(7)));

export interface ContextStandIn extends ApiContext {
  readonly database: RpcStandIn;
  /** Every line that was logged. */
  readonly lines: readonly string[];
  /** Settles when the work behind the answers has. */
  settled(): Promise<unknown>;
}

export interface StandInOptions {
  readonly answers?: RpcAnswers;
  /** What the person's own tables hold. */
  readonly tables?: TableRows;
  /** People by the token that they send. */
  readonly people?: Readonly<Record<string, SignedInUser>>;
  /** More variables. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** Carries requests to the platforms; without it there is no way out. */
  readonly transport?: Egress;
}

export function contextStandIn(options: StandInOptions = {}): ContextStandIn {
  const { answers = {}, people = {}, now = () => new Date("2026-11-05T10:00:00Z") } = options;
  const { transport = () => Promise.reject(new TypeError("There is no network in this test")) } = options;
  const variables: Record<string, string | undefined> = {
    SUPABASE_URL: "https://project.supabase.co",
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: SERVICE_KEY }),
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: PUBLISHABLE_KEY }),
    INTEGRATION_ENCRYPTION_KEY: ENCRYPTION_KEY,
    FRONTEND_URL: "https://app.example",
    ...options.variables,
  };
  const environment = environmentReader("api", VARIABLES, (name) => variables[name])();
  const lines: string[] = [];
  const log = createLog({ level: "debug", now, write: (line) => lines.push(line) });
  const { SLACK_BASE_URL, GOOGLE_BASE_URL, NOTION_BASE_URL } = environment;
  const work: Promise<unknown>[] = [];
  return {
    environment,
    database: rpcStandIn(answers),
    ownRows: createOwnRows({
      url: environment.SUPABASE_URL,
      publishableKey: PUBLISHABLE_KEY,
      fetch: tablesStandIn(options.tables ?? {}),
    }),
    egress: createEgress({ log, transport, overrides: [SLACK_BASE_URL, GOOGLE_BASE_URL, NOTION_BASE_URL] }),
    verifyUser: (request) => {
      const user = people[(request.headers.get("authorization") ?? "").replace("Bearer ", "")];
      const problem = { code: "not_signed_in", message: "Nobody of this test", status: 401 };
      return Promise.resolve(user === undefined ? { ok: false, problem } : { ok: true, user });
    },
    keyRing: () => createKeyRing(ENCRYPTION_KEY),
    log,
    lines,
    now,
    background: (one) => work.push(one),
    settled: () => Promise.all(work),
  };
}
