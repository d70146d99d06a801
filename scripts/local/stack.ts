import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { CronLoop } from "./cron_loop.ts";
import { pauseRealCron, wakeRealCron } from "./cron_pause.ts";
import { type ApiKeys, DataApi, newApiKeys, randomText } from "./data_api.ts";
import type { Database } from "./database/database.ts";
import { migrate } from "./database/migrate.ts";
import { openPglite } from "./database/pglite.ts";
import { openPostgres } from "./database/postgres.ts";
import { prepareDatabase } from "./database/prepare.ts";
import { FREE_WALL_CLOCK_SECONDS, FunctionsHost, type LogLine } from "./functions_host.ts";
import { type AroundData, type Gateway, startGateway } from "./gateway.ts";
import { NetLoop } from "./net_loop.ts";
import { PROJECT_ROOT } from "./project_root.ts";
import { type ProviderOptions, type Providers, startProviders } from "./providers.ts";
import { writeVaultSecret } from "./vault_secrets.ts";

export interface StackOptions extends ProviderOptions {
  /** A real Postgres; PGlite in memory when left out. */
  readonly databaseUrl?: string;
  /** 54321 or the next free one when left out; 0 for any; a taken one is an error. */
  readonly port?: number;
  /** Whether cron and net run by themselves (the default) or are cranked by hand. */
  readonly loops?: boolean;
  readonly functions?: {
    readonly folder?: URL;
    readonly deno?: string;
    readonly wallClockSeconds?: number;
    /** Processes of one function at a time; 1 when left out. */
    readonly processes?: number;
  };
  /** For tests that break the functions' way to the database. */
  readonly aroundData?: AroundData;
  /** More variables for the functions; they win over all others. */
  readonly env?: Readonly<Record<string, string>>;
  readonly migrations?: URL;
  /** Whether supabase/seed.sql is run, if there is one. */
  readonly seed?: boolean;
  readonly onLog?: (line: LogLine) => void;
  /** Told of what went wrong behind an answer or in a loop. */
  readonly onFailure?: (text: string) => void;
}

/** Starts everything, in the order in which each part needs the one before; a failure closes what had been started. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { onFailure = () => {}, loops = true } = options;
  const onError = (error: unknown) =>
    onFailure(error instanceof Error ? error.stack ?? error.message : String(error));
  const keys = newApiKeys();
  const opening = new AsyncDisposableStack();
  try {
    const [database, providers] = await Promise.all([
      openDatabase(options.databaseUrl).then((opened) => opening.adopt(opened, (it) => it.close())),
      startProviders(options).then((started) => opening.adopt(started, (it) => it.close())),
    ]);
    const dataApi = new DataApi(database, keys, onFailure);
    await prepareDatabase(database, () => dataApi.ensureAuth());
    const migrated = await migrate(database, {
      migrations: options.migrations ?? new URL("supabase/migrations/", PROJECT_ROOT),
      seed: options.seed ? new URL("supabase/seed.sql", PROJECT_ROOT) : undefined,
    });

    const env: Record<string, string> = {};
    const functions = new FunctionsHost({
      root: PROJECT_ROOT,
      functions: options.functions?.folder,
      deno: options.functions?.deno,
      wallClockSeconds: options.functions?.wallClockSeconds,
      processes: options.functions?.processes,
      allowHosts: providers.hosts,
      environment: () => env,
      onLog: options.onLog,
    });
    const gateway = opening.adopt(
      startGateway({
        database,
        dataApi,
        functions,
        keys,
        port: options.port,
        aroundData: options.aroundData,
      }),
      (it) => it.close(),
    );
    // After the gateway, so that it ends before it: what the gateway still waits for is then answered.
    opening.adopt(functions, (it) => it.close());
    Object.assign(env, functionVariables(gateway, keys, providers, options));
    const packages = functions.prepare();
    // Awaited below, after what goes on meanwhile.
    packages.catch(() => {});
    await writeVaultSecret(database, "functions_url", `${gateway.url}/functions/v1`);
    await writeVaultSecret(database, "wake_up_secret", env.WAKE_UP_SECRET ?? "");

    const net = opening.adopt(new NetLoop({ database, onError }), (it) => it.stop());
    const cron = opening.adopt(new CronLoop({ database, onError }), (it) => it.stop());
    if (database.kind === "postgres" && await hasCron(database)) {
      if (loops) await wakeRealCron(database);
      else opening.defer(await pauseRealCron(database));
    } else if (loops && await hasCron(database)) cron.start();
    await packages;
    if (loops && await hasOurNet(database)) await net.start();
    return new Stack(
      { database, functions, net, cron, keys, gateway, providers, env, migrated },
      opening.move(),
    );
  } catch (error) {
    await opening.disposeAsync();
    throw error;
  }
}

/** Where a frontend would run on this machine; `site_url` of supabase/config.toml. */
const FRONTEND = "http://127.0.0.1:3000";

