/**
 * Children that die with us.
 *
 * A signal handler is no protection against `kill -9` of the parent, and a parent-death signal in Linux is bound to
 * a thread. So every long-lived child runs under `lifeline.sh`, which watches a pipe that only we hold open.
 */
const LIFELINE = new URL("./lifeline.sh", import.meta.url);

export interface LifelineOptions {
  /** What asks the command to end. Postgres takes INT as "now, but tidily"; TERM would wait for its clients. */
  readonly stopSignal?: "TERM" | "INT";
  /** Seconds between that and SIGKILL. */
  readonly graceSeconds?: number;
  /** A folder to delete once the command has ended. */
  readonly deleteAfter?: string;
  /** A file that gets the command's output instead of `stdout` and `stderr`. */
  readonly log?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdout?: "inherit" | "null" | "piped";
  readonly stderr?: "inherit" | "null" | "piped";
}

export interface LifelineChild {
  /** The exit code; 128 + the signal's number when a signal ended the command. */
  readonly ended: Promise<number>;
  readonly process: Deno.ChildProcess;
  /** Asks the command to end and waits until it has, its data folder included. */
  stop(): Promise<number>;
}

/** Starts `argv`, which reads nothing from standard input and ends at the latest when this process does. */
export function spawnWithLifeline(argv: readonly string[], options: LifelineOptions = {}): LifelineChild {
  const process = new Deno.Command("bash", {
    args: [
      LIFELINE.pathname,
      options.stopSignal ?? "TERM",
      String(options.graceSeconds ?? 10),
      options.deleteAfter ?? "-",
      options.log ?? "-",
      ...argv,
    ],
    env: options.env,
    cwd: options.cwd,
    stdin: "piped",
    stdout: options.stdout ?? "inherit",
    stderr: options.stderr ?? "inherit",
  }).spawn();
  const ended = process.status.then((status) => status.code);
  let letGo: Promise<void> | undefined;
  return {
    ended,
    process,
    async stop() {
      letGo ??= process.stdin.close().catch(() => undefined);
      await letGo;
      return await ended;
    },
  };
}
