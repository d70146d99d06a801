import { spawnWithLifeline } from "./lifeline.ts";

/** A command that ended with another code than 0; the message holds the end of what it printed. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(readonly argv: readonly string[], readonly code: number, readonly output: string) {
    super(`\`${argv.join(" ")}\` ended with code ${code}:\n${lastLines(output, 25)}`);
  }
}

/** The last `count` lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** Standard output of a short command, fed with `input`. @throws {CommandFailed} */
export async function capture(
  argv: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options);
  if (code !== 0) throw new CommandFailed(argv, code, `${stdout}${stderr}`);
  return stdout;
}

/** Like {@link capture}, for callers that decide what a code means. A program that does not exist has code 127. */
export async function attempt(
  argv: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [program = "", ...args] = argv;
  try {
    const child = new Deno.Command(program, {
      args,
      cwd: options.cwd,
      env: options.env,
      stdin: options.input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (options.input !== undefined) {
      const writer = child.stdin.getWriter();
      // A program that stops reading early says why on its standard error.
      await writer.write(new TextEncoder().encode(options.input)).catch(() => undefined);
      await writer.close().catch(() => undefined);
    }
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { code: 127, stdout: "", stderr: `${program} is not installed` };
    }
    throw error;
  }
}

/** Runs a long command (an installer) that ends with us; its output appears only in the error. @throws {CommandFailed} */
export async function runQuietly(argv: readonly string[], env?: Record<string, string>): Promise<void> {
  const child = spawnWithLifeline(argv, { env, stdout: "piped", stderr: "piped" });
  const [stdout, stderr] = await Promise.all([
    new Response(child.process.stdout).text(),
    new Response(child.process.stderr).text(),
  ]);
  const code = await child.ended;
  await child.stop();
  if (code !== 0) throw new CommandFailed(argv, code, `${stdout}${stderr}`);
}
