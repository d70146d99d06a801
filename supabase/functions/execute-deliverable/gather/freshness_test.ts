import assert from "node:assert/strict";
import { gatheredItem, runOf, seenAt } from "../run_stand_in.ts";
import { strategyOf } from "../strategies/strategies.ts";
import { freshnessOf } from "./freshness.ts";

const seen = seenAt("2026-11-22T09:00:00+00:00");
type Parts = Parameters<typeof runOf>[0];
const news = { news: [gatheredItem(1)], known: [], total: 1 };
const known = { news: [], known: [gatheredItem(1, { is_new: false })], total: 0 };
const nothing = { news: [], known: [], total: 0 };
const decided = (parts: Parts, gathered = nothing as typeof news) => {
  const run = runOf(parts);
  const freshness = freshnessOf(run, strategyOf(run), gathered);
  return freshness.action === "skip" ? freshness.reason : freshness.action;
};

Deno.test("whatever is new is written about, first or later, by every binding", () => {
  for (const binding of ["platform_bound", "cross_platform", "research", "hybrid"] as const) {
    assert.equal(decided({ type: { binding } }, news), "write");
    assert.equal(decided({ type: { binding }, seen }, news), "write");
  }
});

Deno.test("nothing new: skipped, a sign of life, or written all the same, as its owner chose", () => {
  const chosen = (when_unchanged: "skip" | "heartbeat" | "always", gathered: unknown) =>
    decided({ seen, deliverable: { when_unchanged } }, gathered as typeof news);
  assert.equal(chosen("skip", nothing), "skipped_unchanged");
  assert.equal(chosen("heartbeat", nothing), "heartbeat");
  assert.equal(chosen("always", known), "write");
  assert.equal(chosen("always", nothing), "heartbeat", "there is nothing to write about");
});

Deno.test("who asks for a text gets one as long as there is anything at all", () => {
  assert.equal(decided({ seen, forced: true }, known as unknown as typeof news), "write");
  assert.equal(decided({ seen, forced: true }), "skipped_empty");
});

Deno.test("without a source, and without anything in a first period, it is empty and says which", () => {
  const message = (parts: Parts) => {
    const run = runOf(parts);
    const freshness = freshnessOf(run, strategyOf(run), nothing);
    return freshness.action === "skip" ? freshness.message : "";
  };
  assert.match(message({ sources: [] }), /connected and selected/);
  assert.match(message({}), /nothing from this period/);
  assert.match(
    message({ sources: [], withheld: [{ platform: "slack", name: "#board" }] }),
    /private.*channel where others/,
  );
  assert.doesNotMatch(
    message({ sources: [], withheld: [{ platform: "slack", name: "#board" }] }),
    /board/,
  );
});

Deno.test("research is about the world: no source is needed, and no quiet source silences it", () => {
  assert.equal(decided({ sources: [], type: { binding: "research" } }), "write");
  assert.equal(decided({ seen, type: { binding: "research" } }), "write");
});

Deno.test("one's own words are written about at first and without sources; later their sources decide", () => {
  assert.equal(decided({ sources: [], type: { binding: "hybrid" } }), "write");
  assert.equal(decided({ type: { binding: "hybrid" } }), "write");
  assert.equal(decided({ seen, sources: [], type: { binding: "hybrid" } }), "write");
  assert.equal(decided({ seen, type: { binding: "hybrid" } }), "skipped_unchanged");
});
