/** The agent in headless mode: a bounded number of tool rounds, then a final answer without tools. */
import type Anthropic from "@anthropic-ai/sdk";
import { PipelineError } from "../http/problem.ts";
import type { Model } from "../llm/model.ts";
import { cutText } from "./cut_text.ts";
import { definitionOf, longestToolAnswer, type Tool } from "./tool.ts";

export interface AgentTask {
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  /** How many answers may ask for tools (2, 3, 6 or 6 by binding). */
  readonly rounds: number;
  readonly maxTokens: number;
}

export interface AgentAnswer {
  readonly text: string;
  readonly toolCalls: number;
}

const finalCall =
  "Write the final text now, complete and without any further tool. Begin with its first line; say nothing about how you worked.";

/**
 * Runs the loop. The last call forbids tools, so that a run never ends with nothing to show for its rounds.
 *
 * @throws {PipelineError} `model_declined`, `draft_too_long`, `draft_empty`, or what the model's call throws
 */
export async function runAgent(task: AgentTask, model: Model, signal: AbortSignal): Promise<AgentAnswer> {
  const { tools, rounds } = task;
  // The material is by far the longest part, and each round sends it again: it is what is worth caching.
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: [cached(task.prompt)] }];
  let toolCalls = 0;
  for (let round = 0;; round++) {
    const last = round >= rounds;
    const answer = await model.ask({
      max_tokens: task.maxTokens,
      system: [cached(task.system)],
      messages,
      ...(tools.length > 0 && {
        tools: tools.map(definitionOf),
        tool_choice: { type: last ? "none" as const : "auto" as const },
      }),
    }, signal);
    checkStop(answer.stop_reason);
    const calls = answer.content.filter((block) => block.type === "tool_use");
    if (calls.length === 0 || last) return { text: finalText(answer.content), toolCalls };

    toolCalls += calls.length;
    messages.push({ role: "assistant", content: answer.content });
    const results = await Promise.all(calls.map((call) => answerCall(call, tools, signal)));
    messages.push({
      role: "user",
      content: round + 1 >= rounds ? [...results, { type: "text", text: finalCall }] : results,
    });
  }
}

async function answerCall(
  call: { id: string; name: string; input: unknown },
  tools: readonly Tool[],
  signal: AbortSignal,
): Promise<Anthropic.ToolResultBlockParam> {
  const reply = (content: string, isError = false): Anthropic.ToolResultBlockParam => ({
    type: "tool_result",
    tool_use_id: call.id,
    content,
    ...(isError && { is_error: true }),
  });
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return reply(`There is no tool "${call.name}".`, true);
  const input = tool.input.safeParse(call.input);
  if (!input.success) {
    return reply(`The input does not fit: ${input.error.issues[0]?.message ?? "unknown"}`, true);
  }
  const text = await tool.run(input.data, signal);
  return reply(cutText(text, longestToolAnswer, "\n[cut]"));
}

const cached = (text: string): Anthropic.TextBlockParam => ({
  type: "text",
  text,
  cache_control: { type: "ephemeral" },
});

function checkStop(reason: string | null): void {
  if (reason === "refusal") {
    throw new PipelineError({
      code: "model_declined",
      message: "The model declined to write this.",
      hint: "Change the description of the deliverable, or leave out the source that it declines to read.",
      status: 422,
    });
  }
  if (reason === "max_tokens" || reason === "model_context_window_exceeded") {
    throw new PipelineError({
      code: "draft_too_long",
      message: "The model ran out of room before its text was complete. Nothing was delivered.",
      hint: "Ask for a shorter text or read fewer sources.",
      status: 422,
    });
  }
}

/** Thinking and narration come before the text that counts: the last text block is the answer. */
function finalText(content: Anthropic.ContentBlock[]): string {
  const texts = content.flatMap((block) => block.type === "text" ? [block.text.trim()] : []).filter((text) =>
    text !== ""
  );
  const text = texts.at(-1);
  if (text !== undefined) return text;
  throw new PipelineError({
    code: "draft_empty",
    message: "The model ended without a text. Nothing was delivered.",
    hint: "The run is tried again by itself.",
    status: 502,
  });
}
