/**
 * Extensions that a non-superuser may create.
 *
 * On the hosted platform `postgres` is no superuser, and an extension of the server lets it create a list of
 * extensions all the same. Postgres' own word for that is `trusted = true` in the control file: the script runs as
 * the superuser, whoever says `create extension`. What each extension grants afterwards is in shape.sql.
 */
import { join } from "node:path";
import { EXTENSIONS } from "./installation.ts";

/** A control file's text with `trusted = true` in it, once. */
export function asTrusted(control: string): string {
  const others = control.split("\n").filter((line) => !/^\s*(trusted|superuser)\s*=/.test(line));
  return `${others.join("\n").trimEnd()}\ntrusted = true\n`;
}

/** Marks the extensions of our migrations and judges as trusted. */
export async function markTrusted(extensionFolder: string): Promise<void> {
  for (const name of EXTENSIONS) {
    const path = join(extensionFolder, `${name}.control`);
    await Deno.writeTextFile(path, asTrusted(await Deno.readTextFile(path)));
  }
}

/**
 * Copies the project's own SQL-only extensions (`NAME.control`, `NAME--VERSION.sql`) beside the installed ones.
 * pg_cron is left out: here it is the real one.
 *
 * @returns the names of the extensions that were copied
 */
export async function installProjectExtensions(from: string, extensionFolder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of readFolder(from)) {
    const name = /^([a-z_]+)(\.control|--[\w.-]+\.sql)$/.exec(entry)?.[1];
    if (name === undefined || name === "pg_cron") continue;
    let text = await Deno.readTextFile(join(from, entry));
    if (entry.endsWith(".control")) {
      text = asTrusted(text);
      names.push(name);
    }
    // Two clusters may start at once: a reader never sees half a file.
    const temporary = join(extensionFolder, `.${entry}.${crypto.randomUUID()}`);
    await Deno.writeTextFile(temporary, text, { mode: 0o644 });
    await Deno.rename(temporary, join(extensionFolder, entry));
  }
  return names.sort();
}

async function* readFolder(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of Deno.readDir(folder)) if (entry.isFile) yield entry.name;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
