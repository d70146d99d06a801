import assert from "node:assert/strict";
import { equalInConstantTime } from "./constant_time.ts";

Deno.test("equal texts are equal, and any difference in byte or length is found", async () => {
  const text = "a1b2c3d4e5f60718";
  assert.equal(await equalInConstantTime(text, text), true);
  assert.equal(await equalInConstantTime("", ""), true);
  for (let at = 0; at < text.length; at += 1) {
    assert.equal(await equalInConstantTime(text, text.slice(0, at) + "x" + text.slice(at + 1)), false);
    assert.equal(await equalInConstantTime(text, text.slice(0, at)), false);
  }
  assert.equal(await equalInConstantTime(text, text + "0"), false);
});
