/**
 * A fresh PGlite runs initdb in WASM, which takes 3.5 of the 4 seconds of its start (measured on two cores); loading a
 * copy of the result takes 0.4. So the empty data folder is kept once per PGlite version.
 */
const FOLDER = new URL("../../../.cache/local/", import.meta.url);

/** Our pin; another version's data folder is another template. */
function templateFile(version: string): URL {
  return new URL(`pglite-${version}-empty.tar`, FOLDER);
}

/** The kept copy, or undefined when there is none (or it may not be read). */
export async function readTemplate(version: string): Promise<Blob | undefined> {
  try {
    return new Blob([await Deno.readFile(templateFile(version))]);
  } catch {
    return undefined;
  }
}

/** Keeps `data` for the next start. Failing to is no failure: the next start is slower, that is all. */
export async function keepTemplate(version: string, data: Blob): Promise<void> {
  const file = templateFile(version);
  // Several stacks may start at once on a fresh checkout; each writes its own file and the rename is atomic.
  const own = new URL(`${file.href}.${Deno.pid}.${crypto.randomUUID()}`);
  try {
    await Deno.mkdir(FOLDER, { recursive: true });
    await Deno.writeFile(own, new Uint8Array(await data.arrayBuffer()));
    await Deno.rename(own, file);
  } catch {
    await Deno.remove(own).catch(() => {});
  }
}

/** Removes a copy that could not be loaded. */
export async function dropTemplate(version: string): Promise<void> {
  await Deno.remove(templateFile(version)).catch(() => {});
}
