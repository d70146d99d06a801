/**
 * The official Supabase CLI, run from npm, against any Postgres by its URL: no Docker, no login.
 */
import { attempt } from "./postgres/shell.ts";

/** The one place that pins it. `deno run npm:supabase` cannot start it: it asks for every platform's binary. */
export const SUPABASE_CLI = "supabase@3.1.0";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one command of the CLI, without telemetry. `workdir` is the folder that holds `supabase/`; `env` is for what
 * must not stand on a command line, where every user of the machine can read it.
 */
export async function supabase(
  workdir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const result = await attempt(["npx", "--yes", SUPABASE_CLI, "--workdir", workdir, ...args], {
    env: { ...env, DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1", NO_UPDATE_NOTIFIER: "1" },
  });
  if (result.code === 127) {
    return {
      ...result,
      stderr: "npx is not installed. The Supabase CLI comes from npm: install Node 20 or newer.",
    };
  }
  // npm comments on the user's own settings; that is no news of the CLI's.
  const stderr = result.stderr.split("\n").filter((line) => !line.startsWith("npm warn")).join("\n");
  return { ...result, stderr };
}
