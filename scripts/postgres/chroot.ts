/**
 * A Postgres 17 in a chroot, for Debian machines whose own release has another version.
 *
 * The tree is built under another name and renamed at the end, so a tree that carries the final name is whole.
 */
import { join } from "node:path";
import { cacheFolder, type Installation, PACKAGES, PostgresUnavailable } from "./installation.ts";
import { markTrusted } from "./control_files.ts";
import { say, secondsSince } from "./say.ts";
import { attempt, capture, runQuietly } from "./shell.ts";

/** The Debian release whose postgresql-17 is used: the current stable one. */
const RELEASE = "trixie";
const MIRROR = "http://deb.debian.org/debian";

/** Changes whenever the recipe does, so that a tree made by an older recipe is made again. */
const RECIPE = [`release ${RELEASE}`, ...PACKAGES, "recipe 1"].join("\n");

/** The chroot, made when it is missing, half-made or of an older recipe; about a minute on two cores. */
export async function prepareChroot(): Promise<Installation> {
  const home = join(cacheFolder(), "postgres-17");
  const root = join(home, "root");
  await Deno.mkdir(home, { recursive: true });
  const lock = await Deno.open(join(home, "lock"), { create: true, write: true });
  try {
    await lock.lock(true); // two commands started at once must not build the same tree
    if (await recipeOf(root) !== RECIPE) {
      await buildTree(root);
      say(`postgres: ready in ${root}`);
    }
  } finally {
    lock.close();
  }
  return await openChroot(root);
}

async function recipeOf(root: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(join(root, "etc", "yarnnn-recipe"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function buildTree(root: string): Promise<void> {
  const partial = `${root}.partial`;
  await removeTree(root);
  await removeTree(partial);
  await installDebootstrap();

  let startedAt = performance.now();
  say(`postgres: fetching Debian ${RELEASE} (once, about a minute in all)`);
  await runQuietly([
    "debootstrap",
    "--variant=minbase",
    RELEASE,
    partial,
    Deno.env.get("DEBIAN_MIRROR") ?? MIRROR,
  ]);
  say(`postgres: base system ${secondsSince(startedAt)}`);

  startedAt = performance.now();
  // No cluster of the packages' own, no service started, no documentation, no fsync per unpacked file.
  await Deno.mkdir(join(partial, "etc/postgresql-common"), { recursive: true });
  await Deno.writeTextFile(
    join(partial, "etc/postgresql-common/createcluster.conf"),
    "create_main_cluster = false\n",
  );
  await Deno.writeTextFile(join(partial, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  await Deno.writeTextFile(
    join(partial, "etc/dpkg/dpkg.cfg.d/lean"),
    ["force-unsafe-io", "path-exclude=/usr/share/doc/*", "path-exclude=/usr/share/man/*", ""].join("\n"),
  );
  await runQuietly(
    ["chroot", partial, "apt-get", "install", "--yes", "--no-install-recommends", ...PACKAGES],
    { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
  );
  await capture(["chroot", partial, "apt-get", "clean"]);
  say(`postgres: packages ${secondsSince(startedAt)}`);

  await markTrusted(join(partial, "usr/share/postgresql/17/extension"));
  await Deno.writeTextFile(join(partial, "etc", "yarnnn-recipe"), RECIPE);
  await Deno.rename(partial, root);
}

async function installDebootstrap(): Promise<void> {
  if ((await attempt(["debootstrap", "--version"])).code === 0) return;
  if ((await attempt(["apt-get", "--version"])).code !== 0) {
    throw new PostgresUnavailable(
      "This machine has no Postgres 17 and no apt-get to prepare one with. Install Postgres 17 with pg_cron, " +
        "pgvector, pgTAP and plpgsql_check, or leave DATABASE_URL unset: the default stack needs no Postgres.",
    );
  }
  say("postgres: installing debootstrap");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await runQuietly(["apt-get", "update"], env);
  await runQuietly(["apt-get", "install", "--yes", "--no-install-recommends", "debootstrap"], env);
}

/** Deletes a tree, after unmounting what a killed debootstrap left mounted in it (/proc, /sys). */
async function removeTree(tree: string): Promise<void> {
  const mounts = await Deno.readTextFile("/proc/mounts");
  for (const line of mounts.split("\n").reverse()) {
    const target = line.split(" ")[1];
    if (target?.startsWith(`${tree}/`)) await capture(["umount", target]);
  }
  await capture(["rm", "-rf", "--one-file-system", "--", tree]);
}

async function openChroot(root: string): Promise<Installation> {
  const owner = ownerFromPasswd(await Deno.readTextFile(join(root, "etc/passwd")));
  const clusterFolder = join(root, "var/lib/yarnnn");
  await Deno.mkdir(clusterFolder, { recursive: true });
  return {
    kind: "chroot",
    description: `Postgres 17 of Debian ${RELEASE} in ${root}`,
    clusterFolder,
    extensionFolder: join(root, "usr/share/postgresql/17/extension"),
    owner,
    inside: (path) => path.startsWith(`${root}/`) ? path.slice(root.length) : path,
    argv: (program, args) => [
      "chroot",
      root,
      "/usr/bin/setpriv",
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      "--clear-groups",
      // The last resort behind lifeline.sh: when even that is killed, the kernel asks Postgres to end.
      "--pdeathsig=INT",
      "/usr/bin/env",
      "--chdir=/",
      "PATH=/usr/lib/postgresql/17/bin:/usr/bin:/bin",
      "LC_ALL=C.UTF-8",
      program,
      ...args,
    ],
  };
}

function ownerFromPasswd(passwd: string): { uid: number; gid: number } {
  const [, , uid, gid] = passwd.split("\n").find((line) => line.startsWith("postgres:"))?.split(":") ?? [];
  if (uid === undefined || gid === undefined) {
    throw new PostgresUnavailable(
      "The prepared system has no user postgres. Nothing of yours is in it: delete the folder postgres-17 in the " +
        "cache folder and run the command again.",
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}
