import { z } from "zod";
import type { Database } from "./database/database.ts";

/** One row of net.http_request_queue. */
export interface QueuedRequest {
  readonly id: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly timeoutMs: number;
}

/** What a fault does to one request: sent as it is, never sent and forgotten, or sent twice. */
export interface NetFaults {
  drop?: (request: QueuedRequest) => boolean;
  duplicate?: (request: QueuedRequest) => boolean;
}

export interface NetLoopOptions extends NetFaults {
  readonly database: Database;
  /** As pg_net's `pg_net.batch_size`. */
  readonly batchSize?: number;
  readonly onError?: (error: unknown) => void;
}

interface Answer {
  readonly id: number;
  readonly status: number | null;
  readonly contentType: string | null;
  readonly headers: Record<string, string> | null;
  readonly content: string | null;
  readonly timedOut: boolean | null;
  readonly error: string | null;
}

const Row = z.object({
  id: z.number(),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).nullable(),
  body: z.string().nullable(),
  timeout_milliseconds: z.number(),
});

const BATCH_SIZE = 200;
/** As pg_net's `pg_net.ttl`. */
const RESPONSES_KEPT = "6 hours";
/** A look without a notification, in case one came while nobody listened. */
const IDLE_LOOK_MS = 5_000;

/**
 * Plays pg_net's background worker: takes a batch of the oldest requests, sends them all, waits for the slowest, then
 * writes the answers and deletes the requests in one transaction. So a request of the next batch waits for the
 * slowest of this one, and a worker that dies in between sends the batch again, as measured on the real one. Unlike
 * that one it holds no transaction open while it waits, because on PGlite a function's own call would wait for it.
 */
export class NetLoop {
  /** May be set and taken away at any time by a test. */
  readonly faults: NetFaults;
  readonly #database: Database;
  readonly #batchSize: number;
  readonly #onError: (error: unknown) => void;
  #turn: Promise<unknown> = Promise.resolve();
  #stop?: () => Promise<void>;

  constructor(options: NetLoopOptions) {
    this.#database = options.database;
    this.#batchSize = options.batchSize ?? BATCH_SIZE;
    this.#onError = options.onError ?? (() => {});
    this.faults = { drop: options.drop, duplicate: options.duplicate };
  }

  /** Requests that wait, those in flight included. */
  async queued(): Promise<number> {
    const [row] = await this.#database.query<{ count: number }>(
      "select count(*)::int as count from net.http_request_queue",
    );
    return row?.count ?? 0;
  }

  /** Runs one batch to its end and answers how many requests were in it. Turns never overlap. */
  turn(signal?: AbortSignal): Promise<number> {
    const mine = this.#turn.then(() => this.#runBatch(signal));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Runs by itself from now on: at each notification, and every few seconds without one. */
  async start(): Promise<void> {
    if (this.#stop) return;
    const stopped = new AbortController();
    let wake = Promise.withResolvers<void>();
    const unlisten = await this.#database.listen("pg_net", () => wake.resolve());
    const loop = (async () => {
      while (!stopped.signal.aborted) {
        const next = wake.promise;
        const sent = await this.turn(stopped.signal).catch((error) => {
          if (!stopped.signal.aborted) this.#onError(error);
          return 0;
        });
        if (sent > 0 || stopped.signal.aborted) continue;
        const timer = setTimeout(() => wake.resolve(), IDLE_LOOK_MS);
        await next;
        clearTimeout(timer);
        wake = Promise.withResolvers();
      }
    })();
    this.#stop = async () => {
      stopped.abort(new Error("The net loop was stopped"));
      wake.resolve();
      await loop;
      await unlisten();
    };
  }

  /** Breaks off what is in flight: those requests stay queued, as when the real worker is killed. */
  async stop(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    await stop?.();
  }

  async #runBatch(signal?: AbortSignal): Promise<number> {
    const began = new Date();
    const requests = await this.#takeBatch(signal);
    if (requests.length === 0) return 0;
    const answers = await Promise.all(requests.map((request) => this.#send(request, signal)));
    signal?.throwIfAborted();
    await this.#write(requests, answers.filter((answer) => answer !== undefined), began);
    return requests.length;
  }

  async #takeBatch(signal?: AbortSignal): Promise<QueuedRequest[]> {
    const rows = await this.#database.query(
      `select id, method::text, url, headers, convert_from(body, 'UTF8') as body, timeout_milliseconds
         from net.http_request_queue order by id limit $1`,
      [this.#batchSize],
      signal,
    );
    return rows.map((row) => Row.parse(row)).map((row) => ({
      id: row.id,
      method: row.method,
      url: row.url,
      headers: row.headers ?? {},
      body: row.body,
      timeoutMs: row.timeout_milliseconds,
    }));
  }

  async #send(request: QueuedRequest, signal?: AbortSignal): Promise<Answer | undefined> {
    if (this.faults.drop?.(request)) return undefined;
    if (!this.faults.duplicate?.(request)) return await sendOnce(request, signal);
    const [first] = await Promise.all([sendOnce(request, signal), sendOnce(request, signal)]);
    return first;
  }

  async #write(requests: readonly QueuedRequest[], answers: readonly Answer[], began: Date): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.query(
        `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg, created)
         select id, status, "contentType", headers, content, "timedOut", error, $2
         from jsonb_to_recordset($1::jsonb) as a (id bigint, status int, "contentType" text, headers jsonb,
           content text, "timedOut" boolean, error text)`,
        [JSON.stringify(answers), began.toISOString()],
      );
      await transaction.query(
        "delete from net.http_request_queue where id in (select value::bigint from jsonb_array_elements_text($1::jsonb))",
        [JSON.stringify(requests.map((request) => request.id))],
      );
      await transaction.query(
        `delete from net._http_response where created < now() - interval '${RESPONSES_KEPT}'`,
      );
    });
  }
}

async function sendOnce(request: QueuedRequest, signal?: AbortSignal): Promise<Answer> {
  const nothing = { id: request.id, status: null, contentType: null, headers: null, content: null };
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), request.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? undefined,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    const content = await response.text();
    return {
      id: request.id,
      status: response.status,
      contentType: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content,
      timedOut: false,
      error: null,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.signal.aborted) {
      return { ...nothing, timedOut: true, error: `Timeout of ${request.timeoutMs} ms reached` };
    }
    return { ...nothing, timedOut: null, error: Object(error).message ?? String(error) };
  } finally {
    clearTimeout(timer);
  }
}
