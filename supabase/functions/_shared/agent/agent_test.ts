import assert from "node:assert/strict";
import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import { PipelineError } from "../http/problem.ts";
import type { Budget, Model, ModelAnswer, ModelRequest } from "../llm/model.ts";
import { type AgentAnswer, type AgentTask, runAgent } from "./agent.ts";
import { type Tool, tool, ToolRefusal } from "./tool.ts";

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

interface Scripted extends Model {
  readonly asked: ModelRequest[];
  left: Budget | undefined;
}

/** A model that says what it is told to, or fails so, the last of it again and again, and remembers what it was asked. */
function scripted(...answers: (ModelAnswer | PipelineError)[]): Scripted {
  const asked: ModelRequest[] = [];
  return {
    name: "scripted",
    asked,
    left: undefined,
    spent: { calls: 0, costUsd: 0, searches: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    budget() {
      return Promise.resolve(this.left);
    },
    reservationOf: (request) => JSON.stringify(request.messages).length / 1_000_000,
    ask(request) {
      asked.push(structuredClone(request));
      const said = answers[Math.min(asked.length, answers.length) - 1];
      assert.ok(said !== undefined);
      return said instanceof PipelineError ? Promise.reject(said) : Promise.resolve(said);
    },
  };
}

const problem = (code: string) => new PipelineError({ code, message: code, status: 402 });
const said = ({ text, toolCalls }: AgentAnswer) => ({ text, toolCalls });

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
  assert.deepEqual(said(await runAgent(task, model, never)), {
    text: "# Briefing\nAll is well.",
    toolCalls: 0,
  });
  assert.equal(model.asked.length, 1);
});

Deno.test("two rounds are three calls, and the last asks for the text, under the choice of tools that the cache knows", async () => {
  const model = scripted(
    answer([text("Looking."), call("Look", { at: "a" })], "tool_use"),
    answer([call("Look", { at: "b" })], "tool_use"),
    answer([text("Done.")]),
  );
  assert.deepEqual(said(await runAgent(task, model, never)), { text: "Done.", toolCalls: 2 });
  assert.deepEqual(toolChoices(model.asked), ["auto", "auto", "auto"]);
  const words = (request: ModelRequest | undefined) =>
    told(request).flatMap((block) => block.type === "text" ? [block.text] : []);
  assert.deepEqual(words(model.asked[1]), []);
  assert.match(words(model.asked[2])[0] ?? "", /^Write the final text now/);
});

Deno.test("a model that asks for a tool instead of its text gets none, is asked without tools, and then no further", async () => {
  ran.length = 0;
  const tempted = scripted(
    answer([call("Look", { at: "a" })], "tool_use"),
    answer([call("Look", { at: "b" })], "tool_use"),
    answer([text("One more look."), call("Look", { at: "c" })], "tool_use"),
    answer([text("The date holds.")]),
  );
  assert.deepEqual(said(await runAgent(task, tempted, never)), { text: "The date holds.", toolCalls: 2 });
  assert.deepEqual(toolChoices(tempted.asked), ["auto", "auto", "auto", "none"]);
  assert.deepEqual(ran, ["a", "b"], "the call behind the last round is not carried out");
  assert.deepEqual(tempted.asked[3]?.messages, tempted.asked[2]?.messages, "nor told back");

  const obstinate = scripted(answer([text("The date holds."), call("Look", { at: "a" })], "tool_use"));
  assert.deepEqual(said(await runAgent(task, obstinate, never)), { text: "The date holds.", toolCalls: 2 });
  assert.equal(obstinate.asked.length, 4);

  const silent = scripted(answer([call("Look", { at: "a" })], "tool_use"));
  await assert.rejects(runAgent(task, silent, never), isProblem("draft_empty"));
  assert.equal(silent.asked.length, 5, "asked for its text once more, and that was all");
});

Deno.test("narration around the text is not the text, and narration alone is asked for the text once more", async () => {
  const model = scripted(
    answer([text("Let me check the threads first.")]),
    answer([text("Here is the digest:\n\nThe date holds [e1].\n\nLet me know if you want more.")]),
  );
  assert.equal((await runAgent(task, model, never)).text, "The date holds [e1].");
  assert.equal(model.asked.length, 2);
});

Deno.test("no rounds are one call without tools to choose", async () => {
  const model = scripted(answer([text("Done.")]));
  await runAgent({ ...task, rounds: 0 }, model, never);
  assert.deepEqual(toolChoices(model.asked), ["none"]);

  const bare = scripted(answer([text("Done.")]));
  await runAgent({ ...task, tools: [] }, bare, never);
  assert.deepEqual([bare.asked[0]?.tools, bare.asked[0]?.tool_choice], [undefined, undefined]);
});

