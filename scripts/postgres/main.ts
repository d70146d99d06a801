/**
 * `deno task postgres`: a real Postgres 17, shaped like a hosted Supabase project, on a machine without Docker.
 */
import { parseArgs } from "node:util";
import { type ClusterOptions, startCluster } from "./cluster.ts";
import { PostgresUnavailable } from "./installation.ts";
import { watchLaunchers } from "./launcher_watch.ts";
import { spawnWithLifeline } from "./lifeline.ts";
import { startNamed, stopNamed } from "./named_cluster.ts";
import { prepare } from "./prepare.ts";
import { print, say, secondsSince } from "./say.ts";

const USAGE = `deno task postgres COMMAND

  prepare                    makes Postgres 17 available (once; about a minute on Debian, as root)
  start                      starts a cluster that stays, and prints its DATABASE_URL
  stop                       stops it and keeps its data
  run [options] -- CMD …     runs CMD with DATABASE_URL of a fresh cluster, which is gone when CMD ends

Options of start and run
  --port N                   the port on 127.0.0.1 (default: a free one)
  --durable                  flush to disk as production does, for benchmarks (default: fast, loses a crash)
  --auth-stub                create a schema auth, for databases that no local stack serves
  --extensions FOLDER        SQL-only extensions to install (default: those of the local stack)
Options of start and stop
  --name NAME                which cluster (default: main)
  --fresh                    (start) delete its data first

The cache folder is .cache in the project, or YARNNN_CACHE.`;

async function main(argv: readonly string[]): Promise<number> {
  const words = argv[0] === "--" ? argv.slice(1) : [...argv];
  const command = words.shift();
  const { options, named, rest } = readOptions(words);
  switch (command) {
    case "prepare":
      print((await prepare()).description);
      return 0;
    case "start": {
      const address = await startNamed(await prepare(), named.name, { ...options, fresh: named.fresh });
      print(`DATABASE_URL=${address.databaseUrl}`);
      print(`ADMIN_DATABASE_URL=${address.adminUrl}`);
      return 0;
    }
    case "stop": {
      const stopped = await stopNamed(await prepare(), named.name);
      say(
        stopped
          ? `postgres: stopped "${named.name}"; its data stays`
          : `postgres: "${named.name}" does not run`,
      );
      return 0;
    }
    case "run":
      if (rest.length > 0) return await runWithCluster(rest, options);
  }
  say(USAGE);
  return 2;
}

/** Runs `command` with a fresh cluster around it. Whatever ends us ends both. */
async function runWithCluster(command: readonly string[], options: ClusterOptions): Promise<number> {
  const installation = await prepare();
  const startedAt = performance.now();
  const cluster = await startCluster(installation, options);
  say(`postgres: a fresh cluster on port ${cluster.port} after ${secondsSince(startedAt)}`);
  const child = spawnWithLifeline(command, {
    env: { DATABASE_URL: cluster.databaseUrl, ADMIN_DATABASE_URL: cluster.adminUrl },
  });
  const { promise: told, resolve: tell } = Promise.withResolvers<number>();
  const watch = watchLaunchers(() => tell(143));
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    Deno.addSignalListener(signal, () => tell(code));
  }
  const code = await Promise.race([child.ended, told]);
  watch.stop();
  await child.stop();
  await cluster.stop();
  return code;
}

function readOptions(
  words: string[],
): { options: ClusterOptions; named: { name: string; fresh: boolean }; rest: string[] } {
  // Everything after -- belongs to the command to run.
  const split = words.indexOf("--");
  const own = split < 0 ? words.length : split;
  const { values, positionals } = parseArgs({
    args: words.slice(0, own),
    allowPositionals: true,
    strict: true,
    options: {
      port: { type: "string" },
      durable: { type: "boolean", default: false },
      "auth-stub": { type: "boolean", default: false },
      extensions: { type: "string" },
      name: { type: "string", default: "main" },
      fresh: { type: "boolean", default: false },
    },
  });
  return {
    options: {
      port: readPort(values.port),
      durable: values.durable,
      authStub: values["auth-stub"],
      extensions: values.extensions,
    },
    named: { name: values.name, fresh: values.fresh },
    rest: [...positionals, ...words.slice(own + 1)],
  };
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new PostgresUnavailable(`--port ${text} is no port: give a number from 1 to 65535.`);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // What a person can act on has its own message; anything else is a defect of ours and shows its stack.
    const known = error instanceof PostgresUnavailable || error.name === "CommandFailed" ||
      ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
    say(known ? `postgres: ${error.message}` : `${error.stack}`);
    Deno.exit(1);
  }
}
