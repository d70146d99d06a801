/** What was said between us and the model, in the form in which the model's API takes it back. */
import type Anthropic from "@anthropic-ai/sdk";
import type { ModelAnswer, ModelRequest } from "../llm/model.ts";
import { definitionOf, type Tool } from "./tool.ts";

type OwnBlock = Anthropic.TextBlockParam | Anthropic.ToolResultBlockParam;
type Turn =
  | { readonly role: "user"; readonly content: OwnBlock[] }
  | { readonly role: "assistant"; readonly content: Anthropic.ContentBlockParam[] };

export interface ConversationStart {
  readonly system: string;
  readonly prompt: string;
  /** In an order that never changes, so that what the provider has cached of them fits the next run too. */
  readonly tools: readonly Tool[];
  readonly maxTokens: number;
}

export interface Conversation {
  /** Our next words; behind others of ours they become one turn. */
  say(...blocks: OwnBlock[]): void;
  /** The model's turn, whole: without its thinking the provider refuses the tool results that answer it. */
  heard(content: ModelAnswer["content"]): void;
  /** What the model said as text alone, when its turn is over. */
  heardText(text: string): void;
  /** The call that asks for the model's next turn. */
  request(tools: "auto" | "none"): ModelRequest;
  /** All that we have said: the prompt and the tools' answers, not the system prompt. */
  shown(): string[];
  /** Whether anything was said since the prompt. */
  readonly begun: boolean;
  /** The same conversation, which goes another way from here. */
  copy(): Conversation;
}

/** Opens a conversation with the material as its first words. */
export function createConversation(start: ConversationStart): Conversation {
  return conversation(start, [{ role: "user", content: [{ type: "text", text: start.prompt }] }]);
}

function conversation(start: ConversationStart, turns: Turn[]): Conversation {
  const { system, tools, maxTokens } = start;
  const definitions = tools.map((tool, at) => ({
    ...definitionOf(tool),
    ...(at === tools.length - 1 && cached),
  }));
  return {
    say(...blocks) {
      const last = turns.at(-1);
      if (last?.role === "user") {
        turns[turns.length - 1] = { role: "user", content: [...last.content, ...blocks] };
      } else turns.push({ role: "user", content: blocks });
    },
    heard: (content) => void turns.push({ role: "assistant", content }),
    heardText: (text) => void turns.push({ role: "assistant", content: [{ type: "text", text }] }),
    request: (choice) => ({
      max_tokens: maxTokens,
      system: [{ type: "text", text: system, ...cached }],
      messages: marked(turns),
      ...(definitions.length > 0 && { tools: definitions, tool_choice: { type: choice } }),
    }),
    shown: () =>
      turns.flatMap((turn) =>
        turn.role === "user"
          ? turn.content.flatMap((block) =>
            block.type === "text" ? [block.text] : typeof block.content === "string" ? [block.content] : []
          )
          : []
      ),
    get begun() {
      return turns.length > 1;
    },
    copy: () => conversation(start, [...turns]),
  };
}

const cached = { cache_control: { type: "ephemeral" as const } };

/**
 * Four marks are allowed in a call: tools, system, the material and our latest words. The material is by far the longest
 * part, and each round sends it again; the mark behind our latest words lets the next round read this one's results too.
 */
function marked(turns: readonly Turn[]): Anthropic.MessageParam[] {
  const last = turns.findLastIndex(({ role }) => role === "user");
  return turns.map((turn, at) => {
    if (turn.role !== "user" || (at !== 0 && at !== last)) return turn;
    const mark = at === last ? turn.content.length - 1 : 0;
    return { ...turn, content: turn.content.map((block, n) => n === mark ? { ...block, ...cached } : block) };
  });
}
