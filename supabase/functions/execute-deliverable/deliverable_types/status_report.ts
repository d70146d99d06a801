/** The status report: where a subject stands, across everything that is connected. */
import { z } from "zod";
import { define, personsText, sectionsOf, sectionSwitches } from "./definition.ts";

const lengths = { brief: "200 to 400", standard: "400 to 800", detailed: "800 to 1,500" };
const audiences = {
  manager: "the author's manager, who wants to know where help is needed",
  stakeholders: "stakeholders outside of the team, who know the goal and not the details",
  team: "the team itself, which knows the details",
  executive: "executives with two minutes, who want outcomes, risks and decisions",
};

export const statusReport = define({
  config: z.strictObject({
    subject: personsText(300).default(""),
    audience: z.enum(["manager", "stakeholders", "team", "executive"]).default("stakeholders"),
    sections: sectionSwitches(["summary", "accomplishments", "blockers", "next_steps", "metrics"], [
      "metrics",
    ]),
    detail_level: z.enum(["brief", "standard", "detailed"]).default("standard"),
    tone: z.enum(["formal", "conversational"]).default("formal"),
  }),
  brief: ({ subject, audience, sections, detail_level, tone }, quoted) => [
    subject.trim() === ""
      ? "Write a status report of this work."
      : `Write a status report on ${quoted(subject)}.`,
    `It is for ${audiences[audience]}. Its tone is ${tone}.`,
    "Use these sections, each only if it has something to say:",
    ...sectionsOf(sections, {
      summary: "Summary: where it stands, in three sentences",
      accomplishments: "Done: what was finished, by whom",
      blockers: "Blockers and risks: what stands in the way, and who could move it",
      next_steps: "Next: what happens next, by whom and when",
      metrics: "Figures: numbers that the material states, with what they are compared to",
    }),
    "The same thing told in a chat, a mail and a page is one point that cites all of them. Where they contradict each other, say so.",
    `Keep the whole between ${lengths[detail_level]} words.`,
  ],
  focus: ({ subject }) => [subject],
});
