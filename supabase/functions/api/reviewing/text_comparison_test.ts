import assert from "node:assert/strict";
import fc from "fast-check";
import { type Block, compareTexts, wordsOf } from "./text_comparison.ts";

/** A side of the comparison, put together again. */
function side(blocks: readonly Block[], which: "removed" | "added"): string[] {
  return blocks.flatMap((block) => block.kind === "same" ? block.lines : block[which]);
}

function sideOfWords(block: Block, which: "removed" | "added"): string | undefined {
  if (block.kind === "same" || block.words === undefined) return undefined;
  return block.words.filter(({ kind }) => kind === "same" || kind === which).map(({ text }) => text).join("");
}

Deno.test("what changed is told by lines, and within lines by words", () => {
  const { blocks, exact } = compareTexts(
    "# Week 45\n\nWe ship on Thursday.\n- legal waits\n",
    "# Week 45\n\nWe ship on Friday.\n- legal waits\n- tests are green\n",
  );
  assert.equal(exact, true);
  assert.deepEqual(blocks, [
    { kind: "same", lines: ["# Week 45", ""] },
    {
      kind: "changed",
      removed: ["We ship on Thursday."],
      added: ["We ship on Friday."],
      words: [
        { kind: "same", text: "We ship on " },
        { kind: "removed", text: "Thursday" },
        { kind: "added", text: "Friday" },
        { kind: "same", text: "." },
      ],
    },
    { kind: "same", lines: ["- legal waits"] },
    { kind: "changed", removed: [], added: ["- tests are green"] },
  ]);
});

Deno.test("equal texts have no changes, whichever line ends they have", () => {
  assert.deepEqual(compareTexts("a\r\nb", "a\nb\n").blocks, [{ kind: "same", lines: ["a", "b"] }]);
  assert.deepEqual(compareTexts("", "").blocks, []);
});

Deno.test("both texts can be put together again from a comparison, in lines and in words", () => {
  const word = fc.constantFrom("a", "b", "über", "漢字", "🙂", "é", "-", ".", "  ", "\t", "");
  const text = fc.array(fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")), { maxLength: 12 })
    .map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, fc.nat(20), fc.nat(40), (before, after, most, mostTokens) => {
      const bounds = { mostTokens, mostLineEdits: most, mostWordEdits: most };
      const { blocks } = compareTexts(before, after, bounds);
      const lines = (text: string) => text.replace(/\n$/, "").split("\n");
      const given = (text: string) => text === "" ? [] : lines(text);
      assert.deepEqual(side(blocks, "removed"), given(before));
      assert.deepEqual(side(blocks, "added"), given(after));
      for (const block of blocks) {
        if (block.kind === "same" || block.words === undefined) continue;
        assert.equal(sideOfWords(block, "removed"), block.removed.join("\n"));
        assert.equal(sideOfWords(block, "added"), block.added.join("\n"));
      }
      assert.ok(blocks.every(({ kind }, at) => kind !== blocks[at + 1]?.kind), "neighbours differ");
    }),
    { numRuns: 300 },
  );
});

Deno.test("texts too different to compare line by line are one change between their common ends, and say so", () => {
  const many = (name: string) => Array.from({ length: 30 }, (_, at) => `${name} ${at}`);
  const bounds = { mostTokens: 1_000, mostLineEdits: 20, mostWordEdits: 0 };
  const texts = [many("old"), many("new")].map((lines) => ["first", ...lines, "last"].join("\n"));
  const { blocks, exact } = compareTexts(texts[0] ?? "", texts[1] ?? "", bounds);
  assert.equal(exact, false);
  assert.deepEqual(blocks.map((block) => block.kind === "same" ? block.lines : block.removed.length), [
    ["first"],
    30,
    ["last"],
  ]);
});

Deno.test("the places that changed share one budget of words", () => {
  const lines = (name: string) => ["1", "2", "3"].map((at) => `${name} ${name}\nkept ${at}`).join("\n");
  const withWords = (mostWordEdits: number) =>
    compareTexts(lines("old"), lines("new"), { mostTokens: 1_000, mostLineEdits: 6, mostWordEdits }).blocks
      .filter((block) => block.kind === "changed" && block.words !== undefined).length;
  // Each place costs four words.
  assert.deepEqual([withWords(12), withWords(11), withWords(7)], [3, 2, 1]);
});

Deno.test("scripts without spaces are compared by character, all others by word", () => {
  assert.deepEqual(wordsOf("naïve café, 東京で"), ["naïve", "café", ",", "東", "京", "で"]);
  assert.deepEqual(wordsOf("e\u0301te\u0301 🙂!"), ["e\u0301te\u0301", "🙂", "!"]);
});
