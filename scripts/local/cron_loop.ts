import { z } from "zod";
import { CronSchedule } from "./cron_schedule.ts";
import { type Database, quoteLiteral } from "./database/database.ts";

export interface CronLoopOptions {
  readonly database: Database;
  readonly onError?: (error: unknown) => void;
}

/** What one run wrote to cron.job_run_details. */
export interface CronRun {
  readonly jobname: string | null;
  readonly status: "succeeded" | "failed";
  readonly message: string;
}

const Job = z.object({
  jobid: z.number(),
  jobname: z.string().nullable(),
  schedule: z.string(),
  command: z.string(),
  username: z.string(),
});
type Job = z.infer<typeof Job>;

interface Track {
  schedule: CronSchedule;
  /** The instant up to which slots have been counted. */
  seen: Date;
  running: boolean;
  /** One run that waits for the running one. */
  waiting: boolean;
}

const LOOK_MS = 1_000;

/**
 * Plays pg_cron's background worker: reads cron.job once a second, so that a change is picked up, and runs what is
 * due as the job's own user. A job never overlaps itself; slots that pass while it runs make one more run (the real
 * one piles up every missed minute of a five-field job). Slots before the start are lost, as with the real one.
 */
export class CronLoop {
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #tracks = new Map<number, Track>();
  readonly #runs = new Set<Promise<unknown>>();
  #timer?: ReturnType<typeof setTimeout>;

  constructor(options: CronLoopOptions) {
    this.#database = options.database;
    this.#onError = options.onError ?? (() => {});
  }

  /** Runs the named job now, due or not, active or not. Answers how it went; rejects when there is no such job. */
  async run(jobname: string): Promise<CronRun> {
    const [row] = await this.#database.query(
      "select jobid, jobname, schedule, command, username from cron.job where jobname = $1",
      [jobname],
    );
    if (!row) throw new Error(`There is no job '${jobname}' in cron.job`);
    return await this.#execute(Job.parse(row));
  }

  /** Starts what has become due by `now`. The runs go on; `idle` waits for them. */
  async look(now: Date): Promise<void> {
    const rows = await this.#database.query(
      "select jobid, jobname, schedule, command, username from cron.job where active",
    );
    const jobs = rows.map((row) => Job.parse(row));
    for (const id of this.#tracks.keys()) if (!jobs.some((job) => job.jobid === id)) this.#tracks.delete(id);
    for (const job of jobs) {
      const track = this.#track(job, now);
      if (!track.schedule.hasSlot(track.seen, now)) continue;
      track.seen = now;
      if (track.running) track.waiting = true;
      else this.#begin(job, track);
    }
  }

  /** Resolves when no job is running. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Looks every second from now on. */
  start(): void {
    if (this.#timer !== undefined) return;
    const again = async () => {
      await this.look(new Date()).catch(this.#onError);
      if (this.#timer !== undefined) this.#timer = setTimeout(again, LOOK_MS);
    };
    this.#timer = setTimeout(again, 0);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const track of this.#tracks.values()) track.waiting = false;
    await this.idle();
  }

  #track(job: Job, now: Date): Track {
    const known = this.#tracks.get(job.jobid);
    if (known?.schedule.text === job.schedule) return known;
    const track = { schedule: new CronSchedule(job.schedule), seen: now, running: false, waiting: false };
    this.#tracks.set(job.jobid, track);
    return track;
  }

  #begin(job: Job, track: Track): void {
    track.running = true;
    const run = this.#execute(job).then(() => {}, this.#onError).finally(() => {
      this.#runs.delete(run);
      track.running = false;
      if (!track.waiting) return;
      track.waiting = false;
      this.#begin(job, track);
    });
    this.#runs.add(run);
  }

  async #execute(job: Job): Promise<CronRun> {
    const began = new Date();
    let status: CronRun["status"] = "succeeded";
    let message: string;
    try {
      const results = await this.#database.script(job.command, { role: job.username, keepsSchema: true });
      const last = results.at(-1);
      message = `${last?.rows.length || last?.affected || 0} rows`;
    } catch (error) {
      status = "failed";
      message = `ERROR:  ${Object(error).message ?? error}`;
    }
    // A real pg_cron keeps its details to itself: they are those of its own runs.
    if (this.#database.kind === "pglite") await this.#record(job, status, message, began);
    return { jobname: job.jobname, status, message };
  }

  async #record(job: Job, status: string, message: string, began: Date): Promise<void> {
    const values = [
      job.username,
      job.command,
      status,
      message,
      began.toISOString(),
      new Date().toISOString(),
    ];
    await this.#database.script(
      `insert into cron.job_run_details
         (jobid, runid, job_pid, database, username, command, status, return_message, start_time, end_time)
       values (${job.jobid}, nextval('cron.runid_seq'), pg_backend_pid(), current_database(),
         ${values.map(quoteLiteral).join(", ")})`,
      { keepsSchema: true },
    );
  }
}
