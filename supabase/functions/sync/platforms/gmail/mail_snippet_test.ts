import assert from "node:assert/strict";
import { plainSnippet } from "./mail_snippet.ts";

Deno.test("a snippet is text: its escapes are resolved, and what looks like an element stays", () => {
  assert.equal(
    plainSnippet("Tom &amp; Jo said &quot;1 &lt; 2&quot; &#39;n so on"),
    `Tom & Jo said "1 < 2" 'n so on`,
  );
  assert.equal(plainSnippet("<script>alert(1)</script>"), "<script>alert(1)</script>");
  assert.equal(plainSnippet(""), "");
});
