/**
 * `deno task types`: TypeScript types of the migrated database, by the official CLI.
 *
 *   deno task types            writes them
 *   deno task types --check    fails with a diff when the committed file is not what the migrations give
 */
import { join } from "node:path";
import {
  exitWith,
  type JudgedDatabase,
  pushMigrations,
  readJudgeOptions,
  TYPED_SCHEMAS,
  withJudgedDatabase,
} from "./judged_database.ts";
import { say } from "./postgres/say.ts";
import { attempt, capture } from "./postgres/shell.ts";
import { supabase } from "./supabase_cli.ts";

/** Where the types live, below the folder that holds `supabase/`. */
export const TYPES_FILE = "supabase/functions/_shared/db/database.types.ts";

const HEADER = [
  "// Generated from the migrated database by `deno task types` (supabase gen types). Do not edit:",
  "// change a migration and run it again. CI fails when this file is not what the migrations give.",
  "",
].join("\n");

/** The types of a migrated database, formatted. */
export async function generateTypes({ url, workdir }: JudgedDatabase): Promise<string> {
  const { code, stdout, stderr } = await supabase(workdir, [
    "gen",
    "types",
    `--remote=${url}`,
    "--schema",
    TYPED_SCHEMAS,
  ]);
  if (code !== 0) throw new Error(`supabase gen types ended with code ${code}:\n${stdout}${stderr}`);
  return await capture([
    Deno.execPath(),
    "fmt",
    "--quiet",
    "--no-config",
    "--line-width=110",
    "--ext=ts",
    "-",
  ], {
    input: `${HEADER}\n${stdout}`,
  });
}

/** What differs between the committed file and the generated types, as a unified diff; undefined when nothing. */
export async function typesDrift(workdir: string, generated: string): Promise<string | undefined> {
  const path = join(workdir, TYPES_FILE);
  const committed = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  if (committed === generated) return undefined;
  const before = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(before, committed);
    const labels = ["--label", `${TYPES_FILE} (committed)`, "--label", "what the migrations give"];
    const { stdout } = await attempt(["diff", "--unified=2", ...labels, before, "-"], { input: generated });
    return stdout;
  } finally {
    await Deno.remove(before);
  }
}

async function main(args: readonly string[]): Promise<number> {
  const options = readJudgeOptions(args);
  return await withJudgedDatabase(options, async (database) => {
    const pushed = await pushMigrations(database);
    if (pushed.code !== 0) {
      say(`types: the migrations do not apply:\n${pushed.stdout}${pushed.stderr}`);
      return 1;
    }
    const generated = await generateTypes(database);
    const drift = await typesDrift(options.workdir, generated);
    if (drift === undefined) {
      say(`types: ${TYPES_FILE} is what the migrations give`);
      return 0;
    }
    if (options.check) {
      say(
        `${drift}types: ${TYPES_FILE} is not what the migrations give; run \`deno task types\` and commit it`,
      );
      return 1;
    }
    await Deno.mkdir(join(options.workdir, TYPES_FILE, ".."), { recursive: true });
    await Deno.writeTextFile(join(options.workdir, TYPES_FILE), generated);
    say(`types: wrote ${TYPES_FILE}`);
    return 0;
  });
}

if (import.meta.main) await exitWith("types", () => main(Deno.args));
