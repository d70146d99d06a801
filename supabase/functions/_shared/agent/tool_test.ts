import assert from "node:assert/strict";
import { z } from "zod";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import { contentTools } from "./content_tools.ts";
import { createEvidence } from "./evidence.ts";
import { createFence } from "./fence.ts";
import { definitionOf, tool } from "./tool.ts";

Deno.test("a definition is a JSON schema of what the model may send: defaults are optional, nothing else is", () => {
  const search = tool({
    name: "Search",
    description: "Searches.",
    input: z.object({ query: z.string().min(1), limit: z.number().int().max(9).default(3) }),
    run: () => Promise.resolve(""),
  });
  const { name, description, input_schema } = definitionOf(search);
  assert.deepEqual([name, description], ["Search", "Searches."]);
  assert.deepEqual(JSON.parse(JSON.stringify(input_schema)), {
    type: "object",
    properties: {
      query: { type: "string", minLength: 1 },
      limit: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: 9, default: 3 },
    },
    required: ["query"],
  });
});

Deno.test("every tool of the agent has a definition that the provider takes", () => {
  const tools = contentTools({
    database: rpcStandIn({}),
    userId: "u",
    sourceIds: [],
    evidence: createEvidence(createFence()),
  });
  assert.deepEqual(tools.map(({ name }) => name), ["Search", "Read"]);
  for (const { name, description, input_schema } of tools.map(definitionOf)) {
    assert.match(name, /^[a-zA-Z0-9_-]{1,64}$/);
    assert.ok(description.length > 20);
    assert.equal(input_schema.type, "object");
    // What zod wrote is a schema that zod can read back, and it refuses what the tool would refuse.
    const read = z.fromJSONSchema(JSON.parse(JSON.stringify(input_schema)));
    assert.equal(read.safeParse({}).success, false);
    assert.equal(read.safeParse(name === "Read" ? { id: "e1" } : { query: "falcon" }).success, true);
  }
});

Deno.test("a tool's input is parsed before it runs, so that it sees defaults", async () => {
  const echo = tool({
    name: "Echo",
    description: "",
    input: z.object({ times: z.number().default(2) }),
    run: ({ times }) => Promise.resolve("x".repeat(times)),
  });
  assert.equal(await echo.run({}, new AbortController().signal, { shown: [] }), "xx");
});
