/**
 * What the functions read, as secrets of the project.
 */
import { z } from "zod";
import { formatDotenv } from "./dotenv_file.ts";
import type { OfficialCli } from "./official_cli.ts";
import { withPrivateFile } from "./private_file.ts";
import { StepFailed } from "./step.ts";

/** Valid only while the wake-up secret is being changed, so it leaves the project once it has left .env. */
const TEMPORARY = "WAKE_UP_SECRET_PREVIOUS";

const listed = z.object({ secrets: z.array(z.object({ name: z.string() })) });

/** Sets them all; removes nothing but an outdated wake-up secret. Returns what was done. @throws {StepFailed} */
export async function setFunctionSecrets(
  cli: OfficialCli,
  ref: string,
  secrets: ReadonlyMap<string, string>,
): Promise<string> {
  // A file, because arguments are public on the machine and the CLI reads no secret from standard input.
  await withPrivateFile(
    formatDotenv(secrets),
    (path) => cli(["secrets", "set", "--env-file", path, `--remote=${ref}`, "--yes"]),
  );
  const done = `set ${[...secrets.keys()].join(", ")}`;
  if (secrets.has(TEMPORARY)) return done;

  const answer = await cli(["secrets", "list", `--remote=${ref}`, "--output-format", "json"]);
  const names = readNames(answer);
  if (!names.includes(TEMPORARY)) return done;
  await cli(["secrets", "unset", TEMPORARY, `--remote=${ref}`, "--yes"]);
  return `${done}; removed ${TEMPORARY}`;
}

function readNames(json: string): string[] {
  try {
    return listed.parse(JSON.parse(json)).secrets.map(({ name }) => name);
  } catch {
    throw new StepFailed("`supabase secrets list` answered in an unknown form. The secrets were set.");
  }
}
