/** Which methods a path has, so that a wrong one is told from a wrong path. */

interface Route {
  readonly method: string;
  /** A pattern whose parameters are written `:name`. */
  readonly path: string;
}

/** The methods of the routes that match `pathname`, sorted; empty when the path is unknown. */
export function allowedMethods(routes: readonly Route[], pathname: string): string[] {
  const methods = routes.filter(({ method, path }) => method !== "ALL" && matches(path, pathname))
    .map(({ method }) => method);
  return [...new Set(methods)].sort();
}

function matches(pattern: string, pathname: string): boolean {
  const [wanted, given] = [pattern.split("/"), pathname.split("/")];
  return wanted.length === given.length &&
    wanted.every((part, at) => part.startsWith(":") ? given[at] !== "" : part === given[at]);
}
