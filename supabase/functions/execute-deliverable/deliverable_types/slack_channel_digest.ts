/** The digest of Slack channels: what happened, what was decided, what nobody answered. */
import { z } from "zod";
import { define, sectionsOf, sectionSwitches } from "./definition.ts";

export const slackChannelDigest = define({
  config: z.strictObject({
    focus: z.enum(["highlights", "decisions", "questions", "all"]).default("all"),
    include_threads: z.boolean().default(true),
    /** From how many reactions or replies on a message is worth a mention by itself. */
    reaction_threshold: z.number().int().min(1).max(100).default(2),
    reply_threshold: z.number().int().min(1).max(100).default(3),
    sections: sectionSwitches(["hot_threads", "key_decisions", "unanswered_questions", "mentions"]),
    max_items: z.number().int().min(3).max(40).default(15),
  }),
  brief: ({ focus, reaction_threshold, reply_threshold, sections, max_items }) => [
    "Write a digest of these Slack channels for someone who could not read them.",
    focus === "all" ? "" : `Its focus is on ${focus}.`,
    `Use these sections, each only if it has something to say, with at most ${max_items} points in all:`,
    "## Highlights: what matters most, in a few sentences",
    ...sectionsOf(sections, {
      hot_threads: "Threads: discussions with several people or replies, and where they stand",
      key_decisions: "Decisions: what was decided, by whom",
      unanswered_questions: "Open questions: what was asked and not answered",
      mentions: "For you: what is addressed to the reader by name",
    }),
    `A message with ${reaction_threshold} reactions or ${reply_threshold} replies and more is worth a mention.`,
    "Each point is one or two sentences and names who said it. Quote a few decisive words where they say it best. Keep the whole below 2,000 characters.",
  ],
  leavesOut: ({ include_threads }) => ({ content_type }) =>
    content_type === "thread_reply" && !include_threads,
});
