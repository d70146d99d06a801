import type { Database } from "./database/database.ts";

/**
 * Lets a real pg_cron rest while the stack is cranked by hand, and answers what wakes it again. A stack that was killed
 * meanwhile leaves its jobs asleep; the next one that runs its loops wakes them.
 */
export async function pauseRealCron(database: Database): Promise<() => Promise<void>> {
  const paused = await database.query<{ jobid: number }>("select jobid from cron.job where active");
  for (const { jobid } of paused) await database.query("select cron.alter_job($1, active := false)", [jobid]);
  return async () => {
    for (const { jobid } of paused) {
      await database.query("select cron.alter_job(jobid, active := true) from cron.job where jobid = $1", [
        jobid,
      ]);
    }
  };
}

/** Wakes the jobs of the role we are. */
export async function wakeRealCron(database: Database): Promise<void> {
  await database.query(
    "select cron.alter_job(jobid, active := true) from cron.job where not active and username = current_user",
  );
}
