import assert from "node:assert/strict";
import type { Citation } from "./cited_source.ts";
import { itemId, shown, shownItem } from "./shown_stand_in.ts";
import { withoutRepeats } from "./without_repeats.ts";

/** Items 1 to 6; 1, 2 and 3 were told before as they are, 4 in another state, 5 never, and 6 has no hash that we know. */
const evidence = shown(
  ...[1, 2, 3, 4, 5, 6].map((n) =>
    shownItem(n, `Item ${n}.`, { content_hash: n === 6 ? null : `hash ${n}` })
  ),
);
const told = [1, 2, 3, 4, 6].map((n) => ({
  content_id: itemId(n),
  content_hash: n === 4 ? "an older one" : n === 6 ? null : `hash ${n}`,
}));
const cite = (...items: number[]): Citation[] =>
  items.map((n, at) => ({
    number: at + 1,
    content_id: itemId(n),
    revision: 1,
    url: null,
    quote: `Item ${n}.`,
    label: "",
  }));
const news = (text: string, ...items: number[]) =>
  withoutRepeats({ text, citations: cite(...items) }, told, evidence);

Deno.test("a statement whose every citation was told goes; what is new, changed or unknown stays, numbered anew", () => {
  const { text, citations, repeats, nothingNew } = news(
    "- Told [1].\n- Changed [2].\n- Told, too [1, 3].\n- Both [3, 4].\n- Unknown [5].",
    1,
    4,
    2,
    5,
    6,
  );
  assert.equal(text, "- Changed [1].\n- Both [2, 3].\n- Unknown [4].");
  assert.deepEqual(citations.map(({ number, content_id }) => [number, content_id]), [
    [1, itemId(4)],
    [2, itemId(2)],
    [3, itemId(5)],
    [4, itemId(6)],
  ]);
  assert.deepEqual([repeats, nothingNew], [2, false]);
});

Deno.test("sections and lists that lose everything lose their headings and lead-ins, whatever their level", () => {
  const text = [
    "# Digest",
    "",
    "## Old",
    "",
    "Told [1].",
    "",
    "### Deeper",
    "- Told [1].",
    "",
    "## Mixed",
    "What was said:",
    "- Told [1].",
    "",
    "Also new:",
    "- New [2].",
    "",
    "**Bold**",
    "",
    "- Told [1].",
    "",
    "## Empty before",
    "",
    "## Quiet",
    "Nothing new in #legal.",
  ].join("\n");
  assert.equal(
    news(text, 1, 5).text,
    "# Digest\n\n## Mixed\n\nAlso new:\n- New [1].\n\n## Empty before\n\n## Quiet\nNothing new in #legal.",
  );
});

Deno.test("an item with news under it stays, and goes with all of its own when nothing is left", () => {
  assert.equal(
    news("- Told [1].\n  - New [2].\n- Told [1].\n  - Told [1].", 1, 5).text,
    "- Told [1].\n  - New [2].",
  );
  assert.equal(news("- New [1].\n  - Told [2].", 5, 1).text, "- New [1].");
});

Deno.test("rows go alone, and a table without rows with its head", () => {
  const table = "| What |\n|---|\n| Told [1] |\n| New [2] |";
  assert.equal(news(table, 1, 5).text, "| What |\n|---|\n| New [1] |");
  assert.equal(
    news(`New [2].\n\n${table.replace("| New [2] |", "| Old [1] |")}\n\nNew [2].`, 1, 5).text,
    "New [1].\n\nNew [1].",
  );
});

Deno.test("a draft of which nothing new is left comes back as it was, for the caller to record as unchanged", () => {
  const text = "## Old\n\n- Told [1].\n\nAll was calm (unverified).";
  const left = news(text, 1);
  assert.deepEqual([left.text, left.repeats, left.nothingNew], [text, 1, true]);
});

Deno.test("a draft that repeats nothing, or cites nothing, is left alone", () => {
  for (const [text, items] of [["- New [1].", [5]], ["Nothing was found.", []]] as const) {
    const left = news(text, ...items);
    assert.deepEqual([left.text, left.repeats, left.nothingNew], [text, 0, false]);
  }
});

Deno.test("pages of the web are told again: they have no state that we know", () => {
  const page: Citation = {
    number: 1,
    content_id: null,
    revision: null,
    url: "https://example.com/",
    quote: "x",
    label: "x",
  };
  assert.equal(withoutRepeats({ text: "- Prices fell [1].", citations: [page] }, told, evidence).repeats, 0);
});
