import assert from "node:assert/strict";
import { contentId, runOf, sourceOf } from "../run_stand_in.ts";
import { strategyOf } from "./strategies.ts";

const bindings = ["platform_bound", "cross_platform", "research", "hybrid"] as const;
const slack = sourceOf(contentId(1), "#general");
const inbox = sourceOf(contentId(2), "INBOX", { platform: "gmail" });
const of = (binding: typeof bindings[number], parts: Parameters<typeof runOf>[0] = {}) => {
  const run = runOf({ sources: [slack, inbox], ...parts, type: { binding, ...parts.type } });
  return { strategy: strategyOf(run), run };
};

Deno.test("a report of one platform is about that platform, and about all it was given when none is of it", () => {
  const names = ({ strategy, run }: ReturnType<typeof of>) => strategy.sources(run).map(({ name }) => name);
  assert.deepEqual(names(of("platform_bound", { type: { primary_platform: "gmail" } })), ["INBOX"]);
  assert.deepEqual(names(of("platform_bound", { type: { primary_platform: "notion" } })), [
    "#general",
    "INBOX",
  ]);
  assert.deepEqual(names(of("cross_platform", { type: { primary_platform: null } })), ["#general", "INBOX"]);
});

Deno.test("only research and one's own words may ask the web", () => {
  for (const binding of bindings) {
    const { strategy } = of(binding);
    const web = strategy.tools.includes("WebSearch");
    assert.equal(web, binding === "research" || binding === "hybrid", binding);
    assert.equal(web, strategy.directive.join("\n").includes("WebSearch"), binding);
    assert.equal(web, strategy.restsOnWeb, binding);
    assert.ok(["Search", "Read", "List"].every((tool) => strategy.tools.includes(tool as "Search")), binding);
  }
});

Deno.test("a search for background comes with research, one's own words, and types that search everywhere", () => {
  const searches = (...given: Parameters<typeof of>) =>
    of(...given).strategy.searchesBackground(of(...given).run);
  assert.deepEqual(bindings.map((binding) => searches(binding)), [false, false, true, true]);
  assert.equal(searches("platform_bound", { type: { searches_all_sources: true } }), true);
});
