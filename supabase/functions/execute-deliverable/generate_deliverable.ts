/** A ticket of kind `generate_deliverable`: writes one version, or says why there is nothing to write. */
import { z } from "zod";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { createRunContext, type GenerateContext, modelEgress } from "./run_context.ts";
import { createRunDatabase } from "./run_database.ts";
import { outcomeOf } from "./run_outcome.ts";
import { playVersion } from "./run_version.ts";

/** The database reads the rest of the payload itself: what the run is for, and whether it is forced. */
const payload = z.object({ deliverable_id: z.uuid() });

export function generateDeliverable(context: GenerateContext): AnyHandler {
  const egress = modelEgress(context);
  return handler(payload, async function* (job) {
    try {
      const run = await createRunDatabase(context.database, job.held, job.signal).begin();
      const end = yield* playVersion(createRunContext(context, { egress, job, run }), run);
      return { outcome: "ended", as: end };
    } catch (thrown) {
      return outcomeOf(thrown, job.now);
    }
  });
}
