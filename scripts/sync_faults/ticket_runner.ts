/**
 * Runs a person's sync tickets one after the other, without a process and without waiting: whatever a ticket waits for,
 * the virtual time moves on to it.
 */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createLog } from "@shared/http/log.ts";
import type { AnyHandler } from "@shared/work/handler.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import { createWorkQueue } from "@shared/work/work_queue.ts";
import type { Database } from "../local/database/database.ts";
import type { VirtualTime } from "./virtual_time.ts";

export interface TicketRunner {
  /** Runs until the person has no live sync ticket. Returns how many turns it took. */
  run(userId: string): Promise<number>;
  /** Sets `pipeline.now()` to the virtual time. */
  align(): Promise<void>;
}

export interface TicketRunnerOptions {
  readonly database: Database;
  readonly pipeline: PipelineDatabase;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly time: VirtualTime;
  readonly write?: (line: string) => void;
}

/** More turns than this mean that something goes in circles. */
const mostTurns = 2_000;

export function ticketRunner({ database, pipeline, handlers, time, write = () => {} }: TicketRunnerOptions) {
  const queue = createWorkQueue(pipeline);
  const log = createLog({ write });
  const align = async () => {
    await database.query("select pipeline.move_clock($1::timestamptz - now())", [time.now().toISOString()]);
  };

  /** Moves the time on to the person's next ticket. False when none is left. */
  async function waitForNext(userId: string): Promise<boolean> {
    const [next] = await database.query<{ seconds: number; state: string }>(
      `select extract(epoch from t.run_at - clock_timestamp())::float8 as seconds, t.state::text
         from pipeline.work_tickets t join pipeline.ticket_kinds k on k.kind = t.kind and k.function_name = 'sync'
        where t.user_id = $1 order by t.run_at limit 1`,
      [userId],
    );
    if (next === undefined) return false;
    if (next.state === "running") throw new Error("A ticket was claimed and never run");
    time.advance(Math.max(0, next.seconds * 1000));
    await database.query(
      `update pipeline.work_tickets t set run_at = t.run_at - make_interval(secs => $2) where t.user_id = $1 and t.state = 'queued'`,
      [userId, Math.max(0, next.seconds) + 0.001],
    );
    return true;
  }

  const runner: TicketRunner = {
    align,
    async run(userId) {
      let turns = 0;
      while (true) {
        await align();
        const [wakeUp] = await database.query<{ id: string }>(
          "insert into pipeline.wake_ups (function_name) values ('sync') returning id",
        );
        const tickets = await queue.claim(wakeUp?.id ?? "", false);
        for (const ticket of tickets) {
          if (ticket.user_id !== userId) {
            // Left behind by somebody else on a shared database: not ours to run.
            await queue.yield({ id: ticket.id, lease: ticket.lease_token }, ticket.progress, 3600);
            continue;
          }
          await runTicket(ticket, {
            queue,
            handlers,
            log,
            stop: new AbortController(),
            clock: () => time.passed,
          });
          turns += 1;
          await align();
        }
        if (turns > mostTurns) throw new Error(`Still not done after ${turns} turns`);
        const isIdle = !tickets.some(({ user_id }) => user_id === userId);
        if (isIdle && !await waitForNext(userId)) return turns;
      }
    },
  };
  return runner;
}
