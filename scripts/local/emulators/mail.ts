import { createEmulator } from "emulate";
import { z } from "zod";
import { type Connection, serveHttp } from "../workplace/http_server.ts";
import { MailMemory } from "./mail_memory.ts";
import { type MailRefusal, readSend, recipientsOf, type Send } from "./mail_validation.ts";

/** What goes wrong with one send. */
export type MailFault =
  /** Refused with this status, nothing accepted. `retryAfter` in seconds. */
  | { readonly kind: "status"; readonly status: number; readonly name?: string; readonly retryAfter?: number }
  /** The connection dies before anything is accepted. */
  | { readonly kind: "drop" }
  /** The mail is accepted and will arrive; the connection dies before the answer. */
  | { readonly kind: "accept_then_drop" }
  /** No answer until the caller gives up; nothing accepted. */
  | { readonly kind: "timeout" }
  /** The mail is accepted; no answer until the caller gives up. */
  | { readonly kind: "accept_then_timeout" };

/** One call of POST /emails, counted from 1 in the order of arrival. */
export interface SendCall {
  readonly call: number;
  readonly idempotencyKey: string | null;
  readonly send: Send;
}

/** One mail that was accepted; a repetition of it under the same idempotency key is the same mail. */
export interface AcceptedMail {
  readonly id: string;
  readonly idempotencyKey: string | null;
  readonly to: readonly string[];
  readonly send: Send;
  /** How many calls were answered with this mail. */
  readonly calls: number;
}

export interface MailHooks {
  /** Awaited before the send is accepted. */
  before?: (call: SendCall) => Promise<void> | void;
  /** Awaited after it was accepted and before the answer leaves: where a killed caller does not learn of it. */
  after?: (call: SendCall & { readonly id: string }) => Promise<void> | void;
}

export interface MailOptions {
  readonly apiKey?: string;
  /** Domains that may send; `yarnnn.example` when left out. */
  readonly verifiedDomains?: readonly string[];
  readonly port?: number;
  /** The clock it follows; the machine's if left out. A key is forgotten after 24 hours of it. */
  readonly now?: () => Date;
}

const Accepted = z.object({ id: z.string() });
const DEFAULT_DOMAIN = "yarnnn.example";
/** The emulator refuses a token's requests from the 5,000th in an hour on; ours change before. */
const REQUESTS_A_TOKEN = 4_000;

/** Starts Resend's emulator and, in front of it, what it lacks: keys, verified domains, a clock of its own, pages, faults and a journal. */
export async function startMail(options: MailOptions = {}): Promise<MailServer> {
  const verifiedDomains = options.verifiedDomains ?? [DEFAULT_DOMAIN];
  const emulator = await createEmulator({
    service: "resend",
    port: await freePort(),
    seed: { resend: { domains: verifiedDomains.map((name) => ({ name })), contacts: [] } },
  });
  const mail = new MailServer(
    options.apiKey ?? `re_${crypto.randomUUID().replaceAll("-", "")}`,
    verifiedDomains,
    emulator.url,
    options.now ?? (() => new Date()),
  );
  const server = await serveHttp(
    (request, connection) => mail.answer(request, connection),
    options.port ?? 0,
  );
  mail.open(`http://127.0.0.1:${server.port}`, async () => {
    await server.close();
    await emulator.close();
  });
  return mail;
}

export class MailServer implements AsyncDisposable {
  /** May be set and taken away at any time. */
  readonly hooks: MailHooks = {};
  /** Every POST /emails with a valid key and body. */
  readonly calls: SendCall[] = [];
  #url = "";
  #close: () => Promise<void> = () => Promise.resolve();
  #forwarded = 0;
  readonly #accepted = new Map<string, AcceptedMail>();
  readonly #faults = new Map<number, MailFault>();
  readonly #memory: MailMemory;

  constructor(
    readonly apiKey: string,
    readonly verifiedDomains: readonly string[],
    readonly upstream: string,
    now: () => Date,
  ) {
    this.#memory = new MailMemory(now);
  }

  get url(): string {
    return this.#url;
  }

  /** The page a person reads the mails on. */
  get inboxUrl(): string {
    return `${this.#url}/inbox`;
  }

