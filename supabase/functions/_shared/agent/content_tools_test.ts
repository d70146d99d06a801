import assert from "node:assert/strict";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import { contentTools } from "./content_tools.ts";
import { createEvidence } from "./evidence.ts";
import { createFence } from "./fence.ts";
import { longestToolAnswer, type Tool } from "./tool.ts";

const userId = "22222222-2222-4222-8222-222222222222";
const sourceIds = ["33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"];
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
/** A row as `search_platform_content` returns it. */
const row = (n: number, content: string) => ({
  id: idOf(n),
  revision: 1,
  platform: "slack" as const,
  source_name: "#launch",
  content_type: "message" as const,
  title: "",
  content,
  author: "Maya",
  permalink: `https://example.slack.com/archives/C1/p${n}`,
  source_timestamp: "2026-11-23T09:00:00+00:00",
  retained: false,
  score: 1,
});

function toolsOver(rows: ReturnType<typeof row>[], until?: Date) {
  const database = rpcStandIn({ search_platform_content: () => rows });
  const evidence = createEvidence(createFence("ab12"));
  const [search, read] = contentTools({ database, userId, sourceIds, evidence, ...(until && { until }) });
  assert.ok(search !== undefined && read !== undefined);
  const stop = new AbortController();
  const run = (tool: Tool, input: unknown) => tool.run(input, stop.signal, { shown: [] });
  return { database, evidence, search, read, run, stop };
}

Deno.test("Search asks for the run's own person and sources, whatever else the model puts into its call", async () => {
  const { database, search, run } = toolsOver([]);
  const smuggled = { query: "falcon", limit: 5, p_user: "someone", sources: ["x"], p_sources: null };
  assert.equal(await run(search, smuggled), "Nothing matches any of these words.");
  assert.deepEqual(database.argumentsOf("search_platform_content"), [{
    p_user: userId,
    p_query: "falcon",
    p_sources: sourceIds,
    p_limit: 5,
  }]);
});

Deno.test("Search takes a query of 1 to 400 characters and at most 20 findings", () => {
  const { search } = toolsOver([]);
  const fits = (input: unknown) => search.input.safeParse(input).success;
  assert.ok(fits({ query: "a" }) && fits({ query: "a".repeat(400), limit: 20 }));
  for (
    const input of [{}, { query: "" }, { query: "a".repeat(401) }, { query: "a", limit: 21 }, {
      query: ["a"],
    }]
  ) {
    assert.ok(!fits(input), JSON.stringify(input));
  }
});

Deno.test("what Search finds gets an id, and what was shown before keeps its own", async () => {
  const { evidence, search, run } = toolsOver([row(1, "Falcon moves."), row(2, "Falcon stays.")]);
  evidence.add({ ...row(2, "Falcon stays."), source_name: "#launch" });
  const found = await run(search, { query: "falcon" });
  assert.deepEqual([...found.matchAll(/ id="(e\d+)"/g)].map(([, id]) => id), ["e2", "e1"]);
  assert.equal(evidence.shown().length, 2);
});

Deno.test("findings are cut, fit together into one answer, and what is left out was not shown", async () => {
  const rows = Array.from({ length: 20 }, (_, n) => row(n, `${n} ${"🚀".repeat(2000)}`));
  const { evidence, search, run } = toolsOver(rows);
  const found = await run(search, { query: "rocket", limit: 20 });
  assert.ok(found.length <= longestToolAnswer && found.isWellFormed());
  const opened = found.split("<data-ab12 ").length - 1;
  assert.equal(found.split("</data-ab12>").length - 1, opened, "every fence is closed");
  assert.ok(opened >= 5 && opened < 20);
  assert.equal(evidence.shown().length, opened);
});

Deno.test("Read shows more of an item under its id, cut at 4,000 characters", async () => {
  const { evidence, read, run } = toolsOver([]);
  evidence.show({ ...row(1, "x".repeat(9000)), source_name: "#launch" }, 100);
  const text = await run(read, { id: "e1" });
  assert.ok(text.startsWith('<data-ab12 id="e1" source="#launch"'));
  assert.ok(
    text.includes("x".repeat(4000)) && !text.includes("x".repeat(4001)) && text.length < longestToolAnswer,
  );
  assert.deepEqual(evidence.shown(), [idOf(1)]);
});

Deno.test("Read finds nothing under an id that this run was not shown, not even under a real one", async () => {
  const { database, evidence, read, run } = toolsOver([row(1, "secret")]);
  for (const id of ["e1", "e999", idOf(1).slice(0, 10)]) {
    assert.match(await run(read, { id }), /^There is no item "/);
  }
  assert.deepEqual([evidence.shown(), database.asked.length], [[], 0]);
});

Deno.test("a run that was stopped searches no more", async () => {
  const { search, run, stop } = toolsOver([row(1, "x")]);
  stop.abort(new Error("stopped"));
  await assert.rejects(run(search, { query: "x" }), /stopped/);
});

Deno.test("Search by platform and time looks at the best matches, and keeps those within", async () => {
  const at = (n: number, day: string) => ({ ...row(n, "Falcon"), source_timestamp: `${day}T09:00:00+00:00` });
  const { database, search, run } = toolsOver([
    at(1, "2026-11-01"),
    at(2, "2026-11-10"),
    at(3, "2026-11-20"),
  ]);
  const found = await run(search, {
    query: "falcon",
    platform: "slack",
    since: "2026-11-05",
    until: "2026-11-20",
  });
  assert.deepEqual([...found.matchAll(/ at="([^T]+)T/g)].map(([, day]) => day), ["2026-11-10"]);
  assert.deepEqual(database.argumentsOf("search_platform_content"), [{
    p_user: userId,
    p_query: "falcon",
    p_sources: sourceIds,
    p_platforms: ["slack"],
    p_limit: 100,
  }]);
  assert.match(await run(search, { query: "falcon", since: "2026-12-01" }), /^None of the best 3 matches/);
});

Deno.test("a run that plays an earlier day finds nothing from after it", async () => {
  const { search, run, evidence } = toolsOver([row(1, "Falcon")], new Date("2026-11-22T00:00:00Z"));
  assert.match(await run(search, { query: "falcon" }), /^None of the best/);
  assert.match(await run(search, { query: "falcon", until: "2026-12-30" }), /^None of the best/);
  assert.deepEqual(evidence.shown(), []);
});

Deno.test("Read shows a page of the web by its id too", async () => {
  const { evidence, read, run } = toolsOver([]);
  evidence.addWeb({ url: "https://example.com/a", title: "Prices", snippet: "They rise." });
  assert.match(await run(read, { id: "w1" }), /^<data-ab12 id="w1" .*>\nPrices\nThey rise\./);
});
