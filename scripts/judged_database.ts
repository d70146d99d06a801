/**
 * The database that judges and type generation look at: a fresh one, unless the caller has one already.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { startCluster } from "./postgres/cluster.ts";
import { type Installation, PostgresUnavailable, projectFolder } from "./postgres/installation.ts";
import { watchLaunchers } from "./postgres/launcher_watch.ts";
import { prepare } from "./postgres/prepare.ts";
import { say } from "./postgres/say.ts";
import { CommandFailed } from "./postgres/shell.ts";
import { type CliResult, supabase } from "./supabase_cli.ts";

/** The schemas whose shape is part of the contract with TypeScript. */
export const TYPED_SCHEMAS = "public,pipeline";
/** Every schema of ours. */
export const OUR_SCHEMAS = "public,pipeline,private";

export interface JudgedDatabase {
  readonly url: string;
  /** The folder that holds `supabase/`. */
  readonly workdir: string;
  readonly installation: Installation;
}

export interface JudgeOptions {
  readonly workdir: string;
  /** Types: compare instead of write. */
  readonly check: boolean;
  /** Judges: the one to ask. */
  readonly only?: string;
  readonly extensions?: string;
}

/** `--workdir FOLDER --extensions FOLDER --check --only NAME`; the defaults are the project's own. */
export function readJudgeOptions(args: readonly string[]): JudgeOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workdir: { type: "string", default: projectFolder() },
      extensions: { type: "string" },
      check: { type: "boolean", default: false },
      only: { type: "string" },
    },
  });
  return { ...values, workdir: resolve(values.workdir) };
}

/**
 * Calls `use` with an empty database shaped like a hosted project (or the one of DATABASE_URL), and takes it away
 * afterwards, whatever ends us.
 */
export async function withJudgedDatabase(
  options: JudgeOptions,
  use: (database: JudgedDatabase) => Promise<number>,
): Promise<number> {
  const installation = await prepare();
  const { workdir } = options;
  const given = Deno.env.get("DATABASE_URL");
  if (given !== undefined) return await use({ url: given, workdir, installation });

  const cluster = await startCluster(installation, {
    durable: false,
    authStub: true,
    extensions: options.extensions,
  });
  // The cluster ends with this process, so a signal needs no more than the default: to end it.
  const watch = watchLaunchers(() => Deno.exit(143));
  try {
    return await use({ url: cluster.databaseUrl, workdir, installation });
  } finally {
    watch.stop();
    await cluster.stop();
  }
}

/**
 * Applies the migrations as hosted would: in order, by the CLI, as the role of the URL.
 * Vault values of config.toml are left out: they are the deployment's, and a fresh database has no Vault yet.
 */
export function pushMigrations({ url, workdir }: JudgedDatabase): Promise<CliResult> {
  return supabase(workdir, ["db", "push", `--remote=${url}`, "--yes", "--skip-vault"]);
}

/** Runs a script's main function and turns what a person can act on into a message instead of a stack. */
export async function exitWith(name: string, main: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const known = error instanceof PostgresUnavailable || error instanceof CommandFailed ||
      ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
    say(known ? `${name}: ${error.message}` : `${error.stack}`);
    Deno.exit(1);
  }
}
