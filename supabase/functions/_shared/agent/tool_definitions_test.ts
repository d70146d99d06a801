import assert from "node:assert/strict";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import type { Model } from "../llm/model.ts";
import { contentTools } from "./content_tools.ts";
import { createEvidence } from "./evidence.ts";
import { createFence } from "./fence.ts";
import { listTool } from "./list_tool.ts";
import { systemStateTool } from "./system_state_tool.ts";
import { definitionOf } from "./tool.ts";
import { createWebSearch } from "./web_search/web_search_tool.ts";

const model: Model = {
  name: "none",
  spent: { calls: 0, costUsd: 0, searches: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  budget: () => Promise.resolve(undefined),
  reservationOf: () => 0,
  ask: () => Promise.reject(new Error("nobody asks")),
};

function toolsOf(nonce: string, sourceId: string) {
  const fence = createFence(nonce);
  const evidence = createEvidence(fence);
  const reach = {
    database: rpcStandIn({}),
    userId: "22222222-2222-4222-8222-222222222222",
    sourceIds: [sourceId],
    evidence,
    fence,
  };
  return [
    ...contentTools(reach),
    listTool(reach),
    createWebSearch({ searcher: model, writer: model, evidence, fence, ownWords: [nonce] }).tool,
    systemStateTool({ ...reach, personal: true }),
  ];
}

Deno.test("the tools of the headless agent only read, and are these", () => {
  const names = toolsOf("a", "33333333-3333-4333-8333-333333333333").map(({ name }) => name);
  assert.deepEqual(names, ["Search", "Read", "List", "WebSearch", "GetSystemState"]);
});

Deno.test("two runs describe their tools in the same bytes, so that one reads what the other cached", () => {
  const described = (nonce: string, source: string) =>
    JSON.stringify(toolsOf(nonce, source).map(definitionOf));
  const [one, other] = [
    described("a", "33333333-3333-4333-8333-333333333333"),
    described("b", "44444444-4444-4444-8444-444444444444"),
  ];
  assert.equal(one, other);
  assert.doesNotMatch(one, /\$ref|\$schema|[0-9a-f]{8}-/);
});
