/** What several routes about deliverables say of one: its id in a path, a schedule, a run, a moment in its zone. */
import { z } from "@hono/zod-openapi";

export const pathDeliverable = z.object({ id: z.uuid().openapi({ description: "A deliverable." }) });

/** Its rules are the database's (`pipeline.parse_rule`): they hold whoever asks. */
export const scheduleRule = z.strictObject({
  frequency: z.string().max(20).openapi({
    description: "hourly, daily, weekly, biweekly, monthly, cron or once.",
  }),
  time: z.string().max(20).optional().openapi({ description: "On the clock of its zone: 09:00." }),
  times: z.array(z.string().max(20)).max(24).optional(),
  day: z.union([z.string().max(20), z.number(), z.array(z.string().max(20)).max(7)]).optional().openapi({
    description: "monday, several such, or 1 to 31.",
  }),
  timezone: z.string().max(64).optional().openapi({ description: "IANA; the person's own." }),
  cron: z.string().max(100).optional(),
  at: z.string().max(40).optional().openapi({ description: "For once: 2026-11-30T09:00." }),
}).openapi("ScheduleRule");

export const startedRun = z.object({
  ticket_id: z.number().int().openapi({ description: "deliverable_runs tells what becomes of it." }),
  joined: z.boolean().openapi({ description: "A run that waited already was joined." }),
});

export const moment = z.object({
  at: z.string().openapi({ description: "The instant." }),
  local: z.string().openapi({ description: "The same for people, in the zone of the schedule." }),
});

/** An instant, and what the clock and the calendar of a zone show at it. */
export function momentIn(timezone: string, at: string): z.output<typeof moment> {
  const instant = new Date(at);
  return { at: instant.toISOString(), local: clockOf(timezone).format(instant) };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const shown = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...shown, timeZone });
  } catch {
    // The database knows some old names of zones that the runtime does not.
    return new Intl.DateTimeFormat("en-GB", { ...shown, timeZone: "UTC" });
  }
}
