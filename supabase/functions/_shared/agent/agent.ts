/** The agent in headless mode: a bounded number of tool rounds, then a final answer without tools. */
import { PipelineError } from "../http/problem.ts";
import type { Model, ModelAnswer } from "../llm/model.ts";
import { materialTooLong } from "../llm/model_error.ts";
import { type Conversation, createConversation } from "./conversation.ts";
import { answerCalls, isCall } from "./tool_calls.ts";
import { withoutNarration } from "./narration.ts";
import type { Tool } from "./tool.ts";

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
  /**
   * One more answer of the same conversation, without tools. It never loses what is there: when the budget is used up, or
   * the model declines, ends empty or ends too long, the answer stays as it was.
   *
   * @param instruction what is wrong and what to write instead; text of others in it belongs into the fence
   * @throws {PipelineError} what is a matter of time (`model_overloaded`, `model_unreachable` …), or of the installation
   */
  repair(instruction: string, signal: AbortSignal): Promise<AgentAnswer>;
}

const finalCall =
  "Write the final text now, complete and without any further tool. Begin with its first line; say nothing about how you worked.";
const shorterCall =
  "That was cut off, because it is longer than you may write. Write the whole text again from its first line, at most half as long.";

/** Turns that the model may pause, each time to go on with the very next call. */
const mostPauses = 3;

/**
 * Runs the loop. The last call takes no tools, so that a run never ends with nothing to show for its rounds. When what is
 * left of the budget would not pay for one more round and the final answer, the final answer comes at once.
 *
 * @throws {PipelineError} `model_declined`, `draft_too_long`, `draft_empty`, `material_too_long`, `model_answer_unknown`,
 * or what the model's call throws; a budget's refusal only when nothing could be written at all
 */
export async function runAgent(task: AgentTask, model: Model, signal: AbortSignal): Promise<AgentAnswer> {
  const talk = createConversation(task);
  const run: Run = { task, model, talk, toolCalls: 0 };
  const rounds = task.tools.length > 0 ? task.rounds : 0;
  let allRoundsUsed = false;
  for (let round = 0; round < rounds; round++) {
    const answer = await nextTurn(run, "auto", signal).catch((thrown) => {
      if (talk.begun && isAbout(thrown, ...outOfRoom)) return undefined;
      throw thrown;
    });
    if (answer === undefined) break;
    const calls = answer.content.filter(isCall);
    if (answer.stop_reason === "max_tokens") {
      // A call that was cut off cannot be carried out, nor told back.
      if (calls.length > 0) break;
      return await finish(run, answer, signal);
    }
    if (calls.length === 0) return await finish(run, answer, signal);

    const results = await answerCalls(calls, { tools: task.tools, shown: talk.shown() }, signal);
    talk.heard(answer.content);
    talk.say(...results);
    run.toolCalls += calls.length;
    if (await isLow(model, talk, signal)) break;
    allRoundsUsed = round === rounds - 1;
  }
  if (rounds > 0) talk.say({ type: "text", text: finalCall });
  const last = await lastTurn(run, allRoundsUsed, signal).catch(async (thrown) => {
    if (!isAbout(thrown, ...outOfRoom) || run.toolCalls === 0) throw thrown;
    // What the tools found is what made it too dear or too long; the material that it began with was paid for once.
    run.talk = createConversation(task);
    run.talk.say({ type: "text", text: finalCall });
    return await nextTurn(run, "none", signal);
  });
  return await finish(run, last, signal);
}

interface Run {
  readonly task: AgentTask;
  readonly model: Model;
  talk: Conversation;
  toolCalls: number;
}

/** Refusals that a shorter conversation may avoid. */
const outOfRoom = ["run_budget_exceeded", "budget_exceeded", "material_too_long"] as const;

const isAbout = (thrown: unknown, ...codes: readonly string[]) =>
  thrown instanceof PipelineError && codes.includes(thrown.code);

