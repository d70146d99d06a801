import assert from "node:assert/strict";
import { createEvidence, type EvidenceItem } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import fc from "fast-check";
import { checkCitations } from "./citations.ts";
import { contentId, evidenceItem } from "../run_stand_in.ts";

function evidenceOf(...items: EvidenceItem[]) {
  const evidence = createEvidence(createFence("ab12"));
  items.forEach((item) => evidence.add(item));
  return evidence;
}
const maya = evidenceItem(1, { content: "We decided to move the Falcon launch to Thursday." });
const bo = evidenceItem(2, {
  content: "The invoice for October was “never” paid.",
  author: "Bo",
  revision: 3,
});
const ana = evidenceItem(3, { content: "Nobody asked legal.", author: null, source_name: null });
const check = (draft: string) => checkCitations(draft, evidenceOf(maya, bo, ana));

Deno.test("ids become numbers by first use, and each number names item, revision, words and place", () => {
  const { text, citations, refused } = check(
    "Bo says “The invoice for October” is open [e2]. The launch moved [e1]. Open since October [e2].",
  );
  assert.equal(
    text,
    "Bo says “The invoice for October” is open [1]. The launch moved [2]. Open since October [1].",
  );
  assert.deepEqual(citations, [
    {
      number: 1,
      content_id: contentId(2),
      revision: 3,
      url: null,
      quote: "The invoice for October",
      label: "#launch, Bo, 2026-11-23 08:00 UTC",
    },
    {
      number: 2,
      content_id: contentId(1),
      revision: 1,
      url: null,
      quote: maya.content,
      label: "#launch, Maya, 2026-11-23 08:00 UTC",
    },
  ]);
  assert.deepEqual(refused, { citations: 0, quotes: 0 });
});

Deno.test("an item without place and author is labelled by its platform and time", () => {
  assert.equal(check("Nobody asked [e3].").citations[0]?.label, "slack, 2026-11-23 08:00 UTC");
});

Deno.test("several ids stand in one bracket however the model separates them, each number once", () => {
  for (
    const written of [
      "[e1, e2]",
      "[e1; e2]",
      "[ e1 ,e2 ]",
      "[e1 e2]",
      "[e1 and e2]",
      "[E1, and e2,]",
      "\\[e1, e2\\]",
    ]
  ) {
    assert.equal(check(`Both said so ${written}.`).text, "Both said so [1, 2].", written);
  }
  assert.equal(check("Said twice [e1, e1][e2].").text, "Said twice [1] [2].");
});

Deno.test("an id that was never shown vanishes, alone or from among others, and is counted", () => {
  const { text, citations, refused } = check("So it is [e9]. And so [e1, e77, e0].\n- [e8] Third");
  assert.equal(text, "So it is. And so [1].\n- Third");
  assert.equal(citations.length, 1);
  assert.deepEqual(refused, { citations: 4, quotes: 0 });
});

Deno.test("a citation at the beginning of a line leaves the lines as they are", () => {
  assert.equal(check("First.\n\n[e1] says so.\n## Head\n[e2]").text, "First.\n\n[1] says so.\n## Head\n[2]");
});

Deno.test("numbers in brackets that the model wrote itself lead nowhere, so they lose their brackets", () => {
  const { text, citations } = check("As in [1] and \\[2\\], [3, 4] and [5-7], see [e2].");
  assert.equal(text, "As in (1) and (2), (3, 4) and (5-7), see [1].");
  assert.deepEqual(citations.map(({ content_id }) => content_id), [contentId(2)]);
});

Deno.test("true quotes keep their marks, whatever the marks look like", () => {
  for (
    const draft of [
      "“We decided to move the Falcon launch” [e1]",
      '"we decided  to move the Falcon launch," Maya said [e1]',
      "“to Thursday.” [e2, e1]",
      "«the Falcon launch» [e1]",
      "„the Falcon launch“ [e1]",
      '“The invoice for October was "never" paid” [e2]',
      `“The invoice”, and ${"much ".repeat(40)}later “was "never" paid” [e2]`,
    ]
  ) {
    const { text, refused } = check(draft);
    assert.equal(refused.quotes, 0, draft);
    assert.equal(text, draft.replace(/ \[e.*\]/, draft.includes("e2, e1") ? " [1, 2]" : " [1]"), draft);
  }
});

Deno.test("words that stand in no cited item lose their marks and stay as the writer's own", () => {
  const cases: [draft: string, text: string][] = [
    ["“We cancelled the launch” [e1]", "We cancelled the launch [1]"],
    ['"We cancelled the launch", she said [e1]', "We cancelled the launch, she said [1]"],
    // True words, but of another item than the one that is named.
    ["“move the Falcon launch” [e2]", "move the Falcon launch [1]"],
    ["“no” [e1]", "no [1]"],
    [`“${"never ".repeat(100)}said” [e1]`, `${"never ".repeat(100)}said [1]`],
    ['“She said "absolutely never" to it” [e1]', "She said absolutely never to it [1]"],
    [`“We cancelled it” ${"as ".repeat(60)}told [e1]`, `We cancelled it ${"as ".repeat(60)}told [1]`],
    ["“move the Falcon launch” [e44]", "move the Falcon launch"],
  ];
  for (const [draft, text] of cases) {
    const checked = check(draft);
    assert.equal(checked.text, text);
    assert.equal(checked.refused.quotes, 1, draft);
  }
});

