import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { startModel } from "./model.ts";

const model = await startModel({
  answer: (request) => {
    const last = request.messages.at(-1);
    if (last?.role === "tool") return { content: `The tool said ${last.content}` };
    if (request.tools?.length) {
      return { toolCalls: [{ name: "Search", arguments: JSON.stringify({ query: last?.content }) }] };
    }
    return { content: `You said: ${last?.content}` };
  },
});
Deno.test.afterAll(() => model.close());

const client = new Anthropic({ apiKey: model.apiKey, baseURL: model.url, maxRetries: 0 });
const ask = {
  model: "claude-sonnet-5-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "good morning" }],
};

Deno.test("a reply is computed from the request's own content and has a usage", async () => {
  const reply = await client.messages.create(ask);
  assert.deepEqual(reply.content.map((block) => block.type === "text" && block.text), [
    "You said: good morning",
  ]);
  assert.ok(reply.usage.input_tokens > 0 && reply.usage.output_tokens > 0);
});

Deno.test("tool calls go round: asked with tools, answered with the tool's result", async () => {
  const tools = [{ name: "Search", input_schema: { type: "object" as const } }];
  const first = await client.messages.create({ ...ask, tools });
  const call = first.content.find((block) => block.type === "tool_use");
  assert.ok(call && call.type === "tool_use");
  assert.deepEqual(call.input, { query: "good morning" });
  const second = await client.messages.create({
    ...ask,
    tools,
    messages: [
      ...ask.messages,
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "42 hits" }] },
    ],
  });
  assert.deepEqual(second.content.map((block) => block.type === "text" && block.text), [
    "The tool said 42 hits",
  ]);
});

Deno.test("a wrong key is refused and a failure can be ordered for one request", async () => {
  const stranger = new Anthropic({ apiKey: "sk-other", baseURL: model.url, maxRetries: 0 });
  await assert.rejects(
    stranger.messages.create(ask),
    (error) => error instanceof Anthropic.APIError && error.status === 401,
  );
  model.failNext(529);
  await assert.rejects(
    client.messages.create(ask),
    (error) => error instanceof Anthropic.APIError && error.status === 529,
  );
  assert.ok(await client.messages.create(ask));
});

Deno.test("the server tool web_search answers in the provider's form, from the query alone, and is in the journal", async () => {
  const reply = await client.messages.create({
    ...ask,
    messages: [{ role: "user", content: "solar energy" }],
    tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }],
  });
  assert.deepEqual(reply.content.slice(0, 3).map(({ type }) => type), [
    "server_tool_use",
    "web_search_tool_result",
    "text",
  ]);
  assert.equal(reply.usage.server_tool_use?.web_search_requests, 1);
  const [, result, said] = reply.content;
  assert.ok(
    result?.type === "web_search_tool_result" && Array.isArray(result.content) && said?.type === "text",
  );
  const [citation] = said.citations ?? [];
  assert.ok(citation?.type === "web_search_result_location" && said.text.includes(citation.cited_text));
  assert.equal(citation.url, result.content[0]?.url);
  assert.match(JSON.stringify(model.requests().at(-1)), /solar energy/);
  model.web = () => [];
  const empty = await client.messages.create({
    ...ask,
    tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }],
  });
  assert.deepEqual(empty.content.map(({ type }) => type), [
    "server_tool_use",
    "web_search_tool_result",
    "text",
  ]);
});

Deno.test("a stream passes as it comes", async () => {
  const text = await client.messages.stream(ask).finalText();
  assert.equal(text, "You said: good morning");
});