/** The model's next turn, gone on with where it paused; every way to end that is no answer is an error. */
async function nextTurn(
  { model, talk }: Run,
  tools: "auto" | "none",
  signal: AbortSignal,
): Promise<ModelAnswer> {
  for (let pauses = 0;; pauses++) {
    const answer = await model.ask(talk.request(tools), signal);
    switch (answer.stop_reason) {
      case "end_turn":
      case "tool_use":
      case "stop_sequence":
      case "max_tokens":
        return answer;
      case "pause_turn":
        if (pauses >= mostPauses) return answer;
        talk.heard(answer.content);
        continue;
      case "model_context_window_exceeded":
        throw materialTooLong();
      case "refusal":
        throw new PipelineError({
          code: "model_declined",
          message: "The model declined to write this.",
          hint:
            "Change the description of the deliverable, or leave out the source that it declines to read.",
          status: 422,
        });
      default:
        throw new PipelineError({
          code: "model_answer_unknown",
          message: "The model's answer ended in a way that we do not know. Nothing was delivered.",
          hint: "The run is tried again by itself. If it stays, the functions need a newer version.",
          status: 502,
        });
    }
  }
}

/**
 * The final answer. Where there is room for two calls, the model is first only told to use no tool: what the provider has
 * cached of the conversation was cached under the same choice of tools, and under another it would be paid for anew. A
 * model that asks for a tool all the same is not answered, and is asked again without any.
 */
async function lastTurn(run: Run, hasRoom: boolean, signal: AbortSignal): Promise<ModelAnswer> {
  if (hasRoom) {
    const answer = await nextTurn(run, "auto", signal);
    if (!answer.content.some(isCall)) return answer;
  }
  return await nextTurn(run, "none", signal);
}

/** Whether one more round would leave too little for the final answer. An unknown budget stops nobody. */
async function isLow(model: Model, talk: Conversation, signal: AbortSignal): Promise<boolean> {
  const budget = await model.budget(signal);
  if (budget === undefined) return false;
  const dearest = Math.max(budget.dearestUsd, model.reservationOf(talk.request("auto")));
  return budget.leftUsd < 2 * dearest;
}

/** The text of an answer that is meant as the last. One that is empty or too long is asked for once more. */
async function finish(run: Run, answer: ModelAnswer, signal: AbortSignal): Promise<AgentAnswer> {
  const text = textOf(answer);
  if (isWhole(answer, text)) return answerOf(run, text);
  const tooLong = answer.stop_reason === "max_tokens";
  if (text !== "") run.talk.heardText(text);
  run.talk.say({ type: "text", text: tooLong ? shorterCall : finalCall });
  const again = await nextTurn(run, "none", signal).catch((thrown) => {
    if (isAbout(thrown, ...outOfRoom)) return undefined;
    throw thrown;
  });
  const second = again === undefined ? "" : textOf(again);
  if (again !== undefined && isWhole(again, second)) return answerOf(run, second);
  throw tooLong || again?.stop_reason === "max_tokens" ? draftTooLong() : draftEmpty();
}

function answerOf(run: Run, text: string): AgentAnswer {
  const answer: AgentAnswer = {
    text,
    toolCalls: run.toolCalls,
    async repair(instruction, signal) {
      const next: Run = { ...run, talk: run.talk.copy() };
      next.talk.heardText(text);
      next.talk.say({ type: "text", text: instruction });
      const repaired = await nextTurn(next, "none", signal).catch((thrown) => {
        if (isAbout(thrown, ...outOfRoom, "model_declined")) return undefined;
        throw thrown;
      });
      if (repaired === undefined) return answer;
      const written = textOf(repaired);
      return isWhole(repaired, written) ? answerOf(next, written) : answer;
    },
  };
  return answer;
}

/** Neither empty, nor cut off, nor paused in the middle for good. */
const isWhole = ({ stop_reason }: ModelAnswer, text: string) =>
  text !== "" && stop_reason !== "max_tokens" && stop_reason !== "pause_turn";

/** Thinking comes before the text that counts: the last text block is the answer. */
function textOf({ content }: ModelAnswer): string {
  const texts = content.flatMap((block) =>
    block.type === "text" && block.text.trim() !== "" ? [block.text] : []
  );
  return withoutNarration(texts.at(-1) ?? "");
}

const draftTooLong = () =>
  new PipelineError({
    code: "draft_too_long",
    message: "The model ran out of room before its text was complete, twice. Nothing was delivered.",
    hint: "Ask for a shorter text or read fewer sources.",
    status: 422,
  });

const draftEmpty = () =>
  new PipelineError({
    code: "draft_empty",
    message: "The model ended without a text. Nothing was delivered.",
    hint: "The run is tried again by itself.",
    status: 502,
  });
