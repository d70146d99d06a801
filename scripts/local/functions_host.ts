import { environmentOf, fetchPackages, findDenoDir, functionCommand } from "./function_command.ts";
import { FunctionWorker, type LogLine, type WorkerExit } from "./function_worker.ts";
import type { WorkCounts } from "./worker_protocol.ts";

export type { ExitReason, LogLine, WorkerExit } from "./function_worker.ts";

export interface FunctionsHostOptions {
  readonly root: URL;
  /** Folder of functions; by default `supabase/functions/` under the root. */
  readonly functions?: URL;
  /** Read when a process is started, so that addresses may become known later than the host. */
  readonly environment: (name: string) => Record<string, string>;
  readonly allowHosts?: readonly string[];
  readonly deno?: string;
  /** Seconds a process lives at most; hosted: 150 on the free plan (the default here), 400 on paid ones. */
  readonly wallClockSeconds?: number;
  /**
   * How many processes of one function take requests at a time; 1 by default. With more, a request goes to an idle one,
   * else to a new one while there are fewer, else to the least busy: hosted runs as many isolates as it sees fit.
   */
  readonly processes?: number;
  /** Seconds until a response must have begun; 150 as hosted. */
  readonly idleTimeoutSeconds?: number;
  readonly onLog?: (line: LogLine) => void;
}

export const FREE_WALL_CLOCK_SECONDS = 150;
const BOOT_SECONDS = 60;
const KEPT_LOG_LINES = 20_000;
const STOP_GRACE_MS = 1_000;

/**
 * The Edge Functions of this machine: one process per function (or `processes`), started at its first call, given no new
 * requests after half of its wall clock, ended when idle after that, killed at the whole of it.
 */
export class FunctionsHost {
  readonly logs: LogLine[] = [];
  /** Who takes requests; those that are retired or have ended are not in it. */
  readonly #current = new Set<FunctionWorker>();
  readonly #alive = new Set<FunctionWorker>();
  readonly #exitListeners = new Set<(exit: WorkerExit) => void>();
  readonly #changeListeners = new Set<() => void>();
  readonly #wallClockMs: number;
  readonly #idleTimeoutMs: number;
  readonly #functions: URL;
  #denoDir?: Promise<string>;
  readonly #fetched = new Map<string, Promise<void>>();
  #forwarding = 0;
  #closed = false;

  constructor(readonly options: FunctionsHostOptions) {
    this.#wallClockMs = (options.wallClockSeconds ?? FREE_WALL_CLOCK_SECONDS) * 1_000;
    this.#idleTimeoutMs = (options.idleTimeoutSeconds ?? 150) * 1_000;
    this.#functions = options.functions ?? new URL("supabase/functions/", options.root);
  }

