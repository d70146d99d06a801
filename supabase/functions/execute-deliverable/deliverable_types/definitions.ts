/** Every type of deliverable by its name; the same names as the table `deliverable_types`. */
import { PipelineError } from "@shared/http/problem.ts";
import { custom } from "./custom.ts";
import type { DeliverableDefinition } from "./definition.ts";
import { gmailInboxBrief } from "./gmail_inbox_brief.ts";
import { meetingPrep } from "./meeting_prep.ts";
import { notionPageSummary } from "./notion_page_summary.ts";
import { researchBrief } from "./research_brief.ts";
import { slackChannelDigest } from "./slack_channel_digest.ts";
import { statusReport } from "./status_report.ts";
import { weeklyCalendarPreview } from "./weekly_calendar_preview.ts";

export const definitions: ReadonlyMap<string, DeliverableDefinition> = new Map([
  ["slack_channel_digest", slackChannelDigest],
  ["gmail_inbox_brief", gmailInboxBrief],
  ["notion_page_summary", notionPageSummary],
  ["weekly_calendar_preview", weeklyCalendarPreview],
  ["meeting_prep", meetingPrep],
  ["status_report", statusReport],
  ["research_brief", researchBrief],
  ["custom", custom],
]);

/** @throws {PipelineError} `type_not_available` when the database offers a type that these functions are too old for */
export function definitionOf(type: string): DeliverableDefinition {
  const definition = definitions.get(type);
  if (definition !== undefined) return definition;
  throw new PipelineError({
    code: "type_not_available",
    message: `"${type}" cannot be written yet.`,
    hint:
      "The database offers a type that this version of the function does not know: run 'deno task deploy'.",
    status: 422,
  });
}
