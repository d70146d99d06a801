import assert from "node:assert/strict";
import { createEvidence, type EvidenceItem } from "./evidence.ts";
import { createFence } from "./fence.ts";

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const item = (n: number, parts: Partial<EvidenceItem> = {}): EvidenceItem => ({
  id: idOf(n),
  revision: 1,
  platform: "slack",
  source_name: "#launch",
  content_type: "message",
  thread_id: null,
  title: null,
  content: `Message ${n}`,
  author: "Maya",
  permalink: null,
  source_timestamp: "2026-11-23T09:00:00+00:00",
  ...parts,
});
const evidenceOf = () => createEvidence(createFence("ab12"));

Deno.test("an item keeps its short id, however often and in whatever form it is shown", () => {
  const evidence = evidenceOf();
  assert.equal(evidence.add(item(1)), "e1");
  assert.equal(evidence.add(item(2)), "e2");
  assert.match(evidence.show(item(1, { source_name: null }), 5), / id="e1" /);
  assert.equal(evidence.add(item(1)), "e1");
  assert.deepEqual(evidence.items().map(({ id }) => id), [idOf(1), idOf(2)]);
  assert.equal(evidence.get("e2")?.id, idOf(2));
});

Deno.test("another revision is another piece of evidence of the same item", () => {
  const evidence = evidenceOf();
  evidence.add(item(1));
  assert.equal(evidence.add(item(1, { revision: 2, content: "edited" })), "e2");
  assert.equal(evidence.get("e1")?.revision, 1);
  assert.equal(evidence.get("e2")?.revision, 2);
  assert.deepEqual(evidence.shown(), [idOf(1)]);
});

Deno.test("nothing is found under an id that was never given", () => {
  const evidence = evidenceOf();
  evidence.add(item(1));
  for (const id of ["e0", "e2", "e-1", "E1 ", "1", "", "e1.5", "constructor", "e99999999999999999999"]) {
    assert.equal(evidence.get(id), undefined, id);
  }
});

Deno.test("an item is shown between its fence, with what a reader needs to place it", () => {
  const reply = item(1, { content_type: "thread_reply", title: "Plan" });
  assert.equal(
    evidenceOf().show(reply, 100),
    '<data-ab12 id="e1" source="#launch" author="Maya" in_thread="yes" at="2026-11-23T09:00:00+00:00" platform="slack">\nPlan\nMessage 1\n</data-ab12>',
  );
});

Deno.test("a long text is cut, as are endless titles and names, never within a character", () => {
  const shown = evidenceOf().show(
    item(1, {
      title: "t".repeat(100_000),
      author: "🚀".repeat(100_000),
      source_name: `s${"🚀".repeat(100_000)}`,
      content: `abc${"🚀".repeat(100)}`,
    }),
    10,
  );
  assert.ok(shown.length < 800, String(shown.length));
  assert.ok(shown.isWellFormed());
  assert.ok(shown.includes("\nabc🚀🚀🚀 […]\n"));
});

Deno.test("of items that do not all fit only the first are shown, and only those count as shown", () => {
  const evidence = evidenceOf();
  const items = [1, 2, 3, 4].map((n) => item(n, { content: "x".repeat(300) }));
  const shown = evidence.showWithin(900, items, 200);
  assert.equal(shown.length, 2);
  assert.ok(shown.join("\n").length <= 900);
  assert.deepEqual(evidence.shown(), [idOf(1), idOf(2)]);
  assert.equal(evidence.get("e3"), undefined);
  assert.deepEqual(evidence.showWithin(10, items, 200), []);
});

Deno.test("what the platform tells of an item stands beside its words, its own text within quotes", () => {
  const metadata = { reactions: [{ name: 'ta"da', count: 2 }], reply_count: 3, ts: "1.5" };
  assert.match(evidenceOf().show(item(1, { metadata }), 100), / reactions="ta&quot;da 2" replies="3">/);
});

Deno.test("an item that was told says in which version, until its state changes", () => {
  const told = [
    { content_id: idOf(1), content_hash: "h1", version_number: 3 },
    { content_id: idOf(2), content_hash: "h1" },
  ];
  const evidence = createEvidence(createFence("ab12"), { told });
  assert.match(evidence.show(item(1, { content_hash: "h1" }), 100), / told_in="3">/);
  assert.match(evidence.show(item(2, { content_hash: "h1" }), 100), / told_in="an earlier version">/);
  assert.doesNotMatch(evidence.show(item(1, { revision: 2, content_hash: "h2" }), 100), /told_in/);
  assert.doesNotMatch(evidence.show(item(3), 100), /told_in/);
  assert.match(evidence.show(item(1), 100), / told_in="3">/, "found again by a search that returns no hash");
});

Deno.test("pages of the web are evidence under ids of their own, and are not among the items", () => {
  const evidence = evidenceOf();
  evidence.add(item(1));
  assert.equal(evidence.addWeb({ url: "https://example.com/", title: "T", snippet: "S" }), "w1");
  assert.equal(evidence.get("w1"), undefined);
  assert.deepEqual([evidence.items().length, evidence.webSources().length], [1, 1]);
});