Deno.test("tools, system prompt, material and the latest words are marked for the cache, and stay the same from call to call", async () => {
  const two = [look, { ...look, name: "Peek" }];
  const model = scripted(
    answer([call("Look", { at: "a" })], "tool_use"),
    answer([call("Look", { at: "b" })], "tool_use"),
    answer([text("Done.")]),
  );
  await runAgent({ ...task, tools: two }, model, never);
  const mark = { cache_control: { type: "ephemeral" } };
  for (const request of model.asked) {
    assert.deepEqual(request.system, [{ type: "text", text: "You write.", ...mark }]);
    assert.deepEqual(request.messages[0], {
      role: "user",
      content: [{ type: "text", text: "Write.", ...mark }],
    });
    assert.equal(request.max_tokens, 400);
    assert.deepEqual(request.tools?.map((tool) => "cache_control" in tool), [false, true]);
    assert.deepEqual(
      told(request).map((block) => "cache_control" in block).indexOf(true),
      told(request).length - 1,
    );
    const marks = JSON.stringify(request).match(/cache_control/g)?.length ?? 0;
    assert.ok(marks <= 4, `${marks} marks, and the provider takes four`);
  }
  assert.deepEqual(model.asked[0]?.tools, model.asked[2]?.tools);
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
    { type: "tool_result", tool_use_id: "t2", content: "saw b", cache_control: { type: "ephemeral" } },
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
  const [first, code, calls] of [
    [answer([text("I cannot help with that.")], "refusal"), "model_declined", 1],
    [answer([text("# Half a brie")], "max_tokens"), "draft_too_long", 2],
    [answer([call("Look", { at: "a" })], "max_tokens"), "draft_too_long", 3],
    [answer([text("# Half")], "model_context_window_exceeded"), "material_too_long", 1],
    [answer([text("Odd.")], null), "model_answer_unknown", 1],
    [answer([]), "draft_empty", 2],
    [answer([thinking, text(" \n ")]), "draft_empty", 2],
  ] as const
) {
  Deno.test(`a model whose every answer of ${first.content.length} blocks ends with ${first.stop_reason} is ${code}`, async () => {
    const model = scripted(first);
    await assert.rejects(runAgent(task, model, never), isProblem(code));
    assert.equal(model.asked.length, calls);
  });
}

Deno.test("a text that was cut off is asked for once more, shorter, in the same conversation", async () => {
  const model = scripted(answer([thinking, text("# A very lo")], "max_tokens"), answer([text("# Short")]));
  assert.equal((await runAgent(task, model, never)).text, "# Short");
  const again = model.asked[1];
  assert.deepEqual(again?.messages.map(({ role }) => role), ["user", "assistant", "user"]);
  assert.deepEqual(again?.messages[1]?.content, [{ type: "text", text: "# A very lo" }]);
  assert.equal(again?.tool_choice?.type, "none");
});

Deno.test("a turn that the model pauses goes on where it stopped, a few times and not for ever", async () => {
  const paused = answer([text("I am")], "pause_turn");
  const model = scripted(paused, paused, answer([text("The date holds.")]));
  assert.equal((await runAgent(task, model, never)).text, "The date holds.");
  assert.deepEqual(model.asked[2]?.messages.map(({ role }) => role), ["user", "assistant", "assistant"]);

  const endless = scripted(paused);
  await assert.rejects(runAgent(task, endless, never), isProblem("draft_empty"), "half a turn is no text");
  assert.ok(endless.asked.length <= 8, `${endless.asked.length} calls`);
});

Deno.test("when the budget would not pay for another round and the final answer, the final answer comes at once", async () => {
  const looking = answer([call("Look", { at: "a" })], "tool_use");
  const model = scripted(looking, answer([text("Done.")]));
  model.left = { leftUsd: 0.19, dearestUsd: 0.1 };
  assert.deepEqual(said(await runAgent({ ...task, rounds: 6 }, model, never)), {
    text: "Done.",
    toolCalls: 1,
  });
  assert.deepEqual(toolChoices(model.asked), ["auto", "none"]);

  const rich = scripted(looking, looking, answer([text("Done.")]));
  rich.left = { leftUsd: 0.2, dearestUsd: 0.1 };
  await runAgent({ ...task, rounds: 6 }, rich, never);
  assert.deepEqual(toolChoices(rich.asked), ["auto", "auto", "auto"]);
});

Deno.test("what counts is what the next call would reserve, when that is more than any call before", async () => {
  const model = scripted(
    answer([call("Look", { at: "a", long: 4000 })], "tool_use"),
    answer([text("Done.")]),
  );
  model.left = { leftUsd: 0.01, dearestUsd: 0.0001 };
  await runAgent({ ...task, rounds: 6 }, model, never);
  assert.deepEqual(toolChoices(model.asked), ["auto", "none"]);
});

for (const code of ["run_budget_exceeded", "budget_exceeded", "material_too_long"]) {
  Deno.test(`${code} in the middle of a run leaves the text to what the run began with`, async () => {
    const looking = answer([call("Look", { at: "a" })], "tool_use");
    const model = scripted(looking, problem(code), problem(code), answer([text("Done.")]));
    assert.equal((await runAgent(task, model, never)).text, "Done.");
    assert.deepEqual(model.asked.at(-1)?.messages.length, 1, "without what the tools found");

    const broke = scripted(looking, problem(code));
    await assert.rejects(runAgent(task, broke, never), isProblem(code));
    assert.equal(broke.asked.length, 4);

    const first = scripted(problem(code));
    await assert.rejects(runAgent(task, first, never), isProblem(code));
    assert.equal(first.asked.length, 1);
  });
}

Deno.test("an answer is repaired in the same conversation, without tools, again and again", async () => {
  const model = scripted(
    answer([call("Look", { at: "a" })], "tool_use"),
    answer([text("Draft one.")]),
    answer([text("Here is the rewrite:\nDraft two.")]),
    answer([text("Draft three.")]),
  );
  const first = await runAgent(task, model, never);
  const second = await first.repair("Not so.", never);
  assert.deepEqual(said(second), { text: "Draft two.", toolCalls: 1 });
  assert.equal((await second.repair("Nor so.", never)).text, "Draft three.");
  const last = model.asked.at(-1);
  assert.equal(last?.tool_choice?.type, "none");
  assert.deepEqual(last?.messages.slice(3).map(({ content }) => content), [
    [{ type: "text", text: "Draft one." }],
    [{ type: "text", text: "Not so." }],
    [{ type: "text", text: "Draft two." }],
    [{ type: "text", text: "Nor so.", cache_control: { type: "ephemeral" } }],
  ]);
  assert.equal(first.text, "Draft one.");
});

Deno.test("a repair never loses the answer that is there", async () => {
  for (
    const bad of [
      problem("run_budget_exceeded"),
      problem("budget_exceeded"),
      problem("material_too_long"),
      answer([text("No.")], "refusal"),
      answer([text("Cut of")], "max_tokens"),
      answer([]),
      answer([text("Let me check that.")]),
    ]
  ) {
    const model = scripted(answer([text("Draft one.")]), bad);
    assert.equal((await (await runAgent(task, model, never)).repair("Not so.", never)).text, "Draft one.");
  }
  const busy = scripted(answer([text("Draft one.")]), problem("model_overloaded"));
  const first = await runAgent(task, busy, never);
  await assert.rejects(first.repair("Not so.", never), isProblem("model_overloaded"));
});

Deno.test("a round carries out six calls, and says so of the others", async () => {
  ran.length = 0;
  const many = Array.from({ length: 9 }, (_, n) => call("Look", { at: `${n}` }, `t${n}`));
  const model = scripted(answer(many, "tool_use"), answer([text("Done.")]));
  await runAgent(task, model, never);
  const results = told(model.asked[1]) as Anthropic.ToolResultBlockParam[];
  assert.deepEqual([ran.length, results.length, results.filter(({ is_error }) => is_error).length], [
    6,
    9,
    3,
  ]);
});

Deno.test("a tool's refusal is told to the model, and it knows what the model was shown", async () => {
  const seen: (readonly string[])[] = [];
  const shy: Tool = tool({
    name: "Look",
    description: "",
    input: z.object({}),
    run(_, __, { shown }) {
      seen.push(shown);
      return Promise.reject(new ToolRefusal("Not that."));
    },
  });
  const model = scripted(
    answer([call("Look", {})], "tool_use"),
    answer([call("Look", {})], "tool_use"),
    answer([text("Done.")]),
  );
  await runAgent({ ...task, tools: [shy] }, model, never);
  const [result] = told(model.asked[1]) as Anthropic.ToolResultBlockParam[];
  assert.deepEqual([result?.is_error, result?.content], [true, "Not that."]);
  assert.deepEqual(seen, [["Write."], ["Write.", "Not that."]]);
});

function isProblem(code: string) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof PipelineError, String(thrown));
    assert.equal(thrown.code, code);
    return true;
  };
}
