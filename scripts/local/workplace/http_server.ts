import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** The wire under a request: what a handler needs to misbehave on it. */
export interface Connection {
  /** Closes the connection without an answer. */
  reset(): void;
  /** Settles when the client has gone or the server closes. */
  readonly gone: Promise<void>;
}

export interface HttpServer {
  readonly port: number;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

type Handler = (request: Request, connection: Connection) => Promise<Response>;

/**
 * Serves a fetch-style handler on 127.0.0.1. It stands on `node:http` because `Deno.serve` gives no hand on
 * the socket, and a connection that dies before the answer is one of the faults a client must survive.
 *
 * @param port 0 takes any free port
 */
export async function serveHttp(handler: Handler, port: number): Promise<HttpServer> {
  // Deno 2.1.4 neither tells that a client has gone nor closes its connection: whoever waits for that is told here.
  const waiting = new Set<() => void>();
  const server = createServer((incoming, outgoing) => {
    const { promise: closing, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    handle(handler, incoming, outgoing, closing).catch(() => outgoing.destroy()).finally(() =>
      waiting.delete(resolve)
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The workplace's server has no port");
  return {
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => error ? reject(error) : resolve());
        server.closeAllConnections();
        for (const tell of waiting) tell();
      }),
  };
}

async function handle(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  closing: Promise<void>,
): Promise<void> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  outgoing.once("close", () => resolve());
  void closing.then(resolve);
  const connection = { gone, reset: () => void incoming.socket.destroy() };

  const method = incoming.method ?? "GET";
  const { "content-length": length = "0", "transfer-encoding": pieces } = incoming.headers;
  const hasBody = method !== "GET" && method !== "HEAD" && (length !== "0" || pieces !== undefined);
  const chunks: Uint8Array[] = [];
  // Deno 2.1.4 waits for ever for the body of a request that has none.
  if (hasBody) { for await (const chunk of incoming) chunks.push(chunk); }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const url = `http://${incoming.headers.host ?? "127.0.0.1"}${incoming.url ?? "/"}`;
  const body = hasBody ? new Blob(chunks.map((chunk) => new Uint8Array(chunk))) : undefined;
  const answer = await handler(new Request(url, { method, headers, ...(body && { body }) }), connection);
  if (outgoing.destroyed || incoming.socket.destroyed) return;
  // Every call has a connection of its own: on a connection that is used again, Deno's fetch sends a POST a
  // second time
  // by itself when it dies without an answer, and a fault would no longer strike at its chosen call.
  outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), connection: "close" });
  outgoing.end(new Uint8Array(await answer.arrayBuffer()));
}
