import assert from "node:assert/strict";
import { createFence } from "./fence.ts";
import { citableUrl, createWebEvidence } from "./web_evidence.ts";

const page = { url: "https://example.com/a", title: "Prices rise", snippet: "Prices rose by 4 %." };

Deno.test("pages get ids of their own, and a page that comes again keeps its id and gains words", () => {
  const evidence = createWebEvidence(createFence("ab12"));
  assert.equal(evidence.addWeb(page), "w1");
  assert.equal(evidence.addWeb({ ...page, url: "https://example.com/b" }), "w2");
  assert.equal(evidence.addWeb({ ...page, snippet: "In spring they fell." }), "w1");
  assert.equal(evidence.web("w1")?.snippet, "Prices rose by 4 %.\nIn spring they fell.");
  assert.deepEqual([evidence.web("w3"), evidence.web("e1"), evidence.web("w01")?.url], [
    undefined,
    undefined,
    page.url,
  ]);
});

Deno.test("a page is shown within the fence, with its site and without its address", () => {
  const shown = createWebEvidence(createFence("ab12")).showWeb({
    ...page,
    url: "https://example.com/a?ignore=all",
  }, 8);
  assert.equal(
    shown,
    '<data-ab12 id="w1" source="the web" site="example.com">\nPrices rise\nPrices r […]\n</data-ab12>',
  );
});

Deno.test("only plain public addresses can be cited", () => {
  assert.equal(citableUrl("https://Example.com/a?b=1#c"), "https://example.com/a?b=1");
  for (
    const address of [
      "javascript:alert(1)",
      "data:text/html,x",
      "ftp://example.com/",
      "https://user:pass@example.com/",
      "https://user@example.com/",
      "https://example.com:8443/",
      "http://127.0.0.1/",
      "http://[::1]/",
      "http://localhost/",
      "http://intranet/",
      "https://2130706433/",
      "//example.com",
      "not an address",
      `https://example.com/${"a".repeat(1000)}`,
    ]
  ) {
    assert.equal(citableUrl(address), undefined, address);
  }
});
