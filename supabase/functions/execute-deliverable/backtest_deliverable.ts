/** A ticket of kind `backtest_deliverable`: plays a deliverable over past slots, from the content as it was then. */
import { z } from "zod";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { createRunContext, type GenerateContext, modelEgress } from "./run_context.ts";
import { createRunDatabase } from "./run_database.ts";
import { outcomeOf } from "./run_outcome.ts";
import { playVersion } from "./run_version.ts";

const payload = z.object({ backtest_id: z.uuid() });

/** Slot after slot, each a version of its own that the next one has read. What was played stays played, whatever happens. */
export function backtestDeliverable(context: GenerateContext): AnyHandler {
  const egress = modelEgress(context);
  return handler(payload, async function* (job) {
    try {
      const database = createRunDatabase(context.database, job.held, job.signal);
      // The database knows which are left, so that a crash between a slot's end and its checkpoint repeats nothing.
      const slots = await database.backtestSlots();
      for (const [at, slot] of slots.entries()) {
        yield { step: "slot", slot, left: slots.length - at };
        const run = await database.begin(slot);
        yield* playVersion(createRunContext(context, { egress, job, run }), run);
      }
      return { outcome: "done", result: { played: slots.length } };
    } catch (thrown) {
      return outcomeOf(thrown, job.now);
    }
  });
}
