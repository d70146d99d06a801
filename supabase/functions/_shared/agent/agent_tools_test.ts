import assert from "node:assert/strict";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import type { Model } from "../llm/model.ts";
import { agentTools } from "./agent_tools.ts";
import { createEvidence } from "./evidence.ts";
import { createFence } from "./fence.ts";
import { definitionOf } from "./tool.ts";

const model: Model = {
  name: "none",
  spent: { calls: 0, costUsd: 0, searches: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  budget: () => Promise.resolve(undefined),
  reservationOf: () => 0,
  ask: () => Promise.reject(new Error("nobody asks")),
};

function toolsOf(nonce: string, web: boolean) {
  const fence = createFence(nonce);
  return agentTools({
    database: rpcStandIn({}),
    userId: "22222222-2222-4222-8222-222222222222",
    sourceIds: ["33333333-3333-4333-8333-333333333333"],
    evidence: createEvidence(fence),
    fence,
    personal: true,
    ...(web && { web: { searcher: model, writer: model, ownWords: [] } }),
  });
}

Deno.test("the tools are these, in this order, and the web is among them only where it is asked for", () => {
  const all = ["Search", "Read", "List", "GetSystemState", "WebSearch"];
  assert.deepEqual(toolsOf("a", true).tools.map(({ name }) => name), all);
  assert.deepEqual(toolsOf("a", false).tools.map(({ name }) => name), all.slice(0, -1));
  assert.deepEqual(toolsOf("a", false).webSearches, { sent: 0, refused: {} });
});

Deno.test("two runs describe their tools in the same bytes, so that one reads what the other cached", () => {
  const described = (nonce: string) => JSON.stringify(toolsOf(nonce, true).tools.map(definitionOf));
  assert.equal(described("a"), described("b"));
  assert.doesNotMatch(described("a"), /\$ref|\$schema/);
});