Deno.test("a quote whose sentence names no item must stand in something that was shown", () => {
  assert.equal(
    check("The “Falcon launch” moved. Bo agreed [e2].").text,
    "The “Falcon launch” moved. Bo agreed [1].",
  );
  assert.equal(check("## The “Falcon”\nText [e2].").text, "## The “Falcon”\nText [1].");
  assert.equal(check("All was “a huge success” then.").text, "All was a huge success then.");
});

Deno.test("several quotes of one line are judged each for itself", () => {
  assert.equal(
    check('Maya: “to Thursday” [e1], Bo: “to Friday” [e2], a 24" screen and "never" [e2].').text,
    'Maya: “to Thursday” [1], Bo: to Friday [2], a 24" screen and "never" [2].',
  );
});

Deno.test("the words that are kept with a citation are never half a character, which no database takes", () => {
  const rocket = evidenceItem(1, { content: `a${"🚀".repeat(300)}` });
  const [citation] = checkCitations("Up [e1].", evidenceOf(rocket)).citations;
  assert.ok(citation !== undefined && citation.quote.isWellFormed());
  assert.equal(citation.quote.length, 199);
});

Deno.test("a long draft of blanks, brackets and marks is checked in bounded time", () => {
  for (const piece of [" ", "[", "[e1", '"', "“", "[e1, ", "[1,", '"[e', "“ “"]) {
    const startedAt = performance.now();
    check(piece.repeat(20_000));
    assert.ok(performance.now() - startedAt < 5_000, piece);
  }
});

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
);
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));
const anItem = fc.record({ n: fc.nat(20), revision: fc.integer({ min: 1, max: 2 }), content: sentence });
const mark = fc.constantFrom(
  '"',
  "“",
  "”",
  "[",
  "]",
  "\\[",
  "\n",
  "- ",
  ". ",
  ", ",
  "(",
  ")",
  " ",
  "",
  "[12]",
  "[1, 2]",
);
const ids = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }).map((all) =>
  `[${all.map((n) => `e${n}`).join(", ")}]`
);
const draftOf = fc.array(
  fc.oneof(sentence, mark, ids, sentence.map((words) => `“${words}”`), fc.string({ maxLength: 5 })),
  { maxLength: 40 },
).map((parts) => parts.join(" "));

Deno.test("whatever the model writes: each number has its citation, no id survives, nothing unseen is cited", () => {
  fc.assert(
    fc.property(fc.array(anItem, { maxLength: 8 }), draftOf, (items, draft) => {
      const evidence = evidenceOf(
        ...items.map(({ n, revision, content }) => evidenceItem(n, { revision, content })),
      );
      const { text, citations } = checkCitations(draft, evidence);
      const numbers = [...text.matchAll(/\[\s*(\d[\d\s,;–-]*)\]/g)].flatMap(([, list = ""]) =>
        list.split(/[,;]/).map(Number)
      );
      assert.deepEqual(
        new Set(numbers),
        new Set(citations.map(({ number }) => number)),
        "the numbers in the text are the numbers of the citations",
      );
      assert.deepEqual(citations.map(({ number }) => number), citations.map((_, at) => at + 1));
      assert.equal(
        new Set(citations.map((one) => `${one.content_id}@${one.revision}`)).size,
        citations.length,
      );
      assert.doesNotMatch(text, /\[\s*e\d+(?:[\s,;]+e\d+)*\s*\]/i);
      const shown = new Set(evidence.items().map(({ id, revision }) => `${id}@${revision}`));
      for (const { content_id, revision } of citations) assert.ok(shown.has(`${content_id}@${revision}`));
      assert.ok(
        numbers.every((number, at) => number <= new Set(numbers.slice(0, at + 1)).size),
        "by first use",
      );
    }),
    { numRuns: 2000 },
  );
});

Deno.test("whatever is quoted with its item right behind: true words keep their marks, invented ones lose them", () => {
  fc.assert(
    fc.property(
      fc.array(sentence, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.boolean(),
      (texts, pick, forge) => {
        const items = texts.map((content, n) => evidenceItem(n, { content }));
        const at = pick % items.length;
        const words = forge ? `${texts[at]} honestly` : texts[at] ?? "";
        const { text, refused } = checkCitations(`She said “${words}” [e${at + 1}].`, evidenceOf(...items));
        assert.equal(refused.quotes, forge ? 1 : 0);
        assert.equal(text, forge ? `She said ${words} [1].` : `She said “${words}” [1].`);
      },
    ),
  );
});
