/** The model's calls of tools, carried out and answered: each under its id, cut, and never more than a round may hold. */
import type Anthropic from "@anthropic-ai/sdk";
import type { ModelAnswer } from "../llm/model.ts";
import { cutText } from "./cut_text.ts";
import { longestToolAnswer, type Tool, ToolRefusal } from "./tool.ts";

type Block = ModelAnswer["content"][number];
export type Call = Extract<Block, { type: "tool_use" }>;

export const isCall = (block: Block): block is Call => block.type === "tool_use";

/** Each answer is sent again with every later call, so that a round's answers are bounded together too. */
const mostCallsARound = 6;

export interface CallContext {
  readonly tools: readonly Tool[];
  readonly shown: readonly string[];
}

/**
 * One result per call, in their order. An unknown tool, an input that does not fit and a refusal are told to the model;
 * what else a tool throws ends the run.
 */
export async function answerCalls(
  calls: readonly Call[],
  context: CallContext,
  signal: AbortSignal,
): Promise<Anthropic.ToolResultBlockParam[]> {
  return await Promise.all(
    calls.map((call, at) =>
      at < mostCallsARound ? answerCall(call, context, signal) : reply(
        call,
        `Not carried out: at most ${mostCallsARound} calls at once. Ask again if you still need it.`,
        true,
      )
    ),
  );
}

async function answerCall(
  call: Call,
  { tools, shown }: CallContext,
  signal: AbortSignal,
): Promise<Anthropic.ToolResultBlockParam> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return reply(call, `There is no tool "${cutText(call.name, 50)}".`, true);
  const input = tool.input.safeParse(call.input);
  if (!input.success) {
    return reply(call, `The input does not fit: ${input.error.issues[0]?.message ?? "unknown"}`, true);
  }
  try {
    const text = await tool.run(input.data, signal, { shown });
    return reply(call, cutText(text, longestToolAnswer, "\n[cut]"));
  } catch (thrown) {
    if (thrown instanceof ToolRefusal) return reply(call, thrown.message, true);
    throw thrown;
  }
}

const reply = ({ id }: Call, content: string, isError = false): Anthropic.ToolResultBlockParam => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...(isError && { is_error: true }),
});
