/**
 * `deno task judges`: what the official tools say of the migrations, on a real Postgres 17 and as a role that is no
 * superuser. It stops at the first that objects and prints everything that one said.
 *
 *   shape      pg_prove              the database is what a hosted project is, so that the rest means something
 *   push       supabase db push      the migrations apply, grants included
 *   lint       supabase db lint      plpgsql_check of every function
 *   advisors   supabase db advisors  security and performance
 *   types      supabase gen types    the committed TypeScript types are what the migrations give
 *   pgtap      pg_prove              supabase/tests, every file
 *
 * `--only NAME` asks one of them alone (the push comes first all the same), for work in progress.
 * With DATABASE_URL it judges that database, else a fresh one.
 */
import { join } from "node:path";
import {
  exitWith,
  type JudgedDatabase,
  OUR_SCHEMAS,
  pushMigrations,
  readJudgeOptions,
  withJudgedDatabase,
} from "./judged_database.ts";
import { projectFolder } from "./postgres/installation.ts";
import { pgProve } from "./postgres/pg_prove.ts";
import { print, say, secondsSince } from "./postgres/say.ts";
import { supabase } from "./supabase_cli.ts";
import { generateTypes, typesDrift } from "./types.ts";

interface Verdict {
  readonly passed: boolean;
  /** Everything the judge printed. */
  readonly said: string;
}

interface Judge {
  readonly name: string;
  judge(database: JudgedDatabase): Promise<Verdict>;
}

const JUDGES: readonly Judge[] = [
  {
    name: "shape",
    judge: (database) => pgTap(database, join(projectFolder(), "scripts", "postgres", "tests")),
  },
  {
    name: "push",
    judge: async (database) => verdictOf(await pushMigrations(database)),
  },
  {
    name: "lint",
    judge: async ({ url, workdir }) =>
      verdictOf(
        await supabase(workdir, [
          ...["db", "lint", `--remote=${url}`, "--schema", OUR_SCHEMAS],
          ...["--level", "warning", "--fail-on", "error"],
        ]),
      ),
  },
  {
    name: "advisors",
    judge: async ({ url, workdir }) =>
      verdictOf(
        // `info` advice is about use (an index nobody has read yet), which a fresh database cannot show.
        await supabase(workdir, [
          ...["db", "advisors", `--remote=${url}`],
          ...["--level", "warn", "--fail-on", "warn"],
        ]),
      ),
  },
  {
    name: "types",
    judge: async (database) => {
      const drift = await typesDrift(database.workdir, await generateTypes(database));
      return drift === undefined
        ? { passed: true, said: "" }
        : { passed: false, said: `${drift}Run \`deno task types\` and commit the file.` };
    },
  },
  {
    name: "pgtap",
    judge: (database) => pgTap(database, join(database.workdir, "supabase", "tests")),
  },
];

async function pgTap({ url, installation }: JudgedDatabase, folder: string): Promise<Verdict> {
  const { code, output, counts } = await pgProve(installation, url, folder);
  if (code === 0 && counts !== undefined && counts.tests > 0) {
    print(`pgtap | ${counts.tests} passed | 0 failed (${counts.files} files)`);
    return { passed: true, said: "" };
  }
  return { passed: false, said: counts?.tests === 0 ? `${output}No test ran.` : output };
}

function verdictOf(result: { code: number; stdout: string; stderr: string }): Verdict {
  return { passed: result.code === 0, said: `${result.stdout}${result.stderr}` };
}

async function main(args: readonly string[]): Promise<number> {
  const options = readJudgeOptions(args);
  const { only } = options;
  if (only !== undefined && !JUDGES.some(({ name }) => name === only)) {
    say(`judges: there is no judge "${only}": ${JUDGES.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  return await withJudgedDatabase(options, async (database) => {
    for (const { name, judge } of JUDGES) {
      if (only !== undefined && name !== only && name !== "push") continue;
      const startedAt = performance.now();
      const { passed, said } = await judge(database);
      if (!passed) {
        say(`${said.trimEnd()}\njudges: ${name} objects (${secondsSince(startedAt)})`);
        return 1;
      }
      say(`judges: ${name} ok (${secondsSince(startedAt)})`);
    }
    return 0;
  });
}

if (import.meta.main) await exitWith("judges", () => main(Deno.args));
