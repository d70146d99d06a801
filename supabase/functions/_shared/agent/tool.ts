/** What a tool is to the agent: a name, a schema for its input, and an answer as text. */
import { z } from "zod";

/** What a tool may know of the run beside its input. */
export interface ToolContext {
  /** All that the model was shown before this call: the prompt and every tool's answers, as they were sent. */
  readonly shown: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** Answers with text for the model. Input was checked against the schema. */
  run(input: unknown, signal: AbortSignal, context: ToolContext): Promise<string>;
}

/** What a tool throws that could not do what it was asked; the model reads why, and the run goes on. */
export class ToolRefusal extends Error {
  override readonly name = "ToolRefusal";
}

/** Tool answers longer than this are cut before the model sees them, in characters. */
export const longestToolAnswer = 8000;

/** A tool whose input has a type of its own. */
export function tool<S extends z.ZodType>(definition: {
  name: string;
  description: string;
  input: S;
  run(input: z.output<S>, signal: AbortSignal, context: ToolContext): Promise<string>;
}): Tool {
  return {
    ...definition,
    run: (input, signal, context) => definition.run(definition.input.parse(input), signal, context),
  };
}

/** The definition as the model's API takes it. */
export function definitionOf({ name, description, input }: Tool) {
  const { type: _, $schema: __, ...schema } = z.toJSONSchema(input, { target: "draft-7", io: "input" });
  return { name, description, input_schema: { type: "object" as const, ...schema } };
}
