import { parseEnv } from "node:util";
import type { OperatorVariables } from "./providers.ts";

/** The variables of this process, and under them those of the project's `.env`, which may be missing. */
export async function readOperatorVariables(root: URL): Promise<OperatorVariables> {
  const own = Deno.env.toObject();
  try {
    const file = parseEnv(await Deno.readTextFile(new URL(".env", root)));
    return { ...file, ...own } as OperatorVariables;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return own;
    throw error;
  }
}
