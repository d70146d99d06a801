/** Quotations are judged here by what becomes of them: kept with their marks, or stripped of them. */
import assert from "node:assert/strict";
import { settleDraft } from "./settle_draft.ts";
import { scene, shown, shownItem } from "./shown_stand_in.ts";

const settle = (draft: string) => settleDraft(draft, scene());
const cases = (table: readonly (readonly [draft: string, text: string])[]) => {
  for (const [draft, text] of table) assert.equal(settle(draft).text, text, draft);
};

Deno.test("words quoted truly keep their marks, in any marks, on any line, next to any citation", () => {
  for (
    const draft of [
      "“We decided to move the Falcon launch” [e1]",
      '"we decided  to move the Falcon launch," Maya said [e1]',
      "“to Thursday.” [e1]",
      "«the Falcon launch» [e1]",
      "»the Falcon launch« [e1]",
      "„the Falcon launch“ [e1]",
      "„the Falcon launch” [e1]",
      "‹the Falcon launch› [e1]",
      "「the Falcon launch」 [e1]",
      "『the Falcon launch』 [e1]",
      "‘the Falcon launch’ [e1]",
      "'the Falcon launch' [e1]",
      "‚the Falcon launch‘ [e1]",
      "＂the Falcon launch＂ [e1]",
      "“We **decided** to *move*” [e1]",
      "Maya [e1]: “to Thursday”.",
      "Maya [e1] said “to Thursday” at last.",
      "“We decided\n  to move” [e1]",
      "> “to Thursday” [e1]",
      "> We decided to move the Falcon launch\n> — Maya [e1]",
      "| “to Thursday” [e1] | Maya |",
      "- a [e1]\n  - “to Thursday” [e1]\n    - “the Falcon launch” [e1]",
      "`“to Thursday”` [e1]",
      "“We decided [e1] to move” [e1]",
      "*“to Thursday”* [e1]",
      "“to Thursday [e1]”",
      "“To” and “Thursday” [e1]",
    ]
  ) {
    const { text, refused, unverified } = settle(draft);
    assert.equal(text, draft.replaceAll("[e1]", "[1]"), draft);
    assert.deepEqual([refused.quote_not_in_source, unverified], [0, 0], draft);
  }
});

Deno.test("words that stand in no item cited for them lose their marks and the citation that carried them", () => {
  const mark = "(unverified)";
  cases([
    ["“We cancelled the launch” [e1]", `We cancelled the launch ${mark}`],
    ['"We cancelled the launch", she said [e1]', `We cancelled the launch, she said ${mark}`],
    // True words, but of another item than the one that is named.
    ["“move the Falcon launch” [e2].", `move the Falcon launch ${mark}.`],
    ["“no” [e1]", `no ${mark}`],
    ['“She said "absolutely never" to it” [e1]', `She said absolutely never to it ${mark}`],
    ["“move the Falcon launch” [e44]", `move the Falcon launch ${mark}`],
    ["‘We cancelled it’, Maya said [e1].", `We cancelled it, Maya said ${mark}.`],
    ["„Wir haben abgesagt“ [e1].", `Wir haben abgesagt ${mark}.`],
    ["« annulé » [e1].", `annulé ${mark}.`],
    ["「中止した」[e1]。", `中止した ${mark}。`],
    ["> We cancelled the launch.\n> — Maya [e1]", `We cancelled the launch.\n— Maya ${mark}`],
    ["> We cancelled the launch [e1]", `We cancelled the launch ${mark}`],
    ["“We cancelled everything [e1].", `We cancelled everything ${mark}.`],
    ["&ldquo;We cancelled&rdquo; [e1]", `We cancelled ${mark}`],
    ["<q>We cancelled</q> [e1]", `We cancelled ${mark}`],
    ["It was “We\ncancelled it” [e1].", `It was We\ncancelled it ${mark}.`],
  ].map(([draft, text]) => [draft ?? "", (text ?? "").replace(/^annulé/, " annulé").trim()] as const));
});

Deno.test("an altered word, number or negation is no quote", () => {
  const evidence = shown(
    shownItem(1, "We can't ship 1,200 units for $3.5 by 12:30, Bo's non-binding offer was not approved."),
  );
  for (
    const words of [
      "We can ship",
      "We can",
      "200 units",
      "1,20 units",
      "ship 1,200 units for $3",
      "5 by 12:30",
      "binding offer",
      "offer was approved",
      "was approved",
      "We can't ship 1,300 units",
      "12:3",
      "by 12",
      "We cannot ship",
    ]
  ) {
    assert.equal(settleDraft(`“${words}” [e1]`, evidence).refused.quote_not_in_source, 1, words);
  }
  for (
    const words of [
      "We can't ship",
      "1,200 units",
      "$3.5",
      "non-binding offer",
      "was not approved",
      "by 12:30",
      "Bo",
    ]
  ) {
    assert.equal(settleDraft(`“${words}” [e1]`, evidence).refused.quote_not_in_source, 0, words);
  }
});

Deno.test("each quote belongs to the citation that a reader takes for its source", () => {
  cases([
    [
      'Maya: “to Thursday” [e1], Bo: “to Friday” [e2], a 24" screen and "never" [e2].',
      'Maya: “to Thursday” [1], Bo: to Friday (unverified), a 24" screen and "never" [2].',
    ],
    [
      "Maya [e1] said “to Thursday”, and Bo [e2] said “never”.",
      "Maya [1] said “to Thursday”, and Bo [2] said “never”.",
    ],
    [
      "Maya [e1] said “never”, and Bo [e2] said “to Thursday”.",
      "Maya said never, and Bo said to Thursday (unverified).",
    ],
    ["Since May [e2] it was “to Thursday” [e1].", "Since May [1] it was “to Thursday” [2]."],
    ["The “Falcon launch” moved. Bo agreed [e2].", "The Falcon launch (unverified) moved. Bo agreed [1]."],
    ["“Thursday” it is. Maya said so [e1].", "“Thursday” it is. Maya said so [1]."],
  ]);
});

Deno.test("a heading or lead-in cites nothing, so its quotes must stand in something that was shown", () => {
  cases([
    ["## The “Falcon”\nText [e2].", "## The “Falcon”\nText [1]."],
    ["## The “Eagle”\nText [e2].", "## The Eagle\nText [1]."],
    ["On “Thursday”:\n- Text [e2].", "On “Thursday”:\n- Text [1]."],
  ]);
});

Deno.test("apostrophes, possessives, inches and decades are no quotes", () => {
  for (
    const text of [
      "The users' plan and the teams' work",
      "Maya's and Bo’s '90s",
      "rock 'n' roll",
      `a 24" and a 27" screen`,
      "It ’tis",
    ]
  ) {
    const { text: settled, refused } = settle(`${text} [e1].`);
    assert.equal(settled, `${text} [1].`);
    assert.equal(refused.quote_not_in_source, 0, text);
  }
});

Deno.test("numbers in brackets that stand in quoted words stay with them, in brackets that are none of ours", () => {
  cases([["“See ticket [42] for it” [e3].", "“See ticket (42) for it” [1]."]]);
  assert.equal(settle("“See ticket [42] for it” [e3].").citations[0]?.quote, "See ticket [42] for it");
});