  /**
   * Answers as the platform's gateway would; `/functions/v1` in front of the path is taken away, as there. A caller
   * that hangs up (pg_net at its timeout) does not stop the function.
   */
  async fetch(name: string, request: Request): Promise<Response> {
    this.#forwarding++;
    try {
      if (this.#closed) return refuse(503, "BOOT_ERROR", "The stack is closing");
      if (!await this.#exists(name)) return refuse(404, "NOT_FOUND", `There is no function '${name}'`);
      const denoDir = await (this.#denoDir ??= findDenoDir(this.options.deno ?? Deno.execPath()));
      const unfetched = await this.#fetch(name).then(() => undefined, (error: Error) => error);
      if (unfetched) return refuse(503, "BOOT_ERROR", unfetched.message);
      // Nothing awaits between the look and the start: two first calls share one process.
      const worker = this.#choose(name) ?? this.#start(name, denoDir);
      worker.forwarding++;
      try {
        const failure = await worker.ready.then(() => undefined, (error: Error) => error);
        if (failure) {
          return refuse(503, "BOOT_ERROR", `The function '${name}' did not start: ${failure.message}`);
        }
        return await this.#forward(worker, request);
      } finally {
        worker.forwarding--;
        this.#changed();
      }
    } finally {
      this.#forwarding--;
      this.#changed();
    }
  }

  /** Requests being answered and background promises pending, over all processes of the function. */
  busy(name: string): WorkCounts {
    const own = [...this.#alive].filter((worker) => worker.name === name).map((worker) => worker.counts);
    return {
      requests: own.reduce((sum, counts) => sum + counts.requests, 0),
      background: own.reduce((sum, counts) => sum + counts.background, 0),
    };
  }

  /** Resolves when no request is being answered and no background promise is pending anywhere. */
  async settled(signal?: AbortSignal): Promise<void> {
    while (true) {
      signal?.throwIfAborted();
      const changed = this.#nextChange(signal);
      const counts = await Promise.all([...this.#alive].map((worker) => worker.askCounts()));
      const busy = this.#forwarding > 0 || counts.some((count) => count.requests + count.background > 0) ||
        [...this.#alive].some((worker) => worker.busy);
      if (!busy) return changed.cancel();
      await changed.promise;
    }
  }

  /** Sends the signal to every process of the function and waits until they have ended. Answers how many there were. */
  async kill(name: string, signal: Deno.Signal = "SIGKILL"): Promise<number> {
    const workers = [...this.#alive].filter((worker) => worker.name === name);
    for (const worker of workers) worker.kill(signal, "killed");
    await Promise.all(workers.map((worker) => worker.exited));
    return workers.length;
  }

  /** The process ids of a function, newest last. */
  pids(name: string): number[] {
    return [...this.#alive].filter((worker) => worker.name === name).map((worker) => worker.pid);
  }

  /** Calls back at the end of each process. Answers what ends that. */
  onExit(listener: (exit: WorkerExit) => void): () => void {
    this.#exitListeners.add(listener);
    return () => this.#exitListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#alive].map((worker) => worker.stop("termination", "closed", STOP_GRACE_MS)));
  }

  /**
   * Fetches the packages of every function ahead of its first call. A function's process could not: it has neither the
   * network nor the machine's certificates.
   */
  async prepare(): Promise<void> {
    const names: string[] = [];
    for await (const entry of Deno.readDir(this.#functions)) {
      if (await this.#exists(entry.name)) names.push(entry.name);
    }
    await Promise.all(names.map((name) => this.#fetch(name)));
  }

  /** Once a function; a failure is tried again at the next call. */
  #fetch(name: string): Promise<void> {
    const known = this.#fetched.get(name);
    if (known !== undefined) return known;
    const fetching = fetchPackages({
      root: this.options.root,
      deno: this.options.deno ?? Deno.execPath(),
      name,
      entry: new URL(`${name}/index.ts`, this.#functions),
    });
    this.#fetched.set(name, fetching);
    fetching.catch(() => this.#fetched.delete(name));
    return fetching;
  }

  async #exists(name: string): Promise<boolean> {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return false;
    const found = await Deno.stat(new URL(`${name}/index.ts`, this.#functions)).catch(() => undefined);
    return found?.isFile ?? false;
  }

  /** Who takes the next request; nobody when a new process should. */
  #choose(name: string): FunctionWorker | undefined {
    const own = [...this.#current].filter((worker) => worker.name === name);
    const load = ({ counts }: FunctionWorker) => counts.requests + counts.background;
    const least = own.toSorted((one, other) => load(one) - load(other))[0];
    const mayStart = own.length < (this.options.processes ?? 1);
    return least !== undefined && mayStart && load(least) > 0 ? undefined : least;
  }

  #start(name: string, denoDir: string): FunctionWorker {
    const { root, deno, allowHosts = [] } = this.options;
    const environment = this.options.environment(name);
    const worker = new FunctionWorker({
      name,
      command: functionCommand({
        root,
        deno,
        denoDir,
        environment,
        allowHosts,
        functions: this.#functions,
        cpuSeconds: this.#wallClockMs / 1_000,
      }),
      start: {
        entry: new URL(`${name}/index.ts`, this.#functions).href,
        unloadAfterMs: this.#wallClockMs * 0.9,
        environment: Object.keys(environmentOf({ environment })),
      },
      onLine: (line) => this.#log(line),
      onCounts: () => this.#changed(),
    });
    this.#current.add(worker);
    this.#alive.add(worker);
    const boot = setTimeout(() => worker.kill("SIGKILL", "died"), BOOT_SECONDS * 1_000);
    worker.ready.then(() => clearTimeout(boot), () => clearTimeout(boot));
    const retire = setTimeout(() => void this.#retire(worker), this.#wallClockMs / 2);
    const end = setTimeout(() => worker.kill("SIGKILL", "wall_clock"), this.#wallClockMs);
    void worker.exited.then((exit) => {
      for (const timer of [boot, retire, end]) clearTimeout(timer);
      this.#current.delete(worker);
      this.#alive.delete(worker);
      for (const listener of this.#exitListeners) listener(exit);
      this.#changed();
    });
    return worker;
  }

  async #forward(worker: FunctionWorker, request: Request): Promise<Response> {
    const url = new URL(request.url);
    const headers = new Headers(request.headers);
    // The function's server compresses what it may; passing that on would need its length and encoding undone.
    headers.set("accept-encoding", "identity");
    headers.set("x-forwarded-host", url.host);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), this.#idleTimeoutMs);
    try {
      return await fetch(worker.urlOf(url.pathname.replace(/^\/functions\/v1/, "") + url.search), {
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
        signal: timeout.signal,
      });
    } catch (error) {
      if (timeout.signal.aborted) {
        return refuse(
          504,
          "IDLE_TIMEOUT",
          `The function gave no response within ${this.#idleTimeoutMs / 1_000} s`,
        );
      }
      // A killed process closes its sockets before the kernel tells us of its end.
      const exit = await endWithin(worker, 2_000);
      if (exit) {
        return refuse(546, "WORKER_LIMIT", `The function's process ended while it answered (${exit.reason})`);
      }
      return refuse(500, "WORKER_ERROR", `The function broke off its response: ${Object(error).message}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** No new requests from now on; ends the process once it has nothing left to do. */
  async #retire(worker: FunctionWorker): Promise<void> {
    this.#current.delete(worker);
    while (!worker.exit) {
      const changed = this.#nextChange();
      const counts = await worker.askCounts();
      if (worker.forwarding + counts.requests + counts.background === 0) {
        changed.cancel();
        return await worker.stop("early_drop", "idle", STOP_GRACE_MS);
      }
      await changed.promise;
    }
  }

  #log(line: LogLine): void {
    this.logs.push(line);
    if (this.logs.length > KEPT_LOG_LINES) this.logs.shift();
    this.options.onLog?.(line);
  }

  #changed(): void {
    for (const listener of [...this.#changeListeners]) listener();
  }

  #nextChange(signal?: AbortSignal): { promise: Promise<void>; cancel: () => void } {
    const next = Promise.withResolvers<void>();
    const cancel = () => {
      this.#changeListeners.delete(cancel);
      signal?.removeEventListener("abort", cancel);
      next.resolve();
    };
    this.#changeListeners.add(cancel);
    signal?.addEventListener("abort", cancel, { once: true });
    return { promise: next.promise, cancel };
  }
}

function refuse(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}

async function endWithin(worker: FunctionWorker, milliseconds: number): Promise<WorkerExit | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  try {
    return await Promise.race([worker.exited, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
