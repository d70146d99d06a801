import assert from "node:assert/strict";
import { everyCheck } from "./judge_draft.ts";
import { settleDraft } from "./settle_draft.ts";
import { itemId, scene, standing } from "./shown_stand_in.ts";

const settle = (draft: string) => settleDraft(draft, scene());
const cases = (table: readonly (readonly [draft: string, text: string])[]) => {
  for (const [draft, text] of table) assert.equal(settle(draft).text, text, draft);
};

Deno.test("ids become numbers by first use, and each number names item, revision, words and place", () => {
  const { text, citations, unverified } = settle(
    "Bo says “The invoice for October” is open [e2]. The launch moved [e1]. Open since October [e2].",
  );
  assert.equal(
    text,
    "Bo says “The invoice for October” is open [1]. The launch moved [2]. Open since October [1].",
  );
  assert.deepEqual(citations, [
    {
      number: 1,
      content_id: itemId(2),
      revision: 3,
      url: null,
      quote: "The invoice for October",
      label: "#launch, Bo, 2026-11-23 08:00 UTC",
    },
    {
      number: 2,
      content_id: itemId(1),
      revision: 1,
      url: null,
      quote: "We decided to move the Falcon launch to Thursday.",
      label: "#launch, Maya, 2026-11-23 08:00 UTC",
    },
  ]);
  assert.equal(unverified, 0);
});

Deno.test("of several true quotes the longest goes with the citation, in the source's own spelling", () => {
  const { citations } = settle(
    "“to thursday” [e1]. “WE DECIDED to move **the** Falcon launch” [e1]. Bo: “was never paid” [e2].",
  );
  assert.deepEqual(citations.map(({ quote }) => quote), [
    "We decided to move the Falcon launch",
    "was “never” paid",
  ]);
});

Deno.test("an item without place and author is labelled by its platform and time", () => {
  assert.equal(settle("Nobody asked [e3].").citations[0]?.label, "slack, 2026-11-23 08:00 UTC");
});

Deno.test("a page of the web is cited by its address, and its words are checked like all others", () => {
  const evidence = scene();
  evidence.addWeb({ url: "https://example.com/a", title: "Prices", snippet: "Prices fell by 3 percent." });
  const { text, citations } = settleDraft("“fell by 3 percent” [w1], not “by 30 percent” [w1].", evidence);
  assert.equal(text, "“fell by 3 percent” [1], not by 30 percent (unverified).");
  assert.deepEqual(citations, [{
    number: 1,
    content_id: null,
    revision: null,
    url: "https://example.com/a",
    quote: "fell by 3 percent",
    label: "Prices, example.com",
  }]);
});

Deno.test("several ids stand in one bracket however they are separated, ranges included, each number once", () => {
  for (
    const written of [
      "[e1, e2]",
      "[e1; e2]",
      "[ e1 ,e2 ]",
      "[e1 e2]",
      "[e1 and e2]",
      "[E1, and e2,]",
      "\\[e1, e2\\]",
      "[e1-e2]",
      "[e1–2]",
      "[e1 to e2]",
      "[e1/e2]",
      "[^e1, e2]",
      "【e1, e2】",
      "［ｅ１，ｅ２］",
      "(e1, e2)",
      "[see e1 & e2]",
      "[e1: Maya, e2: Bo]",
      "**[e1, e2]**",
      "`[e1, e2]`",
      "[e1, e2](https://evil.example/x)",
      "[e1, e2, e1]",
      "[[e1, e2]]",
    ]
  ) {
    assert.equal(settle(`Both said so ${written}.`).text, "Both said so [1, 2].", written);
  }
  assert.equal(settle("Said twice [e1, e1][e2].").text, "Said twice [1] [2].");
  assert.equal(settle("- All three say it [e1-e3]").text, "- All three say it [1, 2, 3]");
});

Deno.test("what only looks like a citation is taken out, and a statement that had nothing else says so", () => {
  for (
    const written of [
      "[e9]",
      "[w9]",
      "[e3@1]",
      `[${itemId(1)}]`,
      `[${itemId(1)}@1]`,
      "[content_id: e77]",
      "[^1]",
      "[1]",
      "[2, 3]",
      "[4-6]",
      "[source 2]",
      "[Sources: Slack]",
      "[doc3]",
      "[S1]",
      "[ref 12]",
      "[citation needed]",
      "[e]",
      "[eN]",
      "[е1]",
      "[e1-e400]",
      "【4†source】",
      "(e9)",
      "{w7}",
      "[e9](https://evil.example)",
      "![e9](https://evil.example/p.png)",
      "`[e9]`",
      "**[e9]**",
      "&#91;e9&#93;",
      "[e\u200b9]",
      "([e9])",
      "[e9][e8]",
      "[e9], [w8]",
      "\\[e9\\]",
    ]
  ) {
    const { text, citations, unverified, refused } = settle(`It was so ${written}.`);
    assert.equal(text, "It was so (unverified).", written);
    assert.deepEqual([citations.length, unverified], [0, 1], written);
    assert.ok(refused.unknown_id > 0, written);
  }
});

