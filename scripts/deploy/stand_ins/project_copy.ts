import { join } from "node:path";
import { projectFolder } from "../../postgres/installation.ts";

/**
 * A copy of what a deployment reads, since the CLI writes into the folder that it works in. Deleted when disposed.
 */
export async function copyProject(): Promise<{ readonly workdir: string } & AsyncDisposable> {
  const workdir = await Deno.makeTempDir({ prefix: "project-" });
  const from = projectFolder();
  await Deno.copyFile(join(from, "import_map.json"), join(workdir, "import_map.json"));
  await Deno.mkdir(join(workdir, "supabase"));
  await Deno.copyFile(join(from, "supabase/config.toml"), join(workdir, "supabase/config.toml"));
  for (const folder of ["supabase/functions", "supabase/migrations"]) {
    await copyFolder(join(from, folder), join(workdir, folder));
  }
  return {
    workdir,
    [Symbol.asyncDispose]: () => Deno.remove(workdir, { recursive: true }),
  };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}