interface StackParts {
  readonly database: Database;
  readonly functions: FunctionsHost;
  readonly net: NetLoop;
  readonly cron: CronLoop;
  readonly keys: ApiKeys;
  readonly gateway: Gateway;
  readonly providers: Providers;
  readonly env: Readonly<Record<string, string>>;
  readonly migrated: readonly string[];
}

/** A running stack. Closing it ends every process and server it started. */
export class Stack implements AsyncDisposable {
  readonly database: Database;
  readonly functions: FunctionsHost;
  readonly net: NetLoop;
  readonly cron: CronLoop;
  readonly url: string;
  readonly functionsUrl: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
  /** The functions' variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of the migrations that this start applied. */
  readonly migrated: readonly string[];
  readonly mail: Providers["mail"];
  readonly model: Providers["model"];
  readonly workplace: Providers["workplace"];
  #closing?: Promise<void>;

  constructor(parts: StackParts, readonly resources: AsyncDisposableStack) {
    this.database = parts.database;
    this.functions = parts.functions;
    this.net = parts.net;
    this.cron = parts.cron;
    this.url = parts.gateway.url;
    this.functionsUrl = `${parts.gateway.url}/functions/v1`;
    this.publishableKey = parts.keys.publishableKey;
    this.secretKey = parts.keys.secretKey;
    this.jwtSecret = parts.keys.jwtSecret;
    this.env = parts.env;
    this.migrated = parts.migrated;
    this.mail = parts.providers.mail;
    this.model = parts.providers.model;
    this.workplace = parts.providers.workplace;
  }

  /** Signs the person up, or in when they exist. */
  async signUp(email: string, password: string): Promise<{ userId: string; accessToken: string }> {
    const { auth } = this.client();
    let { data, error } = await auth.signUp({ email, password });
    if (error?.code === "user_already_exists") {
      ({ data, error } = await auth.signInWithPassword({ email, password }));
    }
    if (error || !data.session || !data.user) {
      throw new Error(`Cannot sign up '${email}': ${error?.message ?? "no session was given"}`, {
        cause: error,
      });
    }
    return { userId: data.user.id, accessToken: data.session.access_token };
  }

  /** supabase-js as a browser has it: anonymous, or a signed-in person with a token. */
  client(accessToken?: string): SupabaseClient {
    return openClient(this.url, this.publishableKey, accessToken);
  }

  /** supabase-js with the secret key: role service_role. */
  admin(): SupabaseClient {
    return openClient(this.url, this.secretKey);
  }

  /**
   * Cranks until nothing is under way: sends what is queued in pg_net, waits for the functions, and again, until there
   * is nothing to send. Starts no cron job by itself.
   */
  async settle(options: { until?: AbortSignal } = {}): Promise<void> {
    const { until } = options;
    while (true) {
      await this.functions.settled(until);
      const sent = await this.net.turn(until);
      await this.functions.settled(until);
      if (sent === 0 && await this.net.queued() === 0) return;
    }
  }

  close(): Promise<void> {
    return this.#closing ??= this.resources.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function openDatabase(url: string | undefined): Promise<Database> {
  return url === undefined ? openPglite() : openPostgres(url);
}

function functionVariables(
  gateway: Gateway,
  keys: ApiKeys,
  providers: Providers,
  options: StackOptions,
): Record<string, string> {
  return {
    WAKE_UP_SECRET: randomText(),
    INTEGRATION_ENCRYPTION_KEY: crypto.getRandomValues(new Uint8Array(32)).toBase64(),
    FRONTEND_URL: FRONTEND,
    ...providers.variables,
    WALL_CLOCK_SECONDS: String(options.functions?.wallClockSeconds ?? FREE_WALL_CLOCK_SECONDS),
    ...options.env,
    SUPABASE_URL: gateway.url,
    SUPABASE_JWT_SECRET: keys.jwtSecret,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
  };
}

async function hasCron(database: Database): Promise<boolean> {
  const [row] = await database.query<{ there: boolean }>(
    "select to_regclass('cron.job') is not null as there",
  );
  return row?.there ?? false;
}

/** A real pg_net has its own worker, and with it this function; ours would send everything twice. */
async function hasOurNet(database: Database): Promise<boolean> {
  const [row] = await database.query<{ ours: boolean }>(
    "select to_regclass('net.http_request_queue') is not null and to_regproc('net.worker_restart') is null as ours",
  );
  return row?.ours ?? false;
}

function openClient(url: string, key: string, accessToken?: string): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(accessToken === undefined ? {} : { accessToken: () => Promise.resolve(accessToken) }),
  });
}
