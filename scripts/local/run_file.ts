import { z } from "zod";
import { PROJECT_ROOT } from "./project_root.ts";

/** How another command of the same person finds the running stack. Only its owner may read it: it opens the database. */
const RunFile = z.object({ pid: z.number(), url: z.url(), secretKey: z.string() });
export type RunFile = z.infer<typeof RunFile>;

/** `YARNNN_CACHE` moves the folder, for tests and for checkouts that may not be written to. */
function location(): { folder: URL; file: URL } {
  const moved = Deno.env.get("YARNNN_CACHE");
  const cache = moved === undefined ? new URL(".cache/", PROJECT_ROOT) : new URL(`file://${moved}/`);
  const folder = new URL("local/", cache);
  return { folder, file: new URL("stack.json", folder) };
}

export async function writeRunFile(content: RunFile): Promise<void> {
  const { folder, file } = location();
  await Deno.mkdir(folder, { recursive: true });
  // Made anew with its mode: changing an existing file's mode afterwards would leave a moment in which others may read.
  await Deno.remove(file).catch(() => {});
  await Deno.writeTextFile(file, JSON.stringify(content), { mode: 0o600, createNew: true });
}

export async function readRunFile(): Promise<RunFile | undefined> {
  try {
    return RunFile.parse(JSON.parse(await Deno.readTextFile(location().file)));
  } catch {
    return undefined;
  }
}

/** Removes the file unless a later stack has written its own. */
export async function removeRunFile(pid: number): Promise<void> {
  if ((await readRunFile())?.pid === pid) await Deno.remove(location().file).catch(() => {});
}
