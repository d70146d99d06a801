import type { createPostgresConnection } from "@supabase/lite/postgres";
import postgres from "postgres";

type Driver = ReturnType<typeof createPostgresConnection>["driver"];
type Parameters = readonly unknown[];

/** One connection for as long as its user needs it: what belongs together, a transaction above all, goes through one. */
export interface Session {
  unsafe(sql: string, parameters?: Parameters): ReturnType<Driver["unsafe"]>;
  release(): void;
}

interface Lane {
  driver?: Driver;
  /** Tells the session that has the lane that its server is gone. */
  lose?: (error: Error) => void;
}

/**
 * Sessions that outlive a crash of the server: one that lost its connection refuses whatever else is asked of it, and
 * the next one has a new connection.
 *
 * It stands in for the driver's `reserve`, which in postgres 3.4.9 does not survive that. A statement on a reserved
 * session after its socket closed (be it the `rollback` after the error) is written to a null socket outside every
 * promise, which ends the process; one between the socket's error and its close is never answered; and who waits for a
 * session while the server goes down and comes back waits for ever. Here each lane is a driver of one connection, used
 * once and thrown away when that connection is gone.
 */
export class SessionPool {
  readonly #free: Lane[];
  readonly #all: readonly Lane[];
  readonly #waiting: ((lane: Lane) => void)[] = [];

  constructor(readonly driver: Driver, size: number) {
    this.#all = Array.from({ length: size }, () => ({}));
    this.#free = [...this.#all];
  }

  async acquire(): Promise<Session> {
    const lane = this.#free.pop() ?? await new Promise<Lane>((resolve) => this.#waiting.push(resolve));
    let lost: Error | undefined;
    lane.lose = (error) => lost ??= error;
    return {
      unsafe: (sql, parameters = []) => {
        if (lost !== undefined) return refused(lost);
        const driver = lane.driver ??= this.#open(lane);
        const query = driver.unsafe(sql, [...parameters] as never[]);
        // Before the connection's end is noticed: nothing more may be written to it from here on.
        query.catch((error: unknown) => {
          if (error instanceof Error && endsItsConnection(error)) drop(lane, driver, error);
        });
        return query;
      },
      release: () => {
        if (lane.lose === undefined) return;
        lane.lose = undefined;
        const next = this.#waiting.shift();
        if (next === undefined) this.#free.push(lane);
        else next(lane);
      },
    };
  }

  /** Teaches all sessions, present and future, the arrays of types that were created since. */
  async learnTypes(): Promise<void> {
    const once: Driver = postgres({ ...this.driver.options, max: 1, fetch_types: true } as never);
    try {
      await once`select 1`;
    } finally {
      await once.end({ timeout: 1 });
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map(({ driver }) => driver?.end({ timeout: 5 })));
  }

  #open(lane: Lane): Driver {
    const driver: Driver = postgres({
      ...this.driver.options,
      max: 1,
      // Asked in the middle of connecting, and a connection that dies there rejects a promise that nobody has.
      fetch_types: false,
      // A connection that ended by its age between two statements would take their transaction along.
      max_lifetime: null,
      onclose: () => drop(lane, driver, new Error("The connection to the database was closed")),
    } as never);
    return driver;
  }
}

function drop(lane: Lane, driver: Driver, error: Error): void {
  if (lane.driver !== driver) return;
  lane.driver = undefined;
  lane.lose?.(error);
  driver.end({ timeout: 0 }).catch(() => {});
}

/** An error of the connection (a system call's, or the driver's own), or one after which the server hangs up. */
function endsItsConnection(error: Error): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity !== undefined) return severity === "FATAL" || severity === "PANIC";
  return /^(CONNECTION_|CONNECT_|E[A-Z]+$)/.test(String(code));
}

/** A query that was refused before it was sent; like a real one it may still be made `simple`. */
function refused(reason: Error): ReturnType<Session["unsafe"]> {
  const query = Promise.reject(reason);
  return Object.assign(query, { simple: () => query }) as unknown as ReturnType<Session["unsafe"]>;
}
