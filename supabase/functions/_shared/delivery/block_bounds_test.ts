import assert from "node:assert/strict";
import { withBoundedBlocks } from "./block_bounds.ts";

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");

Deno.test("an ordinary draft stays as it is", () => {
  const draft = "# A\n\n- b\n- c\n\n```\nd\n\ne\n```\n\n" + "| a | b |\n".repeat(200);
  assert.equal(withBoundedBlocks(draft), draft);
});

Deno.test("no block is longer than its bounds, and no word is lost", () => {
  const drafts = [
    "word ".repeat(8_000),
    "word\n".repeat(5_000),
    "| a |\n|-\n".repeat(2_000),
    "x".repeat(30_000),
    "a b\r\n".repeat(900),
  ];
  for (const draft of drafts) {
    const bounded = withBoundedBlocks(draft);
    for (const block of bounded.split(/\n\s*\n/)) {
      assert.ok(block.length <= 8_400 && block.split("\n").length <= 302, `${block.length}`);
    }
    assert.equal(words(bounded).join(""), words(draft).join(""));
  }
});

Deno.test("a character of two halves is not cut", () => {
  const bounded = withBoundedBlocks("a" + "😀".repeat(6_000));
  assert.ok(bounded.isWellFormed());
  assert.equal([...bounded].filter((character) => character === "😀").length, 6_000);
});
