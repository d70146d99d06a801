/**
 * A stand-in of Resend for tests, on loopback: idempotency keys with bodies, tags only on single mails, pages newest
 * first, and whatever fault a test puts before a request. No function imports it.
 */
export interface StoredEmail {
  readonly id: string;
  readonly created_at: string;
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers?: Record<string, string>;
  readonly tags?: { name: string; value: string }[];
}

export interface ResendStandIn {
  readonly base: string;
  readonly emails: StoredEmail[];
  readonly requests: { method: string; path: string; key: string | null; authorization: string | null }[];
  /** Answers instead of the stand-in; return undefined to let it answer. `taken` first does what was asked. */
  fault?: (
    request: Request,
    taken: () => Promise<Response>,
  ) => Promise<Response | undefined> | Response | undefined;
  now: () => Date;
  close(): Promise<void>;
}

export function startResendStandIn(): ResendStandIn {
  const keys = new Map<string, { body: string; id: string }>();
  const error = (status: number, name: string, message: string) =>
    Response.json({ statusCode: status, name, message }, { status });

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, collection, id] = url.pathname.split("/");
    if (collection !== "emails") return error(404, "not_found", "no such route");
    if (request.method === "POST") return send(await request.text(), request.headers.get("idempotency-key"));
    if (id === undefined) return list(url.searchParams);
    const found = standIn.emails.find((email) => email.id === id);
    return found === undefined
      ? error(404, "not_found", "Email not found")
      : Response.json({ object: "email", last_event: "delivered", ...found });
  }

  function send(body: string, key: string | null): Response {
    const known = key === null ? undefined : keys.get(key);
    if (known !== undefined && known.body !== body) {
      return error(409, "invalid_idempotent_request", "This idempotency key has been used with another body");
    }
    if (known !== undefined) return Response.json({ id: known.id });
    const email: StoredEmail = {
      ...JSON.parse(body),
      id: crypto.randomUUID(),
      // The provider's own spelling of an instant.
      created_at: standIn.now().toISOString().replace("T", " ").replace("Z", "123+00"),
    };
    standIn.emails.push(email);
    if (key !== null) keys.set(key, { body, id: email.id });
    return Response.json({ id: email.id });
  }

  function list(query: URLSearchParams): Response {
    const newestFirst = standIn.emails.toReversed();
    const after = query.get("after");
    const from = after === null ? 0 : newestFirst.findIndex((email) => email.id === after) + 1;
    const limit = Number(query.get("limit") ?? 20);
    const data = newestFirst.slice(from, from + limit).map((
      { html: _html, text: _text, tags: _tags, ...rest },
    ) => rest);
    return Response.json({ object: "list", has_more: from + limit < newestFirst.length, data });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { method, headers } = request;
    const path = new URL(request.url).pathname;
    const [key, authorization] = [headers.get("idempotency-key"), headers.get("authorization")];
    standIn.requests.push({ method, path, key, authorization });
    return await standIn.fault?.(request.clone(), () => answer(request)) ?? await answer(request);
  });
  const standIn: ResendStandIn = {
    base: `http://127.0.0.1:${server.addr.port}`,
    emails: [],
    requests: [],
    now: () => new Date(),
    close: () => server.shutdown(),
  };
  return standIn;
}
