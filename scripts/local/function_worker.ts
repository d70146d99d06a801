import { z } from "zod";
import {
  REPORT_MARK,
  type UnloadReason,
  type WorkCounts,
  type WorkerCommand,
  type WorkerStart,
} from "./worker_protocol.ts";

const Report = z.discriminatedUnion("report", [
  z.object({ report: z.literal("listening"), port: z.number() }),
  z.object({ report: z.literal("busy"), requests: z.number(), background: z.number() }),
  z.object({ report: z.literal("counts"), number: z.number(), requests: z.number(), background: z.number() }),
]);

/** One line that a function printed. */
export interface LogLine {
  readonly function: string;
  readonly pid: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** The line's value when it is JSON: our logger writes one object a line. */
  readonly json?: unknown;
}

/** Why a function's process ended. "died": by itself, or by a signal that was not ours. */
export type ExitReason = "wall_clock" | "idle" | "killed" | "closed" | "died";

export interface WorkerExit {
  readonly function: string;
  readonly pid: number;
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly reason: ExitReason;
}

export interface WorkerOptions {
  readonly name: string;
  readonly command: Deno.Command;
  readonly start: Omit<WorkerStart, "token">;
  readonly onLine: (line: LogLine) => void;
  /** Called at each change of the counts, not at an answer to {@link FunctionWorker.askCounts}. */
  readonly onCounts: () => void;
}

/** One process of one function, from its spawning to its end. */
export class FunctionWorker {
  readonly name: string;
  /** Settled once: the exit of the process. */
  readonly exited: Promise<WorkerExit>;
  /** Resolves when `index.ts` serves; rejects when the process ends before that. */
  readonly ready: Promise<void>;
  exit?: WorkerExit;
  /** The host's own count of forwarded requests, which runs ahead of the process's reports. */
  forwarding = 0;
  #reason: ExitReason = "died";
  #port = 0;
  #counts: WorkCounts = { requests: 0, background: 0 };
  #asked = 0;
  readonly #answers = new Map<number, (counts: WorkCounts) => void>();
  readonly #token = crypto.randomUUID();
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lastErrors: string[] = [];

  constructor(readonly options: WorkerOptions) {
    this.name = options.name;
    this.#process = options.command.spawn();
    this.#stdin = this.#process.stdin.getWriter();
    const listening = Promise.withResolvers<void>();
    const drained = Promise.all([
      this.#read(this.#process.stdout, "stdout", listening.resolve),
      this.#read(this.#process.stderr, "stderr", listening.resolve),
    ]);
    this.exited = this.#process.status.then(async (status) => {
      await drained;
      this.exit = {
        function: this.name,
        pid: this.pid,
        code: status.code,
        signal: status.signal,
        reason: this.#reason,
      };
      for (const answer of this.#answers.values()) answer({ requests: 0, background: 0 });
      await this.#stdin.close().catch(() => {});
      return this.exit;
    });
    const endedFirst = this.exited.then(() => {
      throw new Error(this.#lastErrors.join("\n") || "The process ended without a word");
    });
    endedFirst.catch(() => {});
    this.ready = Promise.race([listening.promise, endedFirst]);
    this.ready.catch(() => {});
    this.#send({ ...options.start, token: this.#token });
  }

  get pid(): number {
    return this.#process.pid;
  }

  get counts(): WorkCounts {
    if (this.exit) return { requests: 0, background: 0 };
    return {
      requests: Math.max(this.#counts.requests, this.forwarding),
      background: this.#counts.background,
    };
  }

  get busy(): boolean {
    return this.counts.requests + this.counts.background > 0;
  }

  urlOf(pathAndQuery: string): string {
    return `http://127.0.0.1:${this.#port}${pathAndQuery}`;
  }

  /** The process's counts as of now: whatever it has answered before is in them. Zero once it has ended. */
  async askCounts(): Promise<WorkCounts> {
    if (this.exit) return { requests: 0, background: 0 };
    const number = ++this.#asked;
    const answer = Promise.withResolvers<WorkCounts>();
    this.#answers.set(number, answer.resolve);
    this.#send({ command: "count", number });
    try {
      return await answer.promise;
    } finally {
      this.#answers.delete(number);
    }
  }

  kill(signal: Deno.Signal, reason: ExitReason): void {
    if (this.exit) return;
    this.#reason = reason;
    try {
      this.#process.kill(signal);
    } catch {
      // It ended by itself a moment ago; `exited` tells.
    }
  }

  /** Asks it to end, gives it `graceMs`, then kills it. */
  async stop(unload: UnloadReason, reason: ExitReason, graceMs: number): Promise<void> {
    if (this.exit) return;
    this.#reason = reason;
    this.#send({ command: "stop", reason: unload });
    const timer = setTimeout(() => this.kill("SIGKILL", reason), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  #send(message: WorkerStart | WorkerCommand): void {
    // A process that has just ended does not read; its end is noticed through `exited`.
    this.#stdin.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`)).catch(() => {});
  }

  async #read(
    from: ReadableStream<Uint8Array>,
    stream: LogLine["stream"],
    onListening: () => void,
  ): Promise<void> {
    let rest = "";
    for await (const text of from.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#takeLine(line, stream, onListening);
    }
    this.#takeLine(rest, stream, onListening);
  }

  #takeLine(text: string, stream: LogLine["stream"], onListening: () => void): void {
    const mark = `${REPORT_MARK}${this.#token} `;
    if (stream === "stdout" && text.startsWith(mark)) {
      return this.#takeReport(Report.parse(JSON.parse(text.slice(mark.length))), onListening);
    }
    if (text === "") return;
    if (stream === "stderr") {
      this.#lastErrors.push(text);
      if (this.#lastErrors.length > 20) this.#lastErrors.shift();
    }
    this.options.onLine({ function: this.name, pid: this.pid, stream, text, json: parseJson(text) });
  }

  #takeReport(report: z.infer<typeof Report>, onListening: () => void): void {
    if (report.report === "listening") {
      this.#port = report.port;
      return onListening();
    }
    this.#counts = { requests: report.requests, background: report.background };
    // An answer is no change: whoever waits for one and asks anew at each would ask without end while the function works.
    if (report.report === "counts") this.#answers.get(report.number)?.(this.#counts);
    else this.options.onCounts();
  }
}

function parseJson(text: string): unknown {
  if (!/^[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
