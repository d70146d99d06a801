/**
 * The functions of this project: every folder of supabase/functions with an index.ts, and the variables that it names.
 */
import { join } from "node:path";
import { type VariableName, VARIABLES } from "../../supabase/functions/_shared/http/environment.ts";

/** What every function reads through its worker, besides its own variables. */
const WORKER = "supabase/functions/_shared/work/worker.ts";

/** Names of the functions, sorted. `workdir` is the folder that holds `supabase/`. */
export async function functionFolders(workdir: string): Promise<string[]> {
  const folder = join(workdir, "supabase", "functions");
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isDirectory || entry.name.startsWith("_")) continue;
    if (await exists(join(folder, entry.name, "index.ts"))) names.push(entry.name);
  }
  return names.sort();
}

/** The variables that a function's own code and its worker name. */
export async function variablesOf(workdir: string, functionName: string): Promise<Set<VariableName>> {
  const sources = [join(workdir, WORKER)];
  await collectSources(join(workdir, "supabase", "functions", functionName), sources);
  const texts = await Promise.all(sources.map((path) => Deno.readTextFile(path)));
  return new Set(
    variableNames.filter((name) => texts.some((text) => text.includes(`"${name}"`))),
  );
}

const variableNames = Object.keys(VARIABLES) as VariableName[];

async function collectSources(folder: string, into: string[]): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) await collectSources(path, into);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith("_test.ts")) into.push(path);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
