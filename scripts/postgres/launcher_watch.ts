/**
 * Notices that whoever launched us has gone.
 *
 * `npx -y deno task …` is a chain: npm, a shell, `deno task`, and at last this process. A SIGTERM to npm ends npm and
 * leaves the rest running, and our direct parent, `deno task`, is among the survivors. So the whole chain is watched.
 */
export interface ProcessLook {
  readonly parent: number;
  /** True for the programs that only stand between a person (or a script) and us. */
  readonly launcher: boolean;
}

/** Reads one process, or undefined when there is none; injected so that the rule can be tested. */
export type Look = (pid: number) => ProcessLook | undefined;

/** Linux: `/proc`. Elsewhere nothing is known of other processes and the chain is our direct parent only. */
export function lookInProc(pid: number): ProcessLook | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // pid (name) state ppid …; the name may itself hold spaces and brackets.
    const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const argv = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
    const launcher = /^(deno|node|npm|npx)/.test(name) || (/^(sh|dash|bash)$/.test(name) && argv[1] === "-c");
    return { parent: Number(afterName[1]), launcher };
  } catch {
    return undefined;
  }
}

/** The process ids above `self`, nearest first: every launcher and the first process that is none. */
export function launcherChain(self: number, look: Look): number[] {
  const chain: number[] = [];
  let pid = self;
  while (chain.length < 20) {
    const parent = look(pid)?.parent;
    if (parent === undefined || parent <= 1) break;
    chain.push(parent);
    if (!look(parent)?.launcher) break;
    pid = parent;
  }
  return chain;
}

/** True while each process of the chain is still the parent of the one below it. */
export function chainHolds(self: number, chain: readonly number[], look: Look): boolean {
  let pid = self;
  for (const parent of chain) {
    if (look(pid)?.parent !== parent) return false;
    pid = parent;
  }
  return true;
}

/** Calls `onGone` once, at most `everyMs` after a process of our launching chain has ended. */
export function watchLaunchers(onGone: () => void, everyMs = 500): { stop(): void } {
  const chain = launcherChain(Deno.pid, lookInProc);
  const timer = setInterval(() => {
    if (chainHolds(Deno.pid, chain, lookInProc)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
