/** What a tool is to the agent: a name, a schema for its input, and an answer as text. */
import { z } from "zod";

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** Answers with text for the model. Input was checked against the schema. */
  run(input: unknown, signal: AbortSignal): Promise<string>;
}

/** Tool answers longer than this are cut before the model sees them, in characters. */
export const longestToolAnswer = 8000;

/** A tool whose input has a type of its own. */
export function tool<S extends z.ZodType>(definition: {
  name: string;
  description: string;
  input: S;
  run(input: z.output<S>, signal: AbortSignal): Promise<string>;
}): Tool {
  return { ...definition, run: (input, signal) => definition.run(definition.input.parse(input), signal) };
}

/** The definition as the model's API takes it. */
export function definitionOf({ name, description, input }: Tool) {
  const { type: _, $schema: __, ...schema } = z.toJSONSchema(input, { target: "draft-7", io: "input" });
  return { name, description, input_schema: { type: "object" as const, ...schema } };
}
