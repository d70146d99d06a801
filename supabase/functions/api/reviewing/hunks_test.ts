import assert from "node:assert/strict";
import { hunksOf } from "./hunks.ts";
import { compareTexts } from "./text_comparison.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

function between(before: readonly string[], after: readonly string[]) {
  return hunksOf(compareTexts(before.join("\n"), after.join("\n")).blocks);
}

Deno.test("a hunk is a change with three lines around it, and says where it begins in both texts", () => {
  const before = numbered(20);
  const after = ["new first", ...before.map((line) => line === "line 12" ? "line twelve" : line)];
  const [first, second, ...more] = between(before, after);
  assert.deepEqual(more, []);
  assert.deepEqual(first, {
    old_line: 1,
    new_line: 1,
    parts: [
      { kind: "changed", removed: [], added: ["new first"], words: null },
      { kind: "same", lines: ["line 1", "line 2", "line 3"] },
    ],
  });
  assert.deepEqual([second?.old_line, second?.new_line], [9, 10]);
  assert.deepEqual(second?.parts.map((part) => part.kind === "same" ? part.lines : part.added), [
    ["line 9", "line 10", "line 11"],
    ["line twelve"],
    ["line 13", "line 14", "line 15"],
  ]);
});

Deno.test("changes whose surroundings touch are one hunk", () => {
  const before = numbered(20);
  const changed = (...which: number[]) =>
    between(before, before.map((line, at) => which.includes(at + 1) ? `${line}!` : line)).length;
  assert.deepEqual([changed(5, 12), changed(5, 13), changed(1, 20), changed(1, 4, 8, 12)], [1, 2, 2, 1]);
});

Deno.test("equal texts have no hunk, and a text from nothing is one", () => {
  assert.deepEqual(between(numbered(9), numbered(9)), []);
  assert.deepEqual(between([], ["a"]).map(({ old_line, new_line }) => [old_line, new_line]), [[1, 1]]);
});
