/**
 * A cluster of Postgres 17 shaped like a hosted Supabase project: made, started, stopped.
 */
import { join } from "node:path";
import { installProjectExtensions } from "./control_files.ts";
import { type Installation, PostgresUnavailable, projectFolder } from "./installation.ts";
import { type LifelineChild, spawnWithLifeline } from "./lifeline.ts";
import { attempt, capture, lastLines } from "./shell.ts";
import { choosePort } from "./port.ts";

export interface ClusterOptions {
  /** The port on 127.0.0.1; a free one when it is not given. */
  readonly port?: number;
  /** True flushes to disk as in production (for benchmarks); false is faster and loses a crash. */
  readonly durable: boolean;
  /** Creates the schema auth for databases that no stack serves. */
  readonly authStub: boolean;
  /** A folder with SQL-only extensions (`NAME.control`, `NAME--VERSION.sql`). */
  readonly extensions?: string;
}

/** How to reach a running cluster. */
export interface ClusterAddress {
  readonly port: number;
  /** As `postgres`, who is no superuser: for migrations, the stack and people. */
  readonly databaseUrl: string;
  /** As the superuser, with its password: for setting up and looking, never for the pipeline. */
  readonly adminUrl: string;
}

export interface Cluster extends ClusterAddress {
  readonly installation: Installation;
  /** `pg_ctl -m immediate`: every backend ends at its present instruction. It stays down until `restart`. */
  crash(): Promise<void>;
  /** Starts it again on the same port after `crash` and waits until it has recovered. */
  restart(): Promise<void>;
  /** Ends Postgres and deletes the data. */
  stop(): Promise<void>;
}

/** Where the project keeps the SQL-only extensions of its local stack. */
export function projectExtensions(): string {
  return join(projectFolder(), "scripts", "local", "extensions");
}

/** Makes a fresh cluster, starts it, and binds its life and its data to this process. */
export async function startCluster(installation: Installation, options: ClusterOptions): Promise<Cluster> {
  await sweepAbandoned(installation);
  const folder = join(installation.clusterFolder, `run-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`);
  let server: LifelineChild | undefined;
  try {
    const password = await createCluster(installation, folder, options);
    const port = choosePort(options.port);
    const down = join(folder, "down");
    server = spawnWithLifeline(againAfterCrash(down, serverArgv(installation, folder, port)), {
      stopSignal: "INT",
      deleteAfter: folder,
      log: logFile(folder),
    });
    const address = addressOf(port, password);
    await waitUntilReady(installation, folder, address, server.ended);
    await shape(installation, address, options.authStub);
    const running = server;
    return {
      ...address,
      installation,
      async crash() {
        await Deno.writeTextFile(down, "");
        await capture(installation.argv("pg_ctl", [
          "stop",
          "--silent",
          "--mode=immediate",
          `--pgdata=${installation.inside(join(folder, "data"))}`,
        ]));
      },
      async restart() {
        await Deno.remove(down);
        await waitUntilReady(installation, folder, address, running.ended);
      },
      stop: () => running.stop().then(() => undefined),
    };
  } catch (error) {
    await server?.stop();
    await capture(["rm", "-rf", "--", folder]);
    throw error;
  }
}

/** The server, started again when it ended while the file `down` existed and that file is gone. */
function againAfterCrash(down: string, argv: readonly string[]): string[] {
  const again = 'down=$1; shift; while :; do "$@"; code=$?; [ -e "$down" ] || exit "$code"; ' +
    'while [ -e "$down" ]; do sleep 0.05; done; done';
  return ["bash", "-c", again, "server", down, ...argv];
}

/** The files of a new cluster in `folder`. @returns the superuser's password */
export async function createCluster(
  installation: Installation,
  folder: string,
  options: ClusterOptions,
): Promise<string> {
  await installProjectExtensions(options.extensions ?? projectExtensions(), installation.extensionFolder);
  const password = crypto.randomUUID();
  await Deno.mkdir(folder, { recursive: true });
  const passwordFile = join(folder, "password");
  await Deno.writeTextFile(passwordFile, password, { mode: 0o600 });
  if (installation.owner) {
    await Deno.chown(folder, installation.owner.uid, installation.owner.gid);
    await Deno.chown(passwordFile, installation.owner.uid, installation.owner.gid);
  }
  await Deno.chmod(folder, 0o700);
  const data = join(folder, "data");
  await capture(installation.argv("initdb", [
    `--pgdata=${installation.inside(data)}`,
    "--username=supabase_admin",
    `--pwfile=${installation.inside(passwordFile)}`,
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--auth-local=reject",
    "--auth-host=scram-sha-256",
    "--no-sync",
    "--no-instructions",
  ]));
  await Deno.writeTextFile(join(data, "postgresql.auto.conf"), configuration(options.durable));
  await Deno.writeTextFile(join(data, "pg_hba.conf"), ACCESS);
  return password;
}

