/** Where a file stands in the house of functions: in a room of the shared library, in a function, or outside. */

/** The rooms of the shared library, ground floor first. A room may use the rooms before it. */
export const ROOMS = [
  "http",
  "crypto",
  "db",
  "auth",
  "work",
  "connections",
  "search",
  "llm",
  "delivery",
  "agent",
] as const;

export type Place =
  | { readonly kind: "room"; readonly room: string; readonly floor: number }
  /** Directly in `_shared/`, or in a folder of it that is no room. */
  | { readonly kind: "drawer"; readonly path: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "outside" };

const functionsFolder = "supabase/functions/";

/** The path from the project's root, with `/`, for any file of the functions; undefined for other files. */
export function pathInFunctions(filename: string): string | undefined {
  const path = filename.replaceAll("\\", "/").replace(/^file:\/\//, "");
  const at = path.lastIndexOf(functionsFolder);
  const starts = at === 0 || path[at - 1] === "/";
  return at >= 0 && starts ? path.slice(at) : undefined;
}

/** The place of a path that starts at the project's root. */
export function placeOf(path: string): Place {
  if (!path.startsWith(functionsFolder)) return { kind: "outside" };
  const [first = "", second = "", ...deeper] = path.slice(functionsFolder.length).split("/");
  if (first !== "_shared") return second === "" ? { kind: "outside" } : { kind: "function", name: first };
  const floor = ROOMS.findIndex((room) => room === second);
  if (floor < 0 || deeper.length === 0) return { kind: "drawer", path: `_shared/${second}` };
  return { kind: "room", room: second, floor };
}

/** The path that an import leads to; undefined for packages. */
export function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith("@shared/")) {
    return normalised(functionsFolder + "_shared/" + specifier.slice("@shared/".length));
  }
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return undefined;
  return normalised(path.slice(0, path.lastIndexOf("/") + 1) + specifier);
}

function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export const isTest = (path: string): boolean => /_test\.tsx?$/.test(path);
