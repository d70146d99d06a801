/**
 * The only way out. Every request of the functions to a provider goes through an egress: fixed destinations, no redirect
 * followed, a time limit that covers the whole answer, a size limit, and one log line without content.
 *
 * An egress has the type of `fetch`, so SDKs take it as theirs: `new Anthropic({ fetch: egress })`.
 */
import { readBody } from "./body_reader.ts";
import type { Log } from "./log.ts";
import { type AddressBook, createAddressBook, operationOf } from "./outward_address.ts";
import { PipelineError } from "./problem.ts";

/** `fetch`, spelled out, because Deno 2.1 and 2.9 declare its global type differently. */
export type Egress = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface EgressOptions {
  /** Base URLs from the environment that replace a provider's own; undefined ones are passed over. */
  readonly overrides?: readonly (string | undefined)[];
  readonly log: Log;
  /** For the whole exchange, the answer's last byte included; default 30 seconds. */
  readonly timeoutMs?: number;
  /** Largest answer that is read, after decompression; default 10 MiB, because an isolate has 256 MB in all. */
  readonly maxResponseBytes?: number;
  /** What carries the request; tests put their own here. */
  readonly transport?: Egress;
}

/**
 * Makes an egress. Throws `egress_refused`, `egress_timeout`, `egress_unreachable`, `egress_redirected` or
 * `egress_answer_too_large` as {@link PipelineError}; when the caller's own signal aborts, that signal's reason is
 * thrown unchanged. After a timeout the fate of a request that writes is unknown.
 */
export function createEgress(options: EgressOptions): Egress {
  const { log, timeoutMs = 30_000, maxResponseBytes = 10 * 1024 * 1024, transport = fetch } = options;
  const addresses = createAddressBook(options.overrides);

  return async function egress(input, init) {
    const url = permitted(addresses, input instanceof Request ? input.url : input, log);
    const caller = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    caller?.throwIfAborted();
    const watch = watchExchange(caller, timeoutMs, url);
    const started = performance.now();
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    const line = log.with(describe(method, url));
    const fail = (thrown: unknown): unknown => {
      watch.end();
      const error = watch.reasonFor(thrown);
      line.warn("egress_failed", { duration_ms: Math.round(performance.now() - started), error });
      return error;
    };
    try {
      const target = input instanceof Request ? input : url;
      const answer = await transport(target, { ...init, redirect: "manual", signal: watch.signal });
      if (isRedirect(answer)) {
        await answer.body?.cancel();
        throw redirected(url);
      }
      const limited = limit(answer, maxResponseBytes, url, {
        onEnd: (bytes) => {
          watch.end();
          const duration = Math.round(performance.now() - started);
          line.debug("egress_answered", { status: answer.status, duration_ms: duration, bytes });
        },
        onFailure: fail,
      });
      return limited;
    } catch (thrown) {
      throw fail(thrown);
    }
  };
}

function permitted(addresses: AddressBook, address: string | URL, log: Log): URL {
  const verdict = addresses(address);
  if (verdict.ok) return verdict.url;
  // The refused address may hold what somebody wanted to smuggle out, so neither the log nor the error repeats it.
  log.warn("egress_refused", { reason: verdict.reason });
  throw new PipelineError({
    code: "egress_refused",
    message: "A request to an address outside the list of providers was refused. Nothing was sent.",
    hint:
      "Addresses are fixed in http/outward_address.ts; a base URL in the environment opens its own origin.",
    status: 502,
    details: { reason: verdict.reason },
  });
}

interface Watch {
  readonly signal: AbortSignal;
  /** The error to throw for what was caught: the caller's reason, our timeout, or the provider being unreachable. */
  reasonFor(thrown: unknown): unknown;
  end(): void;
}

function watchExchange(caller: AbortSignal | null | undefined, timeoutMs: number, url: URL): Watch {
  const controller = new AbortController();
  const timeout = new PipelineError({
    code: "egress_timeout",
    message:
      `${url.hostname} did not finish its answer within ${timeoutMs} ms. It may have acted on the request.`,
    status: 504,
  });
  const timer = setTimeout(() => controller.abort(timeout), timeoutMs);
  const forward = () => controller.abort(caller?.reason);
  caller?.addEventListener("abort", forward, { once: true });
  return {
    signal: controller.signal,
    reasonFor: (thrown) => {
      if (controller.signal.aborted) return controller.signal.reason;
      return thrown instanceof PipelineError ? thrown : unreachable(url, thrown);
    },
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", forward);
    },
  };
}

interface BodyWatch {
  onEnd(bytes: number): void;
  onFailure(thrown: unknown): unknown;
}

/** The same answer with a counted body: too many bytes, a timeout or a broken connection fail the reader. */
function limit(answer: Response, maxBytes: number, url: URL, watch: BodyWatch): Response {
  const announced = Number(answer.headers.get("content-length") ?? 0);
  if (answer.body === null) {
    watch.onEnd(0);
    return answer;
  }
  if (announced > maxBytes) {
    answer.body.cancel().catch(() => {});
    throw tooLarge(url, maxBytes);
  }
  const reader = readBody(answer.body, announced);
  let bytes = 0;
  const counted = new ReadableStream({
    async pull(controller) {
      try {
        const piece = await reader.read();
        if (piece === undefined) {
          watch.onEnd(bytes);
          return controller.close();
        }
        bytes += piece.byteLength;
        if (bytes > maxBytes) {
          reader.cancel().catch(() => {});
          throw tooLarge(url, maxBytes);
        }
        controller.enqueue(piece);
      } catch (thrown) {
        controller.error(watch.onFailure(thrown));
      }
    },
    async cancel(reason) {
      watch.onEnd(bytes);
      await reader.cancel(reason);
    },
  });
  return new Response(counted, {
    status: answer.status,
    statusText: answer.statusText,
    headers: answer.headers,
  });
}

const isRedirect = (answer: Response) => answer.status >= 300 && answer.status < 400 && answer.status !== 304;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

function describe(method: string, url: URL) {
  return { host: url.host, operation: operationOf(url), method: methods.find((known) => known === method) };
}

function redirected(url: URL): PipelineError {
  return new PipelineError({
    code: "egress_redirected",
    message:
      `${url.hostname} answered with a redirect. It was not followed, because it may lead outside the list of providers.`,
    hint: "If a base URL is configured for this provider, give its final address.",
    status: 502,
  });
}

function unreachable(url: URL, cause: unknown): PipelineError {
  return new PipelineError({
    code: "egress_unreachable",
    message:
      `The connection to ${url.hostname} failed before its answer was complete. It may have acted on the request.`,
    status: 502,
  }, { cause });
}

function tooLarge(url: URL, maxBytes: number): PipelineError {
  return new PipelineError({
    code: "egress_answer_too_large",
    message: `${url.hostname} answered with more than ${maxBytes} bytes. The rest was not read.`,
    status: 502,
  });
}