Deno.test("brackets that cite nothing stay as they are", () => {
  for (
    const written of [
      "[draft]",
      "[x]",
      "[JIRA-12]",
      "[Q3]",
      "[v2]",
      "[sic]",
      "[…]",
      "[09:02 CET]",
    ]
  ) {
    assert.equal(settle(`It was ${written} so [e1].`).text, `It was ${written} so [1].`);
  }
  assert.equal(
    settle("In [2026] it was so [e1].").text,
    "In (2026) it was so [1].",
    "a year is no number of ours",
  );
});

Deno.test("a statement that keeps one true citation keeps its standing, whatever else it loses", () => {
  cases([
    [
      "So it is [e9]. And so [e1, e77, e0].\n- [e8] Third",
      "So it is (unverified). And so [1].\n- Third (unverified)",
    ],
    ["It moved [e1][e9] on time.", "It moved [1] on time."],
    ["It moved [e9][e1] on time.", "It moved [1] on time."],
    ["It [e9] moved [e1].", "It moved [1]."],
    ["It moved. [e9] It was paid. [e2]", "It moved. (unverified) It was paid. [1]"],
  ]);
});

Deno.test("a statement that cites nothing is marked; headings, lead-ins and honest nothings are not", () => {
  const { text, unverified, refused } = settle(
    [
      "# Digest",
      "All was calm.",
      "",
      "**Decisions**",
      "What was decided:",
      "- Launch moved [e1]",
      "- Legal agreed",
      "  - for good.",
      "",
      "Nothing new in #legal.",
      "No decisions were made this week.",
      "",
      "---",
      "Nobody objected!",
    ].join("\n"),
  );
  assert.equal(
    text,
    [
      "# Digest",
      "All was calm (unverified).",
      "",
      "**Decisions**",
      "What was decided:",
      "- Launch moved [1]",
      "- Legal agreed (unverified)",
      "  - for good (unverified).",
      "",
      "Nothing new in #legal.",
      "No decisions were made this week.",
      "",
      "---",
      "Nobody objected (unverified)!",
    ].join("\n"),
  );
  assert.deepEqual([unverified, refused.uncited], [4, 4]);
});

Deno.test("rows of a table are statements, its head is not", () => {
  const table =
    "| What | Who |\n|---|:--|\n| Launch moved [e1] | Maya |\n| Cancelled [e99] | Bo |\n| Paid | Ana |";
  assert.equal(
    settle(table).text,
    "| What | Who |\n|---|:--|\n| Launch moved [1] | Maya |\n| Cancelled (unverified) | Bo |\n| Paid | Ana (unverified) |",
  );
});

Deno.test("an edited, deleted or foreign item carries nothing any more", () => {
  const evidence = scene();
  const draft = "Moved [e1]. Paid [e2]. Asked [e3].";
  const { text, citations, refused } = settleDraft(
    draft,
    evidence,
    standing(evidence, {
      e1: { current_revision: 2 },
      e2: { current_revision: null, readable: false },
      e3: { readable: false },
    }),
  );
  assert.equal(text, "Moved (unverified). Paid (unverified). Asked (unverified).");
  assert.deepEqual([citations.length, refused.stale_revision, refused.not_readable], [0, 1, 2]);
  assert.equal(settleDraft(draft, evidence, standing(evidence)).unverified, 0);
  assert.equal(
    settleDraft(draft, evidence, []).unverified,
    3,
    "what the database does not know is not there",
  );
});

Deno.test("links that the model lists for its citations vanish, and a number at a line's beginning is no link", () => {
  cases([
    ["It moved [e1].\n\n[e1]: https://evil.example/a\n[^1]: https://evil.example/b", "It moved [1]."],
    ["[^e1]: Maya in launch", "[1] Maya in launch"],
    [
      '[e1](https://evil.example) says so. Legal was [not asked](e3), [Bo](https://evil.example "[e2]") says.',
      "[1] says so. Legal was not asked [2], Bo says.",
    ],
  ]);
});

Deno.test("a citation that no reader would see carries nothing", () => {
  cases([
    ["It moved <!-- [e1] -->.", "It moved (unverified)."],
    ['It <span title="[e1]">moved</span>.', "It moved (unverified)."],
    ["It [moved](https://example.com/[e1]).", "It moved (unverified)."],
    [
      "It moved<br>on <b>Thursday</b> <e1>, where 1 < 2 and 3 > 2.",
      "It moved on Thursday [1], where 1 < 2 and 3 > 2.",
    ],
  ]);
});

Deno.test("with a check switched off, what it finds stays", () => {
  const evidence = scene();
  const stale = standing(evidence, { e1: { current_revision: 2 } });
  const without = (kind: Parameters<typeof everyCheck.has>[0]) =>
    new Set([...everyCheck].filter((one) => one !== kind));
  assert.equal(settleDraft("So [e9].", evidence, undefined, without("unknown_id")).text, "So [e9].");
  assert.equal(settleDraft("So [e1].", evidence, stale, without("stale_revision")).text, "So [1].");
  assert.equal(
    settleDraft("“No” [e1].", evidence, undefined, without("quote_not_in_source")).text,
    "“No” [1].",
  );
  assert.equal(settleDraft("So.", evidence, undefined, without("uncited")).text, "So.");
});
