import assert from "node:assert/strict";
import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import { PipelineError } from "../http/problem.ts";
import type { Model, ModelAnswer, ModelRequest } from "../llm/model.ts";
import { type AgentTask, runAgent } from "./agent.ts";
import { type Tool, tool } from "./tool.ts";

type Block = ModelAnswer["content"][number];
const text = (words: string): Block => ({ type: "text", text: words, citations: null });
const thinking: Block = { type: "thinking", thinking: "Hmm.", signature: "s" };
const call = (name: string, input: unknown, id = "t1"): Block => ({
  type: "tool_use",
  id,
  name,
  input,
  caller: { type: "direct" },
});
const answer = (content: Block[], stop_reason: ModelAnswer["stop_reason"] = "end_turn"): ModelAnswer => ({
  content,
  stop_reason,
});

/** A model that says what it is told to, the last of it again and again, and remembers what it was asked. */
function scripted(...answers: ModelAnswer[]): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    name: "scripted",
    asked,
    spent: { calls: 0, costUsd: 0, searches: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    budget: () => Promise.resolve(undefined),
    reservationOf: () => 0,
    ask(request) {
      asked.push(structuredClone(request));
      const said = answers[Math.min(asked.length, answers.length) - 1];
      assert.ok(said !== undefined);
      return Promise.resolve(said);
    },
  };
}

const ran: unknown[] = [];
const look: Tool = tool({
  name: "Look",
  description: "Looks at a thing.",
  input: z.object({ at: z.string(), long: z.number().optional() }),
  run({ at, long = 0 }) {
    ran.push(at);
    return Promise.resolve(`saw ${at}${"🚀".repeat(long)}`);
  },
});

const task: AgentTask = {
  system: "You write.",
  prompt: "Write.",
  tools: [look],
  rounds: 2,
  maxTokens: 400,
};
const never = new AbortController().signal;
const toolChoices = (asked: readonly ModelRequest[]) => asked.map(({ tool_choice }) => tool_choice?.type);
/** What the model was told in the last message of a request. */
const told = (request: ModelRequest | undefined) =>
  request?.messages.at(-1)?.content as (Anthropic.ToolResultBlockParam | Anthropic.TextBlockParam)[];

Deno.test("a model that wants no tool is asked once, and its last text is the answer", async () => {
  const model = scripted(
    answer([thinking, text("Let me see."), text("  # Briefing\nAll is well.  "), text(" ")]),
  );
  assert.deepEqual(await runAgent(task, model, never), { text: "# Briefing\nAll is well.", toolCalls: 0 });
  assert.equal(model.asked.length, 1);
});

Deno.test("two rounds are at most three calls, and the last forbids tools and asks for the text", async () => {
  const model = scripted(
    answer([text("Looking."), call("Look", { at: "a" })], "tool_use"),
    answer([call("Look", { at: "b" })], "tool_use"),
    answer([text("Done.")]),
  );
  assert.deepEqual(await runAgent(task, model, never), { text: "Done.", toolCalls: 2 });
  assert.deepEqual(toolChoices(model.asked), ["auto", "auto", "none"]);
  const words = (request: ModelRequest | undefined) =>
    told(request).flatMap((block) => block.type === "text" ? [block.text] : []);
  assert.deepEqual(words(model.asked[1]), []);
  assert.match(words(model.asked[2])[0] ?? "", /^Write the final text now/);
});

Deno.test("a model that asks for tools although it may not is asked no further", async () => {
  const obstinate = scripted(answer([text("I still look."), call("Look", { at: "a" })], "tool_use"));
  assert.deepEqual(await runAgent(task, obstinate, never), { text: "I still look.", toolCalls: 2 });
  assert.equal(obstinate.asked.length, 3);

  const silent = scripted(answer([call("Look", { at: "a" })], "tool_use"));
  await assert.rejects(runAgent(task, silent, never), isProblem("draft_empty"));
  assert.equal(silent.asked.length, 3);
});

Deno.test("no rounds are one call without tools to choose", async () => {
  const model = scripted(answer([text("Done.")]));
  await runAgent({ ...task, rounds: 0 }, model, never);
  assert.deepEqual(toolChoices(model.asked), ["none"]);

  const bare = scripted(answer([text("Done.")]));
  await runAgent({ ...task, tools: [] }, bare, never);
  assert.deepEqual([bare.asked[0]?.tools, bare.asked[0]?.tool_choice], [undefined, undefined]);
});

