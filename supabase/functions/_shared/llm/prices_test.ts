import assert from "node:assert/strict";
import { costOf, mostItCanCost, mostItCanHaveCost } from "./prices.ts";

Deno.test("a call costs its tokens at the family's price, cached ones at their share", () => {
  assert.equal(costOf("claude-sonnet-5-5", { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 }), 3);
  assert.equal(costOf("claude-haiku-5-5", { input: 0, output: 1_000_000, cacheRead: 0, cacheWrite: 0 }), 5);
  assert.equal(
    costOf("claude-sonnet-5-5", { input: 0, output: 0, cacheRead: 1_000_000, cacheWrite: 0 }),
    0.3,
  );
  assert.equal(
    costOf("claude-sonnet-5-5", { input: 0, output: 0, cacheRead: 0, cacheWrite: 1_000_000 }),
    3.75,
  );
});

Deno.test("a model nobody listed is taken for an expensive one", () => {
  const tokens = { input: 1000, output: 1000, cacheRead: 0, cacheWrite: 0 };
  assert.ok(costOf("brand-new", tokens) > costOf("claude-sonnet-5-5", tokens));
});

Deno.test("what is reserved is never less than a call of ordinary text can cost", () => {
  const text = "The launch moved to Thursday because the vendor's certificate expires. ".repeat(200);
  const tokens = { input: Math.ceil(text.length / 3), output: 4000, cacheRead: 0, cacheWrite: 0 };
  const most = mostItCanCost("claude-sonnet-5-5", { bytes: text.length, maxOutputTokens: 4000 });
  assert.ok(most >= costOf("claude-sonnet-5-5", tokens));
});

Deno.test("a web search costs a cent beside its tokens, and its findings are reserved for", () => {
  const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  assert.equal(costOf("claude-sonnet-5-5", nothing, 3), 0.03);
  const size = { bytes: 100, maxOutputTokens: 1000 };
  const found = { input: 30_000, output: 1000, cacheRead: 0, cacheWrite: 0 };
  assert.ok(
    mostItCanCost("claude-sonnet-5-5", { ...size, searches: 1 }) >= costOf("claude-sonnet-5-5", found, 1),
  );
});

Deno.test("a call that was broken off cost its input and what can have been written by then, at most its reservation", () => {
  const size = { bytes: 10_000, maxOutputTokens: 4000 };
  const after = (seconds: number) => mostItCanHaveCost("claude-sonnet-5-5", size, seconds);
  assert.equal(after(0), mostItCanCost("claude-sonnet-5-5", { ...size, maxOutputTokens: 0 }));
  assert.ok(after(0) < after(2) && after(2) < after(10));
  assert.equal(after(1000), mostItCanCost("claude-sonnet-5-5", size));
});
