/** A call as it came over the wire, its parts sorted. */
export interface SlackRequest {
  method: string;
  args: Readonly<Record<string, unknown>>;
  /** Bot token of the Authorization header, or of a form; JSON bodies cannot carry one. */
  token?: string;
  /** OAuth client of an HTTP Basic header. */
  basic?: { clientId: string; clientSecret: string };
}

/** Reads a request to `/slack/api/<method>`: a query, a form, or a JSON object. */
export async function readSlackRequest(method: string, request: Request): Promise<SlackRequest> {
  const form: Record<string, unknown> = Object.fromEntries(new URL(request.url).searchParams);
  let args = form;
  const contentType = request.headers.get("content-type") ?? "";
  if (contentType.startsWith("application/json")) {
    args = { ...form, ...jsonObject(await request.text()) };
  } else if (request.method !== "GET") {
    Object.assign(form, Object.fromEntries(new URLSearchParams(await request.text())));
  }
  const [scheme = "", credentials = ""] = (request.headers.get("authorization") ?? "").split(" ");
  const token = scheme.toLowerCase() === "bearer" ? credentials : form.token;
  const basic = scheme.toLowerCase() === "basic" ? basicCredentials(credentials) : undefined;
  return { method, args, ...(typeof token === "string" && { token }), ...(basic && { basic }) };
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function basicCredentials(encoded: string): SlackRequest["basic"] {
  try {
    const [clientId = "", clientSecret = ""] = atob(encoded).split(":");
    return { clientId, clientSecret };
  } catch {
    return undefined;
  }
}
