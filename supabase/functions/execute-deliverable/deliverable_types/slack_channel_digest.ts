/** The digest of Slack channels: what happened, what was decided, what nobody answered. */
import { z } from "zod";
import { PipelineError } from "@shared/http/problem.ts";

/** `type_config` of a `slack_channel_digest`; everything has a default. */
export const slackChannelDigestConfig = z.object({
  focus: z.enum(["highlights", "decisions", "questions", "all"]).default("all"),
  max_items: z.number().int().min(3).max(40).default(15),
  sections: z.object({
    hot_threads: z.boolean().default(true),
    key_decisions: z.boolean().default(true),
    unanswered_questions: z.boolean().default(true),
  }).prefault({}),
});

/**
 * What to write, in the words of an assignment.
 *
 * @throws {PipelineError} `type_config_invalid`: people write their deliverables' settings themselves
 */
export function slackChannelDigestBrief(config: unknown): string {
  const { focus, max_items, sections } = configOf(config);
  const wanted = [
    "## Highlights: what matters most, in a few sentences",
    ...(sections.hot_threads
      ? ["## Threads: discussions with several people or replies, and where they stand"]
      : []),
    ...(sections.key_decisions ? ["## Decisions: what was decided, by whom"] : []),
    ...(sections.unanswered_questions ? ["## Open questions: what was asked and not answered"] : []),
  ];
  return [
    "Write a digest of these Slack channels for someone who could not read them.",
    focus === "all" ? "" : `Its focus is on ${focus}.`,
    `Use these sections, each only if it has something to say, with at most ${max_items} points in all:`,
    ...wanted,
    "Each point is one or two sentences and names who said it. Quote a few decisive words where they say it best. Keep the whole below 2,000 characters.",
  ].filter((line) => line !== "").join("\n");
}

function configOf(config: unknown): z.output<typeof slackChannelDigestConfig> {
  const parsed = slackChannelDigestConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new PipelineError({
    code: "type_config_invalid",
    message: `The setting '${field}' of this digest is not usable. Nothing was written.`,
    hint: "Correct it in the deliverable's type_config, or leave it out for its default.",
    status: 422,
    details: { field },
  });
}
