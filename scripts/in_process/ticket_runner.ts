/**
 * Runs a person's tickets of one function, one after the other or as they are claimed, without a process and without waiting: whatever a ticket waits for,
 * the virtual time moves on to it.
 */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createLog } from "@shared/http/log.ts";
import type { AnyHandler } from "@shared/work/handler.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import type { ClaimedTicket } from "@shared/work/ticket.ts";
import { createWorkQueue } from "@shared/work/work_queue.ts";
import type { Database } from "../local/database/database.ts";
import { letPass } from "./let_pass.ts";
import type { Mortal } from "./mortal.ts";
import { mortalDatabase } from "./mortal_calls.ts";
import type { VirtualTime } from "./virtual_time.ts";

export interface TicketRunner {
  /** Runs until the person has no live ticket of the function. Returns how many turns it took. */
  run(userId: string): Promise<number>;
  /** Sets `pipeline.now()`, and what of a person lives by the real clock, to the virtual time. */
  align(userId?: string): Promise<void>;
}

export interface TicketRunnerOptions {
  /** The function whose tickets are run. */
  readonly functionName: "sync" | "execute-deliverable";
  readonly database: Database;
  readonly pipeline: PipelineDatabase;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly time: VirtualTime;
  /** Whoever runs the tickets; it may be killed. */
  readonly mortal: Mortal;
  /** Called when it was, before another goes on; may let time pass. */
  readonly afterDeath?: () => Promise<void>;
  /** Runs the tickets of a claim at once, as an isolate does; one after the other when left out. */
  readonly together?: boolean;
  readonly write?: (line: string) => void;
}

/** More turns than this mean that something goes in circles. */
const mostTurns = 2_000;

export function ticketRunner(options: TicketRunnerOptions): TicketRunner {
  const { functionName, database, pipeline, handlers, time, mortal, together = false, write = () => {} } =
    options;
  const queue = createWorkQueue(pipeline);
  const mortalQueue = createWorkQueue(mortalDatabase(pipeline, mortal));
  const log = createLog({ write });
  let aligned = 0;
  const align = async (userId?: string) => {
    await database.query("select pipeline.move_clock($1::timestamptz - now())", [time.now().toISOString()]);
    const passed = (time.passed - aligned) / 1000;
    aligned = time.passed;
    if (userId !== undefined && passed > 0) await letPass(database, userId, passed);
  };

  async function claim(isQuarantined: boolean): Promise<ClaimedTicket[]> {
    const [wakeUp] = await database.query<{ id: string }>(
      "insert into pipeline.wake_ups (function_name, quarantined) values ($1, $2) returning id",
      [functionName, isQuarantined],
    );
    return await queue.claim(wakeUp?.id ?? "", false);
  }

  /**
   * A killed worker's leases run out; here at once. In one transaction: a call that the dead had on its way would
   * otherwise lock its ticket in between, and whatever is locked is not reaped.
   */
  async function buryWorker(userId: string): Promise<void> {
    await database.transaction(async (transaction) => {
      await transaction.query(
        "update pipeline.work_tickets set lease_until = clock_timestamp() - interval '1 second' where user_id = $1 and state = 'running'",
        [userId],
      );
      await transaction.query("select pipeline.reap()");
    });
  }

  /** Moves the time on to the person's next ticket. False when none is left. */
  async function waitForNext(userId: string): Promise<boolean> {
    const [next] = await database.query<{ seconds: number; state: string }>(
      `select extract(epoch from t.run_at - clock_timestamp())::float8 as seconds, t.state::text
         from pipeline.work_tickets t join pipeline.ticket_kinds k on k.kind = t.kind and k.function_name = $2
        where t.user_id = $1 order by t.run_at limit 1`,
      [userId, functionName],
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

  /** Left behind by somebody else on a shared database: not ours to run. */
  async function own(userId: string, claimed: readonly ClaimedTicket[]): Promise<ClaimedTicket[]> {
    for (const ticket of claimed) {
      if (ticket.user_id === userId) continue;
      await queue.yield({ id: ticket.id, lease: ticket.lease_token }, ticket.progress, 3600);
    }
    return claimed.filter(({ user_id }) => user_id === userId);
  }

  const turn = { queue: mortalQueue, handlers, log, clock: () => time.passed };
  return {
    align,
    async run(userId) {
      let turns = 0;
      while (true) {
        await align(userId);
        const { deaths } = mortal;
        const claims = [await own(userId, await claim(false)), await own(userId, await claim(true))];
        const tickets = claims.flat();
        for (const group of together ? claims : tickets.map((ticket) => [ticket])) {
          const work = async () => {
            await Promise.all(
              group.map((ticket) => runTicket(ticket, { ...turn, stop: new AbortController() })),
            );
          };
          if (await mortal.untilDeath(work) === "died") {
            await options.afterDeath?.();
            await buryWorker(userId);
          }
          turns += group.length;
          await align(userId);
          // Whoever was killed takes the other tickets of its claim along.
          if (mortal.deaths > deaths) break;
        }
        if (turns > mostTurns) throw new Error(`Still not done after ${turns} turns`);
        if (tickets.length === 0 && !await waitForNext(userId)) return turns;
      }
    },
  };
}
