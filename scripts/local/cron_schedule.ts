import { Cron } from "croner";

/** A pg_cron schedule: `N seconds`, or five fields in UTC. */
export class CronSchedule {
  readonly #everyMs?: number;
  readonly #cron?: Cron;

  constructor(readonly text: string) {
    const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(text)?.[1];
    if (seconds !== undefined) this.#everyMs = Number(seconds) * 1_000;
    // pg_cron writes the last day of a month as $, croner as L. A week day beside a day of the month widens in both.
    else this.#cron = new Cron(text.trim().replace(/(?<=\s)\$(?=\s)/, "L"), { timezone: "UTC" });
  }

  /** Whether a slot lies after `after` and not after `until`. An interval counts from `after`, as pg_cron's does from its last run. */
  hasSlot(after: Date, until: Date): boolean {
    if (this.#everyMs !== undefined) return until.getTime() - after.getTime() >= this.#everyMs;
    const next = this.#cron?.nextRun(after);
    return next !== null && next !== undefined && next.getTime() <= until.getTime();
  }
}
