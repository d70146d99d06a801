/**
 * What the functions host and a function's process say to each other: one JSON line each.
 *
 * Down, on the process's standard input: a `WorkerStart`, then commands. Its end means that the host is gone.
 * Up, on standard output between the function's own lines: reports, marked by a character that no text file begins
 * with and by a token the function does not know.
 */
export const REPORT_MARK = "\u001e";

export interface WorkerStart {
  readonly token: string;
  /** file: URL of the function's unmodified index.ts. */
  readonly entry: string;
  /** Milliseconds after which `beforeunload` is dispatched with reason "wall_clock". */
  readonly unloadAfterMs: number;
  /** The only variables the function may see; the others were for the runtime itself. */
  readonly environment: readonly string[];
}

export type WorkerCommand =
  /** Answered by a report "counts" with the same number, after all reports before it. */
  | { readonly command: "count"; readonly number: number }
  /** Dispatches `beforeunload` with the reason, then ends the process. */
  | { readonly command: "stop"; readonly reason: UnloadReason };

export type UnloadReason = "wall_clock" | "early_drop" | "termination";

export interface WorkCounts {
  /** Requests whose response has not been sent whole. */
  readonly requests: number;
  /** Promises given to `EdgeRuntime.waitUntil` that have not settled. */
  readonly background: number;
}

export type WorkerReport =
  | { readonly report: "listening"; readonly port: number }
  | ({ readonly report: "busy" } & WorkCounts)
  | ({ readonly report: "counts"; readonly number: number } & WorkCounts);
