/** A server before the emulated model that keeps what it was asked, what it took, and lets it take longer. */

export interface ModelCall {
  /** As it came, cache marks included, which the emulator does not keep. */
  readonly body: unknown;
  /** Tokens by the emulator's count: four characters each. Undefined for an answer that is none. */
  readonly usage?: { readonly input: number; readonly output: number };
  /** Milliseconds of the machine's clock. */
  readonly begin: number;
  readonly end: number;
}

export interface WatchedModel extends AsyncDisposable {
  readonly url: string;
  /** Where the emulated model is; asked at each call, because it starts later. */
  upstream: string;
  /** Milliseconds that each call takes beyond the emulator's own. */
  latencyMs: number;
  /** Takes the calls that have ended since the last look. */
  taken(): ModelCall[];
}

export function startWatchedModel(): WatchedModel {
  let calls: ModelCall[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const begin = Date.now();
    const { pathname, search } = new URL(request.url);
    const body = request.method === "POST" ? await request.text() : undefined;
    const headers = new Headers(request.headers);
    // What comes back is passed on as it is read here: unpacked.
    headers.set("accept-encoding", "identity");
    const answer = await fetch(`${watched.upstream}${pathname}${search}`, {
      method: request.method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (watched.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, watched.latencyMs));
    const usage = usageIn(text);
    if (body !== undefined) {
      calls.push({ body: JSON.parse(body), ...(usage && { usage }), begin, end: Date.now() });
    }
    return new Response(text, { status: answer.status, headers: answer.headers });
  });
  const watched: WatchedModel = {
    url: `http://127.0.0.1:${server.addr.port}`,
    upstream: "",
    latencyMs: 0,
    taken() {
      const all = calls;
      calls = [];
      return all;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return watched;
}

function usageIn(text: string): ModelCall["usage"] {
  const { usage } = JSON.parse(text);
  if (typeof usage?.input_tokens !== "number" || typeof usage.output_tokens !== "number") return undefined;
  return { input: usage.input_tokens, output: usage.output_tokens };
}
