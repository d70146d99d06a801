/**
 * `deno task deploy`: this project onto a hosted Supabase project, by the official CLI.
 *
 *   deno task deploy            does it; can be repeated
 *   deno task deploy --dry-run  says what it would do, and whether anything is missing
 *
 * What it needs stands in .env or in the shell; docs/deploying.md explains it.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deploymentSteps } from "./deploy/deployment.ts";
import { readDotenv, variableSource } from "./deploy/dotenv_file.ts";
import { readSettings, type Settings } from "./deploy/settings.ts";
import { printPlan, redactor, runSteps } from "./deploy/step.ts";
import { exitWith } from "./judged_database.ts";
import { projectFolder } from "./postgres/installation.ts";
import { say } from "./postgres/say.ts";

/** Whatever a tool might repeat and nobody may read. */
export function secretsOf({ hosted, database, functionSecrets }: Settings): string[] {
  return [hosted?.accessToken, hosted?.databasePassword, database?.password, ...functionSecrets.values()]
    .filter((secret) => secret !== undefined);
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { "dry-run": { type: "boolean", default: false } },
  });
  const workdir = projectFolder();
  const file = await readDotenv(join(workdir, ".env"));
  const read = await readSettings(workdir, variableSource((name) => Deno.env.get(name), file));
  if (!read.ok) {
    say("deploy: nothing was done, since this is missing or wrong (in .env or the shell):");
    for (const complaint of read.complaints) say(`  - ${complaint}`);
    say("Every variable is explained in .env.example, every step in docs/deploying.md.");
    return 1;
  }
  const steps = deploymentSteps(read.settings);
  if (values["dry-run"]) {
    printPlan(steps);
    return 0;
  }
  if (!await runSteps(steps, redactor(secretsOf(read.settings)))) return 1;
  say(
    read.settings.hosted === undefined
      ? 'The database is ready. The functions are yours to install: docs/deploying.md, "Hosting it yourself".'
      : "Deployed. Tickets that waited are being worked on within seconds.",
  );
  return 0;
}

if (import.meta.main) await exitWith("deploy", () => main(Deno.args));
