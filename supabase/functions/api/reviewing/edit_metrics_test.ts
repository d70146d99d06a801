import assert from "node:assert/strict";
import fc from "fast-check";
import { measureEdit } from "./edit_metrics.ts";

const draft = `# Week 45

## Decisions
We ship the importer on Thursday after the tests are green.
- Legal has not answered yet about the contract with Acme.

## Open questions
Who takes the pager over Christmas?
`;

const none = { additions: [], deletions: [], rewrites: [], restructures: [] };

Deno.test("an untouched draft has distance 0 and no categories, whatever its blanks", () => {
  assert.deepEqual(measureEdit(draft, draft), { distance: 0, categories: none });
  assert.deepEqual(measureEdit(draft, draft.replaceAll("\n", "\r\n")), { distance: 0, categories: none });
  assert.deepEqual(measureEdit(draft, `${draft.replaceAll("\n\n", "\n")}\n\n`), {
    distance: 0,
    categories: none,
  });
  assert.deepEqual(measureEdit("", ""), { distance: 0, categories: none });
});

Deno.test("a text that keeps not a word has distance 1", () => {
  assert.equal(measureEdit("alpha beta", "gamma delta").distance, 1);
  assert.equal(measureEdit("alpha", "").distance, 1);
  assert.equal(measureEdit("", "alpha").distance, 1);
});

Deno.test("the distance is the share of characters that were not kept in order", () => {
  // 12 characters kept of 20 and 20: 1 - 24 / 40.
  assert.equal(measureEdit("aaaa bbbb cccc dddd eeee", "aaaa bbbb cccc xxxx yyyy").distance, 0.4);
  const long = Array.from({ length: 3_000 }, (_, at) => `word${at}`).join(" ");
  assert.equal(measureEdit(long, `${long}!`).distance, 0.001, "the smallest edit is one");
});

Deno.test("what a person added, removed, said otherwise and moved is told apart", () => {
  const final = `# Week 45

## Open questions
Who takes the pager over Christmas?

## Decisions
We ship the importer on Friday after the tests are green.

## Risks
The vendor may raise its prices in spring.
`;
  const { categories, distance } = measureEdit(draft, final);
  assert.deepEqual(categories.rewrites, [{
    before: "We ship the importer on Thursday after the tests are green.",
    after: "We ship the importer on Friday after the tests are green.",
  }]);
  assert.deepEqual(categories.additions, ["Risks", "The vendor may raise its prices in spring."]);
  assert.deepEqual(categories.deletions, ["Legal has not answered yet about the contract with Acme."]);
  assert.deepEqual(categories.restructures, ["Decisions"]);
  assert.ok(distance > 0.3 && distance < 0.8, String(distance));
});

Deno.test("a line that became a heading or a list item is restructured, one that lost its emphasis is nothing", () => {
  assert.deepEqual(measureEdit("Risks\nOne thing", "## Risks\n- One thing").categories, {
    ...none,
    restructures: ["Risks", "One thing"],
  });
  assert.deepEqual(measureEdit("**Risks** are low", "Risks are low").categories, none);
});

Deno.test("at most five examples of each kind are kept, the largest, in their order, each cut", () => {
  const { categories } = measureEdit(
    "",
    Array.from({ length: 9 }, (_, at) => "x".repeat(300 - at)).join("\n"),
  );
  assert.equal(categories.additions.length, 5);
  assert.ok(categories.additions.every((text) => text.length <= 200 && text.endsWith("…")));
  const sizes = measureEdit("", "aa\nbbbbbb\nc\nddd\neeee\nfffff\ng").categories.additions;
  assert.deepEqual(sizes, ["aa", "bbbbbb", "ddd", "eeee", "fffff"]);
});

Deno.test("any two texts have a distance of 0 to 1, 0 only when their words are the same, and bounded examples", () => {
  const text = fc.array(
    fc.constantFrom("", "# a", "- a b", "a b c d", "x y", "🙂", "漢字 仮名", "- [ ] do it"),
    {
      maxLength: 20,
    },
  ).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const { distance, categories } = measureEdit(one, other);
      assert.ok(distance >= 0 && distance <= 1);
      assert.equal(distance === 0, one.replace(/\s/g, "") === other.replace(/\s/g, ""));
      for (const examples of Object.values(categories)) assert.ok(examples.length <= 5);
    }),
    { numRuns: 300 },
  );
});
