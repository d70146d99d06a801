/** The summary of Notion pages and databases: what changed, what is new, what was finished. */
import { z } from "zod";
import { define, sectionsOf, sectionSwitches } from "./definition.ts";

const aims = {
  changelog: "Tell what changed in these pages since the last time.",
  overview: "Tell what these pages say now, so that somebody who has never seen them is up to date.",
  activity: "Tell who worked on what in these pages.",
};

export const notionPageSummary = define({
  config: z.strictObject({
    summary_type: z.enum(["changelog", "overview", "activity"]).default("changelog"),
    include_subpages: z.boolean().default(true),
    max_depth: z.number().int().min(1).max(5).default(2),
    sections: sectionSwitches(["changes", "new_content", "completed_tasks", "open_comments"]),
    time_range_days: z.number().int().min(1).max(90).default(7),
  }),
  brief: ({ summary_type, include_subpages, sections }) => [
    "Write a summary of these Notion pages and database rows.",
    aims[summary_type],
    "Use these sections, each only if it has something to say:",
    ...sectionsOf(sections, {
      changes: "Changes: what is different now, page by page",
      new_content: "New: pages and rows that did not exist before",
      completed_tasks: "Done: tasks that were finished, by whom",
      open_comments: "Open: questions and tasks that wait for somebody",
    }),
    include_subpages ? "" : "Leave out pages that only stand below one of the selected pages.",
    "Name the page of each point. Keep the whole between 100 and 400 words.",
  ],
  scope: ({ time_range_days }) => ({ back: time_range_days }),
});
