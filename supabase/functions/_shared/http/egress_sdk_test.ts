import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import slack from "@slack/web-api";
import { createEgress } from "./egress.ts";
import { createLog } from "./log.ts";

async function withBase(answer: unknown, body: (base: string, asked: string[]) => Promise<void>) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json(answer);
  });
  try {
    await body(`http://127.0.0.1:${server.addr.port}`, asked);
  } finally {
    await server.shutdown();
  }
}

const quiet = createLog({ write: () => {} });

Deno.test("Slack's client takes an egress as its fetch, and is refused a host that is not on the list", async () => {
  await withBase({ ok: true, team: "T1" }, async (base, asked) => {
    const egress = createEgress({ overrides: [base], log: quiet });
    const client = new slack.WebClient("xoxb-1", { slackApiUrl: `${base}/api/`, fetch: egress });
    assert.equal((await client.auth.test()).ok, true);
    assert.deepEqual(asked, ["POST /api/auth.test"]);

    const elsewhere = {
      slackApiUrl: `${base}/api/`,
      fetch: createEgress({ log: quiet }),
      retryConfig: { retries: 0 },
    };
    await assert.rejects(() => new slack.WebClient("xoxb-1", elsewhere).auth.test());
    assert.equal(asked.length, 1);
  });
});

Deno.test("Anthropic's client takes an egress as its fetch", async () => {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-haiku-5-5",
    content: [{ type: "text", text: "hello" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  await withBase(message, async (base, asked) => {
    const egress = createEgress({ overrides: [base], log: quiet });
    const client = new Anthropic({ apiKey: "k", baseURL: base, fetch: egress, maxRetries: 0 });
    const answer = await client.messages.create({
      model: "claude-haiku-5-5",
      max_tokens: 10,
      messages: [{ role: "user", content: "hi" }],
    });
    assert.equal(answer.content[0]?.type, "text");
    assert.deepEqual(asked, ["POST /v1/messages"]);
  });
});
