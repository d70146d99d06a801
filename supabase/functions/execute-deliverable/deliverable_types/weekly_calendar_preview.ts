/** The preview of a week: what is on, with whom, and what wants preparing. */
import { z } from "zod";
import { define, sectionsOf, sectionSwitches } from "./definition.ts";

export const weeklyCalendarPreview = define({
  config: z.strictObject({
    sections: sectionSwitches(["overview", "key_people", "recurring", "high_priority", "preparation"]),
    days_ahead: z.number().int().min(1).max(14).default(7),
  }),
  brief: ({ sections, days_ahead }) => [
    `Write a preview of the reader's next ${days_ahead} days from these calendar events. Events after that, and events that are over, are background only.`,
    "Use these sections, each only if it has something to say:",
    ...sectionsOf(sections, {
      overview: "Week overview: how full it is, day by day, and where the free stretches are",
      key_people: "Key people this week: whom the reader meets, and about what",
      recurring: "Recurring meetings: in one line, with what is different from usual",
      high_priority: "High priority: what must not be missed, and conflicts between events",
      preparation: "Suggested preparation: what to read, ask or bring, and for which meeting",
    }),
    "Give times in the reader's time zone, with the weekday. An event that the reader declined is not on; a cancelled one is told as cancelled. Keep the whole below 500 words.",
  ],
  scope: ({ days_ahead }) => ({ startsToday: true, ahead: days_ahead }),
});
