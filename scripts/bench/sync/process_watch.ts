/** What the processes of a function take: memory at its highest, and CPU. Reads Linux's /proc. */
import type { FunctionsHost } from "../../local/functions_host.ts";

export interface ProcessUse {
  /** Highest anonymous memory of any of them: heap, stacks and buffers, without the program itself. */
  readonly peakBytes: number;
  /** User and system time of all of them together. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** Jiffies a second on every Linux that Deno runs on. */
const TICKS = 100;

/** Watches from now on; the end of it gives what was used since. */
export function watchProcesses(
  functions: FunctionsHost,
  name: string,
  everyMs = 50,
): () => Promise<ProcessUse> {
  const before = new Map<number, number>();
  const after = new Map<number, number>();
  let peakBytes = 0;
  const look = async () => {
    for (const pid of functions.pids(name)) {
      const used = await usedBy(pid);
      if (used === undefined) continue;
      if (!before.has(pid)) before.set(pid, after.size === 0 || isFirstLook ? used.cpuSeconds : 0);
      after.set(pid, used.cpuSeconds);
      peakBytes = Math.max(peakBytes, used.bytes);
    }
  };
  let isFirstLook = true;
  let looking: Promise<void> = look().then(() => {
    isFirstLook = false;
  });
  const timer = setInterval(() => void (looking = looking.then(look)), everyMs);
  return async () => {
    clearInterval(timer);
    await looking;
    await look();
    const cpuSeconds = [...after].reduce((sum, [pid, used]) => sum + used - (before.get(pid) ?? 0), 0);
    return { peakBytes, cpuSeconds, processes: after.size };
  };
}

/** What a process holds now and has used since its start; undefined when it has ended. */
export async function usedBy(pid: number): Promise<{ bytes: number; cpuSeconds: number } | undefined> {
  try {
    const [status, stat] = await Promise.all([
      Deno.readTextFile(`/proc/${pid}/status`),
      Deno.readTextFile(`/proc/${pid}/stat`),
    ]);
    const [, kilobytes = "0"] = /^RssAnon:\s+(\d+) kB/m.exec(status) ?? [];
    // The name may hold spaces; what follows it counts from the state, the third field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      bytes: Number(kilobytes) * 1024,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    };
  } catch {
    // It has ended since.
    return undefined;
  }
}
