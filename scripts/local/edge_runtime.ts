/**
 * Runs one Edge Function in this process as the hosted runtime would: `index.ts` is unmodified, its `Deno.serve` gets
 * a port of ours on 127.0.0.1, `EdgeRuntime.waitUntil` and `beforeunload` are there. Works on Deno 2.9 and 2.1.4
 * (which knows no DENO_SERVE_ADDRESS, hence the wrapping). Nothing is polyfilled that hosted would lack.
 */
import {
  REPORT_MARK,
  type WorkCounts,
  type WorkerCommand,
  type WorkerReport,
  type WorkerStart,
} from "./worker_protocol.ts";

declare global {
  var EdgeRuntime: { waitUntil<T>(promise: Promise<T>): Promise<T> };
}

type Handler = (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => Response | Promise<Response>;

async function run(): Promise<void> {
  const lines = readLines(Deno.stdin.readable);
  const first = await lines.next();
  if (first.done) Deno.exit(0);
  const start: WorkerStart = JSON.parse(first.value);
  for (const name of Object.keys(Deno.env.toObject())) {
    if (!start.environment.includes(name)) Deno.env.delete(name);
  }
  const work = new Work((report) => say(start.token, report));
  globalThis.EdgeRuntime = { waitUntil: (promise) => work.waitUntil(promise) };
  wrapServe(work);
  void obey(lines, work);
  Deno.unrefTimer(setTimeout(() => unload("wall_clock"), start.unloadAfterMs));

  const module: { default?: unknown } = await import(start.entry);
  // The other form that hosted accepts: `export default { fetch }`.
  const fetch = Object(module.default).fetch;
  if (!work.serving && typeof fetch === "function") {
    Deno.serve((request) => fetch.call(module.default, request));
  }
  if (!work.serving) throw new TypeError("The function neither calls Deno.serve nor exports a default fetch");
}

/** Counts what the function is doing and reports each change. */
class Work {
  serving = false;
  #requests = 0;
  #background = 0;
  #idle = Promise.withResolvers<void>();

  constructor(readonly report: (report: WorkerReport) => void) {
    this.#idle.resolve();
  }

  get counts(): WorkCounts {
    return { requests: this.#requests, background: this.#background };
  }

  /** Resolves when nothing is going on. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  waitUntil<T>(promise: Promise<T>): Promise<T> {
    this.#change(0, 1);
    Promise.resolve(promise).then(
      () => this.#change(0, -1),
      (error) => {
        reportRejection(error);
        this.#change(0, -1);
      },
    );
    return promise;
  }

  async handle(
    handler: Handler,
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Promise<Response> {
    this.#change(1, 0);
    try {
      return await handler(request, info);
    } finally {
      const sent = info.completed ?? Promise.resolve();
      sent.then(() => this.#change(-1, 0), () => this.#change(-1, 0));
    }
  }

  #change(requests: number, background: number): void {
    const wasIdle = this.#requests + this.#background === 0;
    this.#requests += requests;
    this.#background += background;
    if (wasIdle) this.#idle = Promise.withResolvers();
    if (this.#requests + this.#background === 0) this.#idle.resolve();
    this.report({ report: "busy", ...this.counts });
  }
}

function wrapServe(work: Work): void {
  const serve = Deno.serve;
  const wrapped = (...given: unknown[]) => {
    if (work.serving) throw new TypeError("Cannot serve twice: a function has one Deno.serve");
    work.serving = true;
    const options = Object(given.find((part) => typeof part === "object"));
    const handler: Handler = given.find((part) => typeof part === "function") ?? options.handler;
    return serve({
      onError: options.onError,
      signal: options.signal,
      hostname: "127.0.0.1",
      port: 0,
      onListen: ({ port }) => work.report({ report: "listening", port }),
    }, (request, info) => work.handle(handler, request, info));
  };
  Object.defineProperty(Deno, "serve", { value: wrapped, configurable: true, writable: true });
}

/** Follows the host's commands until it lets go of us, which ends this process however the host ended. */
async function obey(lines: AsyncGenerator<string>, work: Work): Promise<void> {
  try {
    for await (const line of lines) {
      const command: WorkerCommand = JSON.parse(line);
      if (command.command === "count") {
        work.report({ report: "counts", number: command.number, ...work.counts });
      } else {
        unload(command.reason);
        void work.idle.then(() => Deno.exit(0));
      }
    }
  } finally {
    Deno.exit(0);
  }
}

function unload(reason: string): void {
  globalThis.dispatchEvent(new CustomEvent("beforeunload", { detail: { reason } }));
}

function reportRejection(error: unknown): void {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  writeAll(Deno.stderr, `A promise given to EdgeRuntime.waitUntil was rejected: ${text}\n`);
}

function say(token: string, report: WorkerReport): void {
  writeAll(Deno.stdout, `\n${REPORT_MARK}${token} ${JSON.stringify(report)}\n`);
}

function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
}

async function* readLines(from: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of from) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") yield part;
  }
}

// Last, because a class is not there before its line.
if (import.meta.main) await run();
