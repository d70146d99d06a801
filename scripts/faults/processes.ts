/** The processes of the function under test, to be killed and stopped at a chosen moment. */
export class Processes {
  /** Who asked for a lease, as it told the gateway. */
  readonly #byLease = new Map<string, number>();
  #frozen?: number;

  constructor(readonly alive: () => readonly number[]) {}

  learn(lease: string, pid: number): void {
    this.#byLease.set(lease, pid);
  }

  /** Who holds any of these leases, if it is alive and not standing still. */
  holderOf(leases: readonly string[]): number | undefined {
    return leases.map((lease) => this.#byLease.get(lease)).find((pid) =>
      pid !== undefined && this.canAct(pid)
    );
  }

  canAct(pid: number): boolean {
    return pid !== this.#frozen && this.alive().includes(pid);
  }

  /** Kills it with -9. False when it was gone already. */
  kill(pid: number): boolean {
    return this.canAct(pid) && signal(pid, "SIGKILL");
  }

  /** Lets the whole process stand still, its heartbeat too. One at a time; false when that cannot be. */
  freeze(pid: number): boolean {
    if (this.#frozen !== undefined || !this.canAct(pid) || !signal(pid, "SIGSTOP")) return false;
    this.#frozen = pid;
    return true;
  }

  /** Lets it go on. False when it has died meanwhile. */
  thaw(): boolean {
    const pid = this.#frozen;
    this.#frozen = undefined;
    return pid !== undefined && this.alive().includes(pid) && signal(pid, "SIGCONT");
  }
}

function signal(pid: number, name: Deno.Signal): boolean {
  try {
    Deno.kill(pid, name);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof TypeError) return false;
    throw error;
  }
}