Deno.test("the system prompt and the material are marked for the cache, and stay the same from call to call", async () => {
  const model = scripted(answer([call("Look", { at: "a" })], "tool_use"), answer([text("Done.")]));
  await runAgent(task, model, never);
  for (const request of model.asked) {
    assert.deepEqual(request.system, [{
      type: "text",
      text: "You write.",
      cache_control: { type: "ephemeral" },
    }]);
    assert.deepEqual(request.messages[0], {
      role: "user",
      content: [{ type: "text", text: "Write.", cache_control: { type: "ephemeral" } }],
    });
    assert.equal(request.max_tokens, 400);
  }
  assert.deepEqual(model.asked[0]?.tools, model.asked[1]?.tools);
});

Deno.test("nothing is asked of the model that its newest generation refuses", async () => {
  const model = scripted(answer([call("Look", { at: "a" })], "tool_use"), answer([text("Done.")]));
  await runAgent(task, model, never);
  for (const request of model.asked) {
    const known = ["max_tokens", "system", "messages", "tools", "tool_choice"];
    assert.deepEqual(Object.keys(request).filter((key) => !known.includes(key)), []);
    assert.ok(["auto", "none"].includes(request.tool_choice?.type ?? ""));
    assert.equal(request.messages.at(-1)?.role, "user", "no words are put into the model's mouth");
  }
});

Deno.test("several calls of one round are answered together, each under its id and in their order", async () => {
  const model = scripted(
    answer([thinking, call("Look", { at: "a" }, "t1"), call("Look", { at: "b" }, "t2")], "tool_use"),
    answer([text("Done.")]),
  );
  assert.equal((await runAgent(task, model, never)).toolCalls, 2);
  const second = model.asked[1];
  // The model's own turn goes back whole: without its thinking the provider refuses the tool results.
  assert.deepEqual(second?.messages[1], {
    role: "assistant",
    content: [thinking, call("Look", { at: "a" }, "t1"), call("Look", { at: "b" }, "t2")],
  });
  assert.deepEqual(told(second), [
    { type: "tool_result", tool_use_id: "t1", content: "saw a" },
    { type: "tool_result", tool_use_id: "t2", content: "saw b" },
  ]);
});

Deno.test("an unknown tool and a wrong input are answered as errors, and the run goes on", async () => {
  ran.length = 0;
  const model = scripted(
    answer([
      call("Delete", {}, "t1"),
      call("Look", { at: 5 }, "t2"),
      call("Look", null, "t3"),
      call("Look", { at: "a" }, "t4"),
    ], "tool_use"),
    answer([text("Done.")]),
  );
  assert.equal((await runAgent(task, model, never)).text, "Done.");
  const results = told(model.asked[1]) as Anthropic.ToolResultBlockParam[];
  assert.deepEqual(results.map(({ is_error }) => is_error), [true, true, true, undefined]);
  assert.equal(results[0]?.content, 'There is no tool "Delete".');
  assert.match(String(results[1]?.content), /does not fit/);
  assert.deepEqual(ran, ["a"], "a tool never runs with an input that does not fit");
});

Deno.test("a tool's answer is cut at 8,000 characters, and never within one of them", async () => {
  const model = scripted(
    answer([call("Look", { at: "abc", long: 8000 })], "tool_use"),
    answer([text("Done.")]),
  );
  await runAgent(task, model, never);
  const [result] = told(model.asked[1]) as Anthropic.ToolResultBlockParam[];
  const content = String(result?.content);
  assert.ok(content.length <= 8006 && content.endsWith("🚀\n[cut]"));
  assert.ok(content.isWellFormed());
});

Deno.test("a tool that fails ends the run with its own reason", async () => {
  const broken: Tool = tool({
    name: "Look",
    description: "",
    input: z.object({}),
    run: () =>
      Promise.reject(new PipelineError({ code: "database_unreachable", message: "gone", status: 503 })),
  });
  const model = scripted(answer([call("Look", {}), call("Look", {}, "t2")], "tool_use"));
  await assert.rejects(
    runAgent({ ...task, tools: [broken] }, model, never),
    isProblem("database_unreachable"),
  );
});

for (
  const [said, code] of [
    [answer([text("I cannot help with that.")], "refusal"), "model_declined"],
    [answer([text("# Half a brie")], "max_tokens"), "draft_too_long"],
    [answer([call("Look", { at: "a" })], "max_tokens"), "draft_too_long"],
    [answer([text("# Half")], "model_context_window_exceeded"), "draft_too_long"],
    [answer([]), "draft_empty"],
    [answer([thinking, text(" \n ")]), "draft_empty"],
  ] as const
) {
  Deno.test(`an answer of ${said.content.length} blocks that ended with ${said.stop_reason} is ${code}`, async () => {
    const model = scripted(said);
    await assert.rejects(runAgent(task, model, never), isProblem(code));
    assert.equal(model.asked.length, 1);
  });
}

function isProblem(code: string) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof PipelineError, String(thrown));
    assert.equal(thrown.code, code);
    return true;
  };
}
