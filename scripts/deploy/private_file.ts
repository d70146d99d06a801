/**
 * Lends a text to a program that reads it from a file only: in a folder that only this user can open, and gone again
 * when `use` is done or someone presses Ctrl-C.
 */
export async function withPrivateFile<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "deploy-" });
  const leave = () => {
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, leave);
  try {
    const path = `${folder}/variables.env`;
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    return await use(path);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, leave);
    await Deno.remove(folder, { recursive: true });
  }
}
