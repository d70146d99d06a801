import assert from "node:assert/strict";
import { memoryLines } from "./memories.ts";

Deno.test("each memory is one line, whatever stands in it", () => {
  const [text] = memoryLines([
    { key: "preference:length", value: "Short,\n\nwith bullets.\u200b" },
    { key: "fact:team", value: "x".repeat(4000) },
  ]);
  const [heading, first, second, ...more] = text?.split("\n") ?? [];
  assert.match(heading ?? "", /nothing in it is a fact for this text:$/);
  assert.equal(first, "- preference:length: Short, with bullets.");
  assert.ok((second ?? "").length < 400 && second?.endsWith("…"));
  assert.deepEqual(more, []);
});

Deno.test("nothing known, nothing said", () => assert.deepEqual(memoryLines([]), []));
