/** What a run of a deliverable begins with, as `pipeline.begin_version` returns it. */
import { z } from "zod";

export const run = z.object({
  version: z.object({ id: z.uuid(), number: z.number().int() }),
  deliverable: z.object({
    id: z.uuid(),
    user_id: z.uuid(),
    title: z.string(),
    description: z.string(),
    deliverable_type: z.string(),
    type_config: z.record(z.string(), z.json()),
    recipient_context: z.record(z.string(), z.json()),
    schedule: z.object({ frequency: z.string() }).nullable(),
  }),
  type: z.object({ tool_rounds: z.number().int() }),
  sources: z.array(z.object({
    source_id: z.uuid(),
    platform: z.enum(["slack", "gmail", "calendar", "notion"]),
    name: z.string(),
    synced_at: z.string().nullable(),
    error: z.string().nullable(),
  })),
  timezone: z.string(),
  last_run_at: z.string().nullable(),
});
export type Run = z.output<typeof run>;
