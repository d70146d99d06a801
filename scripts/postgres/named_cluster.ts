/**
 * A cluster that outlives the command that starts it: `start`, work with it for days, `stop`. Its data stays.
 */
import { join } from "node:path";
import { z } from "zod";
import {
  addressOf,
  type ClusterAddress,
  type ClusterOptions,
  createCluster,
  isAlive,
  logFile,
  shape,
  waitUntilReady,
} from "./cluster.ts";
import { type Installation, PostgresUnavailable } from "./installation.ts";
import { choosePort } from "./port.ts";
import { capture } from "./shell.ts";

const Notes = z.object({ password: z.string(), port: z.number().int() });

/** Starts the cluster of that name, made when it does not exist; says where it is when it already runs. */
export async function startNamed(
  installation: Installation,
  name: string,
  options: ClusterOptions & { readonly fresh: boolean },
): Promise<ClusterAddress> {
  const folder = folderOf(installation, name);
  if (options.fresh) {
    await stopNamed(installation, name);
    await capture(["rm", "-rf", "--", folder]);
  }
  const known = await notesOf(folder);
  if (known && await serverOf(folder) !== undefined) return addressOf(known.port, known.password);

  // Without notes there is a half-made cluster at most.
  if (!known) await capture(["rm", "-rf", "--", folder]);
  const password = known?.password ?? await createCluster(installation, folder, options);
  const port = choosePort(options.port ?? await freeAgain(known?.port));
  const address = addressOf(port, password);
  await capture(installation.argv("pg_ctl", [
    "start",
    "--silent",
    "--no-wait",
    `--pgdata=${installation.inside(join(folder, "data"))}`,
    `--log=${installation.inside(logFile(folder))}`,
    `--options=-p ${port}`,
  ]));
  await waitUntilReady(installation, folder, address, new Promise(() => undefined));
  if (!known) await shape(installation, address, options.authStub);
  await Deno.writeTextFile(join(folder, "notes.json"), JSON.stringify({ password, port }), { mode: 0o600 });
  return address;
}

/** Stops it and keeps its data. @returns false when it did not run */
export async function stopNamed(installation: Installation, name: string): Promise<boolean> {
  const folder = folderOf(installation, name);
  if (await serverOf(folder) === undefined) return false;
  await capture(installation.argv("pg_ctl", [
    "stop",
    "--silent",
    "--mode=fast",
    `--pgdata=${installation.inside(join(folder, "data"))}`,
  ]));
  return true;
}

function folderOf(installation: Installation, name: string): string {
  if (!/^[a-z][a-z0-9_-]{0,40}$/.test(name)) {
    throw new PostgresUnavailable(
      `"${name}" is no name for a cluster: use lower-case letters, digits, - and _.`,
    );
  }
  return join(installation.clusterFolder, `named-${name}`);
}

async function notesOf(folder: string): Promise<z.infer<typeof Notes> | undefined> {
  try {
    return Notes.parse(JSON.parse(await Deno.readTextFile(join(folder, "notes.json"))));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The process id of its running server. */
async function serverOf(folder: string): Promise<number | undefined> {
  const text = await Deno.readTextFile(join(folder, "data/postmaster.pid")).catch(() => "");
  const pid = Number(text.split("\n")[0]);
  return await isAlive(pid) ? pid : undefined;
}

/** The port it had, if nobody took it meanwhile: an URL someone wrote down goes on working. */
async function freeAgain(port: number | undefined): Promise<number | undefined> {
  if (port === undefined) return undefined;
  try {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.close();
    return undefined;
  } catch {
    return port;
  }
}
