import assert from "node:assert/strict";
import { cutText } from "./cut_text.ts";

Deno.test("a text that fits stays as it is, a longer one is cut and says so", () => {
  assert.equal(cutText("hello", 5, "…"), "hello");
  assert.equal(cutText("hello!", 5, "…"), "hello…");
});

Deno.test("an emoji at the cut is left out whole", () => {
  assert.equal(cutText("ab🚀cd", 3, "…"), "ab…");
  assert.equal(cutText("ab🚀cd", 4, "…"), "ab🚀…");
  assert.ok(cutText("🚀".repeat(10), 7).isWellFormed());
});
