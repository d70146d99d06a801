import assert from "node:assert/strict";
import { renderDraft } from "./render.ts";

const first = "https://acme.slack.com/archives/C1/p1";
const second = "https://www.notion.so/p2";
const render = (draft: string, allowedLinks = [first, second]) =>
  renderDraft(draft, {
    allowedLinks,
    citations: new Map([[1, first], [2, second], [3, "https://off.example/"]]),
  });
const hrefs = (html: string) =>
  [...html.matchAll(/href="([^"]*)"[^>]*>([^<]*)</g)].map(([, ...both]) => both);

Deno.test("each mark of a citation leads to its own source, in HTML only", () => {
  const { html, text } = render("- Maya: “We ship” [1]\n- **Bo agreed [2]**, twice [1][2]");
  assert.deepEqual(hrefs(html), [[first, "[1]"], [second, "[2]"], [first, "[1]"], [second, "[2]"]]);
  assert.equal(text, "- Maya: “We ship” [1]\n- Bo agreed [2], twice [1][2]");
});

Deno.test("a mark without a source, or whose address is not among the allowed, stays text", () => {
  const { html, text } = render("One [3], [4], [2026] and [01x]", [first]);
  assert.deepEqual(hrefs(html), []);
  assert.equal(text, "One [3], [4], [2026] and [01x]");
});

Deno.test("what looks like a mark inside code or a link is left alone", () => {
  const { html } = render(`\`list[1]\` and [see [1]](${second})\n\n\`\`\`\nlist[2]\n\`\`\``);
  assert.deepEqual(hrefs(html), [[second, "see [1]"]]);
});

Deno.test("a draft that defines where [1] leads does not move the mark", () => {
  const { html } = render("Ship it [1]\n\n[1]: https://evil.example/CANARY");
  assert.deepEqual(hrefs(html).filter(([href]) => href !== first), []);
});
