/** One payload through the functions' own handlers: read, written, checked, stored and delivered. */
import { z } from "zod";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { AnyHandler } from "@shared/work/handler.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import { createWorkQueue } from "@shared/work/work_queue.ts";
import { environment as deliveryEnvironment } from "../../supabase/functions/execute-deliverable/delivery/delivery_stand_in.ts";
import { deliverVersion } from "../../supabase/functions/execute-deliverable/delivery/deliver_version.ts";
import { generateDeliverable } from "../../supabase/functions/execute-deliverable/generate_deliverable.ts";
import { type Kept, keptRows } from "./kept_rows.ts";
import { createObedientModel, type Deeds } from "./obedient_model.ts";
import { filledIn, ordersIn } from "./orders.ts";
import type { Left, Outside } from "./outside.ts";
import type { Payload } from "./payload.ts";
import { encryptionKey, type Stage, stage, type Staged } from "./people.ts";

/** What the handlers are made of. */
export type Context = Parameters<typeof generateDeliverable>[0] & Parameters<typeof deliverVersion>[0];

/** What stands between the attacker and the outside; a test takes one of them away. */
export interface Guards {
  /** The database as the handlers see it. */
  readonly database: (real: PipelineDatabase, play: { payload: Payload; stage: Stage }) => PipelineDatabase;
  readonly generate: (context: Context, play: { payload: Payload; stage: Stage }) => AnyHandler;
  readonly deliver: (context: Context) => AnyHandler;
}

export const everyGuard: Guards = {
  database: (real) => real,
  generate: generateDeliverable,
  deliver: deliverVersion,
};

export interface Played {
  readonly payload: Payload;
  readonly staged: Staged;
  readonly left: Left;
  readonly deeds: Deeds;
  readonly log: readonly string[];
  /** What is kept in the database, before the run and after it. */
  readonly kept: { readonly before: Kept; readonly after: Kept };
  /** How the tickets ended. */
  readonly ended: readonly string[];
}

const environment = {
  ...deliveryEnvironment,
  INTEGRATION_ENCRYPTION_KEY: encryptionKey,
  ANTHROPIC_API_KEY: "sk-ant-test",
  ANTHROPIC_BASE_URL: undefined,
  MODEL_WRITER: "claude-sonnet-5",
  MODEL_SPEND_PER_DAY_USD: undefined,
  MODEL_SPEND_PER_RUN_USD: undefined,
};

export async function play(
  theStage: Stage,
  payload: Payload,
  outside: Outside,
  guards: Guards = everyGuard,
): Promise<Played> {
  const staged = await stage(theStage, payload);
  const { pipeline, sql } = theStage.database;
  const model = createObedientModel();
  outside.writer = model.writer;
  outside.take();
  const lines: string[] = [];
  const log = createLog({ level: "debug", write: (line) => void lines.push(line) });
  const database = withTitle(guards.database(pipeline, { payload, stage: theStage }), payload);
  const context: Context = {
    environment,
    database,
    egress: createEgress({ log, transport: outside.fetch }),
    log,
  };
  const queue = createWorkQueue(pipeline);
  const handlers = {
    generate_deliverable: guards.generate(context, { payload, stage: theStage }),
    deliver_version: guards.deliver(context),
  };
  const kept = () => keptRows(sql, payload.canary.code, staged.deliverableId);
  const before = await kept();
  await pipeline.call("run_deliverable", {
    p_deliverable: staged.deliverableId,
    p_user: theStage.person.id,
    p_forced: true,
  });
  // Its run, then its delivery.
  for (let turn = 0; turn < 2; turn++) {
    const [wakeUp] = await sql.query<{ id: string }>(
      "insert into pipeline.wake_ups (function_name) values ('execute-deliverable') returning id",
    );
    for (const ticket of await queue.claim(wakeUp?.id ?? "", false)) {
      await runTicket(ticket, { queue, handlers, log, stop: new AbortController(), clock: () => 0 });
    }
  }
  const after = await kept();
  // How fast Slack lets itself be written to is proven elsewhere.
  await sql.query("delete from pipeline.rate_meters");
  // What did not end is not taken up again by the next payload's turn.
  await sql.query("delete from pipeline.work_tickets where user_id = $1", [theStage.person.id]);
  const ended = lines.flatMap((line) => {
    const { event, kind, outcome, code } = JSON.parse(line);
    return event === "ticket_ended" ? [`${kind} ${outcome}${code === undefined ? "" : ` ${code}`}`] : [];
  });
  return {
    payload,
    staged,
    left: outside.take(),
    deeds: model.deeds,
    log: lines,
    kept: { before, after },
    ended,
  };
}

/**
 * A work that a model suggested has a title that a model took from content. The database refuses a line break in one; here
 * it did not, so that the mail's own guard is judged.
 */
function withTitle(real: PipelineDatabase, { says, canary }: Payload): PipelineDatabase {
  const title = ordersIn(says).find(({ verb }) => verb === "title");
  if (title === undefined) return real;
  return {
    async call(name, args, signal) {
      const answer = await real.call(name, args, signal);
      if (name !== "begin_delivery") return answer;
      const { deliverable, ...delivery } = z.looseObject({ deliverable: z.looseObject({}) }).parse(answer);
      return { ...delivery, deliverable: { ...deliverable, title: filledIn(title.text, canary) } } as never;
    },
  };
}
