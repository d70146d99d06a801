import assert from "node:assert/strict";
import fc from "fast-check";
import { type Candidate, pick } from "./pick.ts";

interface Item extends Candidate {
  readonly tokens: number;
}
const at = Date.parse("2026-11-23T09:00:00Z");
const item = (id: string, source_id: string, minutesAgo: number, tokens = 10, platform = "slack"): Item => ({
  id,
  platform,
  source_id,
  source_timestamp: new Date(at - minutesAgo * 60_000).toISOString(),
  tokens,
});
const picked = (candidates: readonly Item[], budget: number, relevant: readonly string[] = []) =>
  pick({ candidates, relevant, at, budget, costOf: ({ tokens }) => tokens }).map(({ id }) => id);

Deno.test("when everything fits everything is picked, in the order it came in", () => {
  const items = [item("b", "x", 5), item("a", "y", 1), item("c", "x", 9)];
  assert.deepEqual(picked(items, 30), ["b", "a", "c"]);
});

Deno.test("a loud channel leaves a quiet one its share", () => {
  const loud = Array.from({ length: 100 }, (_, n) => item(`loud${n}`, "loud", n));
  const quiet = [item("quiet0", "quiet", 500), item("quiet1", "quiet", 900)];
  assert.deepEqual(picked([...loud, ...quiet], 50), ["loud0", "loud1", "loud2", "quiet0", "quiet1"]);
});

Deno.test("shares are of tokens and not of items: long mails do not crowd out short messages", () => {
  const mails = Array.from({ length: 10 }, (_, n) => item(`mail${n}`, "inbox", n, 100));
  const messages = Array.from({ length: 100 }, (_, n) => item(`message${n}`, "channel", n, 10));
  const ids = picked([...mails, ...messages], 400);
  assert.equal(ids.filter((id) => id.startsWith("mail")).length, 2);
  assert.equal(ids.filter((id) => id.startsWith("message")).length, 20);
});

Deno.test("thirty pages leave one channel its share: platforms come before sources", () => {
  const pages = Array.from({ length: 30 }, (_, n) => item(`page${n}`, `page${n}`, n, 10, "notion"));
  const messages = Array.from({ length: 30 }, (_, n) => item(`message${n}`, "channel", n));
  const ids = picked([...pages, ...messages], 200);
  assert.equal(ids.filter((id) => id.startsWith("message")).length, 10);
  assert.equal(ids.filter((id) => id.startsWith("page")).length, 10);
});

Deno.test("within a source the newest comes first, and what is relevant comes before what is only a little newer", () => {
  const items = Array.from({ length: 20 }, (_, n) => item(`${n}`, "x", n));
  assert.deepEqual(picked(items, 30), ["0", "1", "2"]);
  assert.deepEqual(picked(items, 30, ["15", "nobody's"]), ["0", "1", "15"]);
});

Deno.test("of what is to come the soonest comes first", () => {
  assert.deepEqual(picked([item("far", "x", -5000), item("soon", "x", -10), item("past", "x", 600)], 20), [
    "soon",
    "past",
  ]);
});

Deno.test("an item that does not fit leaves its room to shorter ones", () => {
  assert.deepEqual(picked([item("long", "x", 0, 99), item("short", "x", 1, 5)], 20), ["short"]);
  assert.deepEqual(picked([item("a", "x", 0)], 0), []);
});

Deno.test("whatever the items: the budget holds, nothing that fits is left out, and no source with more to show has less", () => {
  const anItem = fc.record({
    source: fc.constantFrom("a", "b", "c", "d"),
    minutes: fc.integer({ min: -1000, max: 1000 }),
    tokens: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(
      fc.array(anItem, { maxLength: 80 }),
      fc.integer({ min: 0, max: 600 }),
      fc.array(fc.nat(80)),
      (all, budget, relevant) => {
        const items = all.map(({ source, minutes, tokens }, n) => item(`${n}`, source, minutes, tokens));
        const chosen = new Set(picked(items, budget, relevant.map(String)));
        const spent = items.filter(({ id }) => chosen.has(id)).reduce((sum, { tokens }) => sum + tokens, 0);
        assert.ok(spent <= budget);
        const left = items.filter(({ id }) => !chosen.has(id));
        assert.ok(left.every(({ tokens }) => tokens > budget - spent));
        const of = (source: string) =>
          items.filter((one) => one.source_id === source && chosen.has(one.id)).reduce(
            (s, { tokens }) => s + tokens,
            0,
          );
        // Whoever had to stop has at least as much as any other, but for one item that did not fit.
        for (const { source_id } of left) {
          for (const other of ["a", "b", "c", "d"]) assert.ok(of(source_id) >= of(other) - 60 - 60);
        }
      },
    ),
  );
});
