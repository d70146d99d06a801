/** The brief of an inbox: what needs an answer today, what can wait, what is only to know. */
import { z } from "zod";
import { define, listed, sectionsOf, sectionSwitches, shortTexts } from "./definition.ts";

const aims = {
  triage: "Sort the mail by what it asks of the reader.",
  summary: "Tell what the mail says, conversation by conversation.",
  action_items: "Tell what the reader has to do, for whom and by when, and nothing else.",
};

export const gmailInboxBrief = define({
  config: z.strictObject({
    focus: z.enum(["triage", "summary", "action_items"]).default("triage"),
    priority_senders: shortTexts.default([]),
    sections: sectionSwitches(["urgent", "action_required", "fyi", "follow_ups"]),
    include_sent: z.boolean().default(true),
    max_items: z.number().int().min(3).max(40).default(20),
  }),
  brief: ({ focus, priority_senders, sections, include_sent, max_items }, quoted) => [
    "Write a brief of this mail for its owner, who has not read it yet.",
    aims[focus],
    `Use these sections, each only if it has something to say, with at most ${max_items} points in all:`,
    ...sectionsOf(sections, {
      urgent: "Urgent: what cannot wait until tomorrow, and why",
      action_required: "To do: what is asked of the reader, by whom, and until when",
      fyi: "To know: what needs no answer",
      follow_ups: "Waiting for: what the reader asked others and has no answer to",
    }),
    priority_senders.length === 0 ? "" : `Mail from ${listed(priority_senders, quoted)} comes first.`,
    include_sent ? "Mail that the reader sent shows what is settled already; it is no news by itself." : "",
    "Take a conversation as one point. Newsletters and notifications get one line together at most. Name the sender of each point. Keep the whole between 150 and 500 words.",
  ],
  focus: ({ priority_senders }) => priority_senders,
  leavesOut: ({ include_sent }) => ({ is_user_authored }) => is_user_authored && !include_sent,
});
