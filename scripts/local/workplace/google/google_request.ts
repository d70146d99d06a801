/** A call as it came over the wire, its parts sorted. */
export interface GoogleRequest {
  /** Google's id of the method, e.g. `calendar.events.list`. */
  method: string;
  /** Path, query and form or JSON body; a parameter that is repeated is a list. */
  args: Readonly<Record<string, unknown>>;
  /** Of the Authorization header, or of `access_token` in the query. */
  token?: string;
}

/** Reads a request to one of Google's APIs. @param path the parameters of its path */
export async function readGoogleRequest(
  method: string,
  path: Readonly<Record<string, string>>,
  request: Request,
): Promise<GoogleRequest> {
  const args: Record<string, unknown> = byName(new URL(request.url).searchParams);
  if (request.method !== "GET") {
    const text = await request.text();
    const isJson = (request.headers.get("content-type") ?? "").startsWith("application/json");
    Object.assign(args, isJson ? jsonObject(text) : byName(new URLSearchParams(text)));
  }
  const [scheme = "", credentials = ""] = (request.headers.get("authorization") ?? "").split(" ");
  const token = scheme.toLowerCase() === "bearer" ? credentials : args.access_token;
  return { method, args: { ...args, ...path }, ...(typeof token === "string" && { token }) };
}

function byName(params: URLSearchParams): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const name of params.keys()) {
    const values = params.getAll(name);
    found[name] = values.length > 1 ? values : values[0] ?? "";
  }
  return found;
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
