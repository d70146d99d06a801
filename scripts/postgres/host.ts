/**
 * The Postgres 17 that this machine already has.
 *
 * Its folders belong to the system, and we need extension files of our own beside its own. Postgres finds its files
 * relative to its program, so a copy of programs, libraries and share works as it is and nothing of the system is
 * touched. The copy is some 60 MB and takes a second.
 */
import { join } from "node:path";
import { cacheFolder, EXTENSIONS, type Installation, PACKAGES, PostgresUnavailable } from "./installation.ts";
import { markTrusted } from "./control_files.ts";
import { say } from "./say.ts";
import { attempt, capture } from "./shell.ts";

interface Folders {
  readonly bin: string;
  readonly lib: string;
  readonly share: string;
}

/** Debian's places; its server packages come without `pg_config`. */
const DEBIAN: Folders = {
  bin: "/usr/lib/postgresql/17/bin",
  lib: "/usr/lib/postgresql/17/lib",
  share: "/usr/share/postgresql/17",
};

/** What stands in the way of using this machine's Postgres 17. */
export interface NotUsable {
  readonly reason: string;
}

/** This machine's Postgres 17, or why it cannot be used. */
export async function prepareHost(): Promise<Installation | NotUsable> {
  const folders = await findFolders();
  if (folders === undefined) return { reason: "this machine has no Postgres 17" };
  const missing = await missingParts(folders);
  if (missing.length > 0) return { reason: `this machine's Postgres 17 lacks ${missing.join(", ")}` };

  const owner = Deno.uid() === 0 ? await userPostgres() : undefined;
  if (Deno.uid() === 0 && owner === undefined) {
    return { reason: "Postgres refuses to run as root and there is no user postgres" };
  }
  const home = join(cacheFolder(), "postgres-17", "host");
  await Deno.mkdir(home, { recursive: true });
  const as = owner === undefined
    ? []
    : ["setpriv", `--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups", "--pdeathsig=INT"];
  if (owner !== undefined && (await attempt([...as, "test", "-x", home])).code !== 0) {
    return { reason: `its user postgres cannot reach ${home} (set YARNNN_CACHE to a folder it can reach)` };
  }
  const bin = await copyInto(home, folders);
  const clusterFolder = join(home, "clusters");
  await Deno.mkdir(clusterFolder, { recursive: true });
  return {
    kind: "host",
    description: `Postgres 17 of this machine, copied into ${home}`,
    clusterFolder,
    extensionFolder: join(home, folders.share, "extension"),
    owner,
    inside: (path) => path,
    argv: (
      program,
      args,
    ) => [...as, "env", `PATH=${bin}:${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`, program, ...args],
  };
}

async function findFolders(): Promise<Folders | undefined> {
  if (await exists(join(DEBIAN.bin, "postgres"))) return DEBIAN;
  const { stdout } = await attempt(["pg_config", "--version", "--bindir", "--pkglibdir", "--sharedir"]);
  // pg_config answers in the order it was asked.
  const [version, bin, lib, share] = stdout.trim().split("\n");
  return version?.startsWith("PostgreSQL 17") && bin && lib && share ? { bin, lib, share } : undefined;
}

async function missingParts({ bin, share }: Folders): Promise<string[]> {
  const missing: string[] = [];
  for (const name of EXTENSIONS) {
    if (!await exists(join(share, "extension", `${name}.control`))) missing.push(name);
  }
  if (!await exists(join(bin, "initdb"))) missing.push("the server's programs");
  if ((await attempt(["pg_prove", "--version"])).code !== 0) missing.push("pg_prove");
  return missing;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

async function userPostgres(): Promise<{ uid: number; gid: number } | undefined> {
  const uid = await attempt(["id", "-u", "postgres"]);
  const gid = await attempt(["id", "-g", "postgres"]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

/** Copies what is newer than our copy; gives the copied folder of programs. */
async function copyInto(home: string, folders: Folders): Promise<string> {
  const bin = join(home, folders.bin);
  const stamp = join(home, "copied-version");
  const version = await capture([join(folders.bin, "postgres"), "--version"]);
  const copied = await exists(stamp) ? await Deno.readTextFile(stamp) : "";
  if (copied === version) return bin;
  for (const folder of new Set([folders.bin, folders.lib, folders.share])) {
    const target = join(home, folder);
    await capture(["rm", "-rf", "--", target]);
    await Deno.mkdir(join(target, ".."), { recursive: true });
    await capture(["cp", "-RL", folder, target]);
  }
  await markTrusted(join(home, folders.share, "extension"));
  await Deno.writeTextFile(stamp, version);
  say(`postgres: copied this machine's ${version.trim()}`);
  return bin;
}

/** What a person without root can do. */
export function adviceWithoutRoot(reason: string): PostgresUnavailable {
  return new PostgresUnavailable(
    `A Postgres 17 is needed and ${reason}. Only root can prepare one here. Either run the same command as root ` +
      `(on Debian it prepares its own in the cache folder), or have the packages installed: apt-get install ${
        PACKAGES.join(" ")
      }. Without a Postgres everything else works: leave DATABASE_URL unset.`,
  );
}
