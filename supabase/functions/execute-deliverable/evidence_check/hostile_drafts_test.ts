/** Whatever a model writes, and whatever its material makes it write: what leaves keeps its promises, in bounded time. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkDraft } from "./check_draft.ts";
import { settleDraft } from "./settle_draft.ts";
import { itemId, scene, shown, shownItem } from "./shown_stand_in.ts";
import { withoutRepeats } from "./without_repeats.ts";

const word = fc.constantFrom(
  "launch",
  "Falcon",
  "moved",
  "to",
  "Thursday",
  "vendor",
  "🚀",
  "never",
  "we",
  "e5",
  "and",
  "can't",
  "1,200",
);
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));
const items = fc.array(
  fc.record({ n: fc.nat(20), revision: fc.integer({ min: 1, max: 2 }), content: sentence }),
  { maxLength: 8 },
);
const mark = fc.constantFrom(
  '"',
  "“",
  "”",
  "'",
  "’",
  "‘",
  "«",
  "„",
  "[",
  "]",
  "\\[",
  "\n",
  "\n\n",
  "- ",
  "  - ",
  "> ",
  "## ",
  ". ",
  ", ",
  "(",
  ")",
  "|",
  "\n|---|\n",
  "```",
  "`",
  "**",
  " ",
  "",
  "[12]",
  "[1, 2]",
  "[^1]",
  "[e1@2]",
  "(e1)",
  "](e2)",
  "&quot;",
  "&#91;",
  "<q>",
  "<!--",
  "-->",
  "<b>",
  "<i title='",
  "](https://x.example/",
  ":\n",
);
const ids = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }).map((all) =>
  `[${all.map((n) => `e${n}`).join(", ")}]`
);
const draft = fc.array(
  fc.oneof(sentence, mark, ids, sentence.map((words) => `“${words}”`), fc.string({ maxLength: 5 })),
  { maxLength: 40 },
).chain((parts) => fc.constantFrom("", " ").map((joint) => parts.join(joint)));
const evidenceOf = (all: readonly { n: number; revision: number; content: string }[]) =>
  shown(
    ...all.map(({ n, revision, content }) =>
      shownItem(n, content, { revision, content_hash: `${n} ${revision}` })
    ),
  );
const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

Deno.test("each number has its citation, no id survives, nothing unseen is cited, and every quote stands letter by letter", () => {
  fc.assert(
    fc.property(items, draft, (all, written) => {
      const evidence = evidenceOf(all);
      const { text, citations } = settleDraft(written, evidence);
      const numbers = [...text.matchAll(/\[\s*(\d[\d\s,;–-]*)\]/g)].flatMap(([, list = ""]) =>
        list.split(/[,;]/).map(Number)
      );
      assert.deepEqual(new Set(numbers), new Set(citations.map(({ number }) => number)));
      assert.deepEqual(citations.map(({ number }) => number), citations.map((_, at) => at + 1));
      assert.ok(
        numbers.every((number, at) => number <= new Set(numbers.slice(0, at + 1)).size),
        "by first use",
      );
      assert.equal(
        new Set(citations.map((one) => `${one.content_id}@${one.revision}`)).size,
        citations.length,
      );
      assert.doesNotMatch(text, /\[\s*e\d+(?:[\s,;]+e\d+)*\s*\]/i);
      for (const { content_id, revision, quote } of citations) {
        const item = evidence.items().find((one) => one.id === content_id && one.revision === revision);
        assert.ok(item !== undefined && letters(item.content).includes(letters(quote)), quote);
        assert.ok(quote.isWellFormed());
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("what was settled holds: numbers read as ours, nothing is left to find but what is marked", () => {
  fc.assert(
    fc.property(items, draft, (all, written) => {
      const evidence = evidenceOf(all);
      const settled = settleDraft(written, evidence);
      // Our numbers, read as the ids that they stand for.
      const again = settled.text.replace(
        /\[(\d+(?:, \d+)*)\]/g,
        (_, list: string) =>
          `[${
            list.split(", ").map((number) => {
              const { content_id, revision } = settled.citations[Number(number) - 1] ?? {};
              return `e${
                evidence.items().findIndex((one) => one.id === content_id && one.revision === revision) + 1
              }`;
            }).join(", ")
          }]`,
      );
      // The word "e5" stands in some material: two brackets that lost what was between them may close around it.
      const left = checkDraft(again, evidence).filter(({ kind, what }) =>
        kind === "unknown_id" && what !== "e5"
      );
      assert.deepEqual(left, []);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("what is quoted with its item right behind: true words keep their marks, invented ones lose them", () => {
  const pairs = fc.constantFrom(["“", "”"], ['"', '"'], ["„", "“"], ["«", "»"], ["‘", "’"], ["「", "」"], [
    "'",
    "'",
  ]);
  fc.assert(
    fc.property(
      fc.array(sentence, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.boolean(),
      pairs,
      (texts, pick, forge, [open, close]) => {
        const at = pick % texts.length;
        const words = forge ? `${texts[at]} honestly` : texts[at] ?? "";
        const evidence = shown(...texts.map((content, n) => shownItem(n, content)));
        const { text, refused } = settleDraft(`She said ${open}${words}${close} [e${at + 1}].`, evidence);
        assert.equal(refused.quote_not_in_source, forge ? 1 : 0);
        assert.equal(
          text,
          forge ? `She said ${words} (unverified).` : `She said ${open}${words}${close} [1].`,
        );
      },
    ),
  );
});

Deno.test("without what was told: numbers stay with their citations, and no other statement changes", () => {
  fc.assert(
    fc.property(items, draft, fc.array(fc.nat(20)), (all, written, toldOnes) => {
      const evidence = evidenceOf(all);
      const settled = settleDraft(written, evidence);
      const told = toldOnes.flatMap((n) =>
        [1, 2].map((revision) => ({ content_id: itemId(n), content_hash: `${n} ${revision}` }))
      );
      const { text, citations, repeats, nothingNew } = withoutRepeats(settled, told, evidence);
      if (repeats === 0 || nothingNew) return assert.equal(text, settled.text);
      const numbers = [...text.matchAll(/\[(\d+(?:, \d+)*)\]/g)].flatMap(([, list = ""]) =>
        list.split(", ").map(Number)
      );
      assert.deepEqual(new Set(numbers), new Set(citations.map(({ number }) => number)));
      assert.notEqual(text, "");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a draft as long as an answer can be, of nothing but marks, is checked in bounded time", () => {
  for (
    const piece of [
      " ",
      "[",
      "[e1",
      '"',
      "“",
      "[e1, ",
      "[1,",
      '"[e',
      "“ “",
      "'",
      "'a",
      "‘a ",
      '5" a',
      "[e1].",
      "[e1] ",
      "a. ",
      "(",
      "[e1](",
      "<!--",
      "<a ",
      "<a x",
      "![a](",
      "[a](b(",
      "&#",
      "\\",
      "[[",
      "> ",
      "- ",
      "|",
      "|\n",
      "|-|\n",
      "```\n",
      "**",
      "e1-e2",
      "[e1-e20]",
      "&quot;",
      "<q",
      "— ",
      "”",
      "«",
      "\n",
      "\n\n- a",
      "* * ",
      "[e1]:",
    ]
  ) {
    const startedAt = performance.now();
    // 4,000 tokens are some 16,000 characters.
    checkDraft(piece.repeat(Math.ceil(20_000 / piece.length)), scene());
    const took = performance.now() - startedAt;
    assert.ok(took < 5_000, `${JSON.stringify(piece)}: ${Math.round(took)} ms`);
  }
});

Deno.test("300 long items and 60 quotations are judged within an isolate's CPU", () => {
  const filler = Array.from({ length: 1500 }, (_, n) => `word${n % 97}`).join(" ");
  const evidence = shown(...Array.from({ length: 300 }, (_, n) => shownItem(n, `${filler} item ${n} ends`)));
  const draft = Array.from(
    { length: 60 },
    (_, n) => `- So “item ${n} ends” was [e${n + 1}], and “no such ${n}” too [e${n + 2}].`,
  ).join("\n");
  const startedAt = performance.now();
  const { refused } = settleDraft(draft, evidence);
  assert.equal(refused.quote_not_in_source, 60);
  assert.ok(performance.now() - startedAt < 5_000);
});
