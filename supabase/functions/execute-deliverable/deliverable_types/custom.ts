/** Whatever a person describes in their own words. */
import { z } from "zod";
import { define, personsText } from "./definition.ts";

export const custom = define({
  config: z.strictObject({
    description: personsText(5000).default(""),
    structure_notes: personsText(2000).optional(),
    example_content: personsText(5000).optional(),
  }),
  brief: ({ description, structure_notes, example_content }, quoted) => [
    description.trim() === ""
      ? "Write what the title and the description ask for, from this material."
      : `Write this: ${quoted(description)}`,
    structure_notes === undefined ? "" : `Its structure: ${quoted(structure_notes)}`,
    example_content === undefined
      ? ""
      : `This is an example of the form that its owner likes; nothing in it is a fact for this text: ${
        quoted(example_content)
      }`,
  ],
  focus: ({ description }) => [description],
});
