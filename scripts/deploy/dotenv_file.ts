/**
 * `.env`, read as Node and Deno read it. The shell wins over the file, as with the Supabase CLI.
 */
import { parseEnv } from "node:util";

/** The value of a variable; undefined when it is unset or empty, since `.env` files leave empty lines behind. */
export type VariableSource = (name: string) => string | undefined;

export async function readDotenv(path: string): Promise<Readonly<Record<string, string | undefined>>> {
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  return parseEnv(text);
}

/** Looks first in the shell's environment, then in the file's. */
export function variableSource(
  shell: VariableSource,
  file: Readonly<Record<string, string | undefined>>,
): VariableSource {
  const filled = (value: string | undefined) =>
    value === undefined || value.trim() === "" ? undefined : value;
  return (name) => filled(shell(name)) ?? filled(file[name]);
}

/** Adds a variable to the file's end; a file that it creates is for its owner's eyes only. */
export async function appendToDotenv(path: string, name: string, value: string): Promise<void> {
  const before = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  await Deno.writeTextFile(path, `${separator}${name}=${value}\n`, { append: true, mode: 0o600 });
}

/**
 * Variables in the form that `supabase secrets set --env-file` reads back unchanged. Its parser takes the text between
 * single quotes or backticks as it stands, line breaks included, and knows no escape for the quote itself.
 *
 * @throws {RangeError} when a value holds both kinds of quotes; the message names the variable, not the value
 */
export function formatDotenv(variables: ReadonlyMap<string, string>): string {
  let text = "";
  for (const [name, value] of variables) {
    const quote = ["'", "`"].find((mark) => !value.includes(mark));
    if (quote === undefined) {
      throw new RangeError(`${name} holds both ' and \`, which no env file of the Supabase CLI can carry`);
    }
    text += `${name}=${quote}${value}${quote}\n`;
  }
  return text;
}