  /** Mails accepted so far, oldest first. */
  get accepted(): AcceptedMail[] {
    return [...this.#accepted.values()];
  }

  /** A sender that this server takes. */
  get sender(): string {
    return `YARNNN <digest@${this.verifiedDomains[0] ?? DEFAULT_DOMAIN}>`;
  }

  /** Lets the send with this number (from 1, counted since the start) go wrong. */
  faultAt(call: number, fault: MailFault): void {
    this.#faults.set(call, fault);
  }

  /** Lets the next send go wrong. */
  faultNext(fault: MailFault): void {
    this.faultAt(this.calls.length + 1, fault);
  }

  open(url: string, close: () => Promise<void>): void {
    this.#url = url;
    this.#close = close;
  }

  async close(): Promise<void> {
    const close = this.#close;
    this.#close = () => Promise.resolve();
    await close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async answer(request: Request, connection: Connection): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return Response.redirect(this.inboxUrl, 302);
    if (/^\/inbox(\/|$)/.test(pathname)) return await this.#forward(request, null);
    const refusal = this.#checkKey(request);
    if (refusal) return refuse(refusal);
    if (request.method === "POST" && pathname === "/emails") return await this.#send(request, connection);
    const answer = await this.#forward(request, request.body === null ? null : await request.text());
    if (request.method !== "GET" || !answer.ok) return answer;
    if (pathname === "/emails") return Response.json(this.#memory.listed(await answer.json(), searchParams));
    return pathname.startsWith("/emails/") ? Response.json(this.#memory.shown(await answer.json())) : answer;
  }

  #checkKey(request: Request): MailRefusal | undefined {
    const key = /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (key === undefined) {
      return {
        status: 401,
        name: "missing_api_key",
        message: "Missing API key in the authorization header.",
      };
    }
    if (key !== this.apiKey) return { status: 403, name: "invalid_api_key", message: "API key is invalid" };
    return undefined;
  }

  async #send(request: Request, connection: Connection): Promise<Response> {
    const body = await request.text();
    const idempotencyKey = request.headers.get("idempotency-key");
    const read = readSend(body, idempotencyKey, this.verifiedDomains);
    if ("refusal" in read) return refuse(read.refusal);
    const call = { call: this.calls.length + 1, idempotencyKey, send: read.send };
    this.calls.push(call);
    await this.hooks.before?.(call);

    const fault = this.#faults.get(call.call);
    if (fault?.kind === "status") return refuse(faultRefusal(fault), fault.retryAfter);
    if (fault?.kind === "drop") return hangUp(connection);
    if (fault?.kind === "timeout") return await stayAway(connection);

    const answer = await this.#forward(request, body);
    if (!answer.ok) return answer;
    const { id } = Accepted.parse(await answer.clone().json());
    this.#memory.accepted(id);
    const known = this.#accepted.get(id);
    this.#accepted.set(id, {
      id,
      idempotencyKey,
      to: recipientsOf(read.send),
      send: read.send,
      calls: (known?.calls ?? 0) + 1,
    });
    await this.hooks.after?.({ ...call, id });
    if (fault?.kind === "accept_then_drop") return hangUp(connection);
    if (fault?.kind === "accept_then_timeout") return await stayAway(connection);
    return answer;
  }

  async #forward(request: Request, body: string | null): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    for (const name of ["host", "content-length", "connection"]) headers.delete(name);
    headers.set("accept-encoding", "identity");
    const key = headers.get("idempotency-key");
    if (key !== null) headers.set("idempotency-key", this.#memory.keyOf(key));
    headers.set("authorization", `Bearer local_${Math.floor(this.#forwarded++ / REQUESTS_A_TOKEN)}`);
    const answer = await fetch(this.upstream + pathname + search, {
      method: request.method,
      headers,
      body,
      redirect: "manual",
    });
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers });
  }
}

function faultRefusal(fault: MailFault & { kind: "status" }): MailRefusal {
  if (fault.status === 429) {
    return {
      status: 429,
      name: fault.name ?? "rate_limit_exceeded",
      message: "Too many requests. You can only make 2 requests per second.",
    };
  }
  return {
    status: fault.status,
    name: fault.name ?? "internal_server_error",
    message: "We had trouble with our API.",
  };
}

function refuse(refusal: MailRefusal, retryAfter?: number): Response {
  const { status, name, message } = refusal;
  const headers = retryAfter === undefined ? undefined : { "retry-after": String(retryAfter) };
  return Response.json({ statusCode: status, name, message }, { status, headers });
}

function hangUp(connection: Connection): Response {
  connection.reset();
  return new Response();
}

async function stayAway(connection: Connection): Promise<Response> {
  await connection.gone;
  return new Response();
}

async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return await Promise.resolve(port);
}
