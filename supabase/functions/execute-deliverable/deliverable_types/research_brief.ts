/** The research brief: what the world says about a subject, beside what is known inside. */
import { z } from "zod";
import { define, listed, personsText, sectionsOf, sectionSwitches, shortTexts } from "./definition.ts";

const lengths = { scan: "300 to 500", analysis: "500 to 1,000", deep_dive: "1,000 to 2,000" };

export const researchBrief = define({
  config: z.strictObject({
    focus_area: z.enum(["competitive", "market", "technology", "industry"]).default("market"),
    subjects: shortTexts.default([]),
    purpose: personsText(1000).optional(),
    sections: sectionSwitches(["key_takeaways", "findings", "implications", "recommendations"], [
      "recommendations",
    ]),
    depth: z.enum(["scan", "analysis", "deep_dive"]).default("analysis"),
  }),
  brief: ({ focus_area, subjects, purpose, sections, depth }, quoted) => [
    `Write a ${focus_area} research brief${subjects.length === 0 ? "" : ` on ${listed(subjects, quoted)}`}.`,
    purpose === undefined ? "" : `It serves this purpose: ${quoted(purpose)}`,
    "The reader's own content tells what is known inside.",
    "Use these sections, each only if it has something to say:",
    ...sectionsOf(sections, {
      key_takeaways: "Key takeaways: three to five, most important first",
      findings: "Findings: what is known, subject by subject, with dates",
      implications: "What it means: for the reader's own work",
      recommendations: "Recommendations: what to do, and what that rests on",
    }),
    `Keep the whole between ${lengths[depth]} words.`,
  ],
  focus: ({ subjects }) => subjects,
});