/**
 * Loopback only. pg_cron connects as a job's owner and has no password to offer, so every role but the superuser is
 * trusted there; a program on this machine can be `postgres` in this database and no more than that.
 */
const ACCESS = [
  "host all supabase_admin 127.0.0.1/32 scram-sha-256",
  "host all all 127.0.0.1/32 trust",
  "",
].join("\n");

function configuration(durable: boolean): string {
  const onOff = durable ? "on" : "off";
  return [
    "listen_addresses = '127.0.0.1'",
    // A socket's path may have 107 characters and a checkout's path does not care.
    "unix_socket_directories = ''",
    "shared_preload_libraries = 'pg_cron'",
    "cron.database_name = 'postgres'",
    "cron.host = '127.0.0.1'",
    "wal_level = logical",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "max_connections = 100",
    "shared_buffers = '256MB'",
    // A chroot has no /dev/shm of its own.
    "dynamic_shared_memory_type = mmap",
    `fsync = ${onOff}`,
    `synchronous_commit = ${onOff}`,
    `full_page_writes = ${onOff}`,
    "",
  ].join("\n");
}

/** Where a cluster's server writes its log, outside its data. */
export function logFile(folder: string): string {
  return join(folder, "postgres.log");
}

/** The argv of the server itself, in the foreground. */
export function serverArgv(installation: Installation, folder: string, port: number): string[] {
  return installation.argv("postgres", ["-D", installation.inside(join(folder, "data")), "-p", String(port)]);
}

export function addressOf(port: number, password: string): ClusterAddress {
  const place = `127.0.0.1:${port}/postgres?sslmode=disable`;
  return {
    port,
    databaseUrl: `postgresql://postgres@${place}`,
    adminUrl: `postgresql://supabase_admin:${password}@${place}`,
  };
}

/** Waits until it answers; a server that ends instead is an error with the end of its log. */
export async function waitUntilReady(
  installation: Installation,
  folder: string,
  address: ClusterAddress,
  ended: Promise<number>,
): Promise<void> {
  let code: number | undefined;
  ended.then((value) => code = value);
  const deadline = performance.now() + 60_000;
  while (code === undefined && performance.now() < deadline) {
    const ready = await attempt(installation.argv("pg_isready", ["--quiet", "--dbname", address.adminUrl]));
    if (ready.code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = await Deno.readTextFile(logFile(folder)).catch(() => "(it wrote no log)");
  throw new PostgresUnavailable(
    `Postgres 17 ${code === undefined ? "did not answer within 60 s" : `ended with code ${code}`} on port ` +
      `${address.port}. Its log ends with:\n${lastLines(log, 15)}`,
  );
}

/** Roles, schemas and privileges of a hosted project; the schema auth only when asked for. */
export async function shape(
  installation: Installation,
  address: ClusterAddress,
  authStub: boolean,
): Promise<void> {
  for (const file of authStub ? ["shape.sql", "auth_stub.sql"] : ["shape.sql"]) {
    await runSql(installation, address.adminUrl, await Deno.readTextFile(new URL(file, import.meta.url)));
  }
}

/** Runs SQL in one transaction. @returns psql's unaligned output. @throws {CommandFailed} at its first error */
export function runSql(installation: Installation, url: string, sql: string): Promise<string> {
  return capture(
    installation.argv("psql", [
      "--no-psqlrc",
      "--quiet",
      "--tuples-only",
      "--no-align",
      "--single-transaction",
      "--set=ON_ERROR_STOP=1",
      `--dbname=${url}`,
    ]),
    { input: sql },
  );
}

/** Deletes what runs left behind whose every process was killed at once. */
async function sweepAbandoned(installation: Installation): Promise<void> {
  for await (const entry of Deno.readDir(installation.clusterFolder)) {
    const pid = /^run-(\d+)-/.exec(entry.name)?.[1];
    if (pid === undefined || await isAlive(Number(pid))) continue;
    const folder = join(installation.clusterFolder, entry.name);
    const postmaster = await Deno.readTextFile(join(folder, "data/postmaster.pid")).catch(() => "");
    if (await isAlive(Number(postmaster.split("\n")[0]))) continue;
    await capture(["rm", "-rf", "--", folder]);
  }
}

/** True while a process of that id exists. */
export async function isAlive(pid: number): Promise<boolean> {
  return pid > 0 && (await attempt(["kill", "-0", String(pid)])).code === 0;
}
