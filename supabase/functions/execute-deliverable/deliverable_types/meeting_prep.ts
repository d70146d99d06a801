/** The preparation of a meeting: who comes, what is open between them, what to talk about. */
import { z } from "zod";
import { define, listed, personsText, sectionsOf, sectionSwitches, shortTexts } from "./definition.ts";

export const meetingPrep = define({
  config: z.strictObject({
    /** The meeting, as the signal that found it or the person describes it; without one, the next that the sources hold. */
    meeting: z.strictObject({
      title: personsText(300),
      start: z.iso.datetime({ offset: true }).optional(),
      description: personsText(2000).optional(),
      attendees: shortTexts.optional(),
    }).optional(),
    sections: sectionSwitches([
      "attendee_context",
      "open_items",
      "recent_updates",
      "suggested_topics",
      "previous_meeting",
    ]),
  }),
  brief: ({ meeting, sections }, quoted) => [
    meeting === undefined
      ? "Write a preparation for the reader's next meeting in these calendar events. Name it and its time first."
      : `Write a preparation for the meeting ${quoted(meeting.title)}${
        meeting.start ? ` on ${meeting.start}` : ""
      }.`,
    meeting?.attendees === undefined ? "" : `These people come: ${listed(meeting.attendees, quoted)}.`,
    meeting?.description === undefined ? "" : `It is about: ${quoted(meeting.description)}`,
    "Use these sections, each only if it has something to say:",
    ...sectionsOf(sections, {
      attendee_context: "Who comes: what each has been working on and saying lately",
      open_items: "Open items: what somebody in the meeting owes somebody else",
      recent_updates: "Recent updates: what happened around its subject",
      suggested_topics: "Suggested topics: what is worth the time together, most important first",
      previous_meeting: "Last time: what was decided or promised when they last met",
    }),
    "Say only what helps in this meeting. Keep the whole below 600 words.",
  ],
  preparesEvents: ({ meeting }) => meeting === undefined,
  // Whoever prepares a meeting of next week finds it though a day ahead is the rule.
  scope: ({ meeting }) =>
    meeting?.start === undefined ? {} : { reaches: new Date(Date.parse(meeting.start) + 1) },
  focus: ({ meeting }) => meeting === undefined ? [] : [meeting.title, ...meeting.attendees ?? []],
});
