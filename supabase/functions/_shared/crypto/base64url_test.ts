import assert from "node:assert/strict";
import { fromBase64, fromBase64url, toBase64url } from "./base64url.ts";

Deno.test("bytes of every length survive the way there and back", () => {
  for (let length = 0; length <= 70; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const text = toBase64url(bytes);
    assert.match(text, /^[A-Za-z0-9_-]*$/);
    assert.deepEqual(fromBase64url(text), bytes);
  }
});

Deno.test("a text that is not the one spelling of its bytes is refused", () => {
  assert.deepEqual(fromBase64url("AA"), new Uint8Array([0]));
  for (const text of ["AB", "A", "AA==", "A A", "AA\n", "a+b/", "ÄÄ", "AAAAA"]) {
    assert.equal(fromBase64url(text), undefined, text);
  }
});

Deno.test("plain base64 is read with and without padding, and nonsense is not", () => {
  assert.deepEqual(fromBase64("+/8="), new Uint8Array([251, 255]));
  assert.deepEqual(fromBase64(" +/8 "), new Uint8Array([251, 255]));
  assert.equal(fromBase64("not base64!"), undefined);
});
