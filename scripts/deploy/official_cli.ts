import { lastLines } from "../postgres/shell.ts";
import { supabase } from "../supabase_cli.ts";
import type { Settings } from "./settings.ts";
import { StepFailed } from "./step.ts";

/** Runs a command of the official CLI and returns its standard output. @throws {StepFailed} with what it printed */
export type OfficialCli = (args: readonly string[]) => Promise<string>;

/** The CLI in the name of these settings. Secrets reach it through the environment, never as arguments. */
export function officialCli({ workdir, hosted, database }: Settings): OfficialCli {
  const environment: Record<string, string> = {};
  if (hosted !== undefined) {
    environment["SUPABASE_ACCESS_TOKEN"] = hosted.accessToken;
    if (hosted.databasePassword !== undefined) environment["SUPABASE_DB_PASSWORD"] = hosted.databasePassword;
  }
  if (database?.password !== undefined) environment["PGPASSWORD"] = database.password;
  const profile = hosted?.platform.profile;
  return async (args) => {
    const { code, stdout, stderr } = await supabase(
      workdir,
      [...(profile === undefined ? [] : ["--profile", profile]), ...args],
      environment,
    );
    if (code === 0) return stdout;
    const command = args.filter((arg) => !arg.startsWith("-")).join(" ");
    throw new StepFailed(
      `\`supabase ${command}\` ended with code ${code}:\n${lastLines(`${stdout}${stderr}`, 15)}`,
    );
  };
}
