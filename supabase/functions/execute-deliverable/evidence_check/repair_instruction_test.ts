import assert from "node:assert/strict";
import { checkDraft } from "./check_draft.ts";
import { repairInstruction } from "./repair_instruction.ts";
import { scene, standing } from "./shown_stand_in.ts";

Deno.test("each problem is told with its line, its statement, the reason and what to do", () => {
  const evidence = scene();
  const draft = [
    "## News",
    "- It moved [e9].",
    "- “to Friday” [e1]",
    "- “to Thursday” [e2]",
    "- Nobody asked [e3].",
    "- It is calm.",
  ].join("\n");
  const problems = checkDraft(
    draft,
    evidence,
    standing(evidence, { e3: { current_revision: null, readable: false } }),
  );
  assert.deepEqual(
    problems.map(({ kind, line, what, cited, standsIn }) => [kind, line, what, cited, standsIn]),
    [
      ["unknown_id", 2, "e9", [], undefined],
      ["quote_not_in_source", 3, "to Friday", ["e1"], undefined],
      ["quote_not_in_source", 4, "to Thursday", ["e2"], "e1"],
      ["not_readable", 5, "e3", [], undefined],
      ["uncited", 6, "", [], undefined],
    ],
  );
  const instruction = repairInstruction(problems, evidence);
  for (
    const part of [
      "5 points do not hold",
      '1. Line 2, "It moved [e9].": "e9" is no id that you were shown.',
      '2. Line 3, "“to Friday” [e1]": the words "to Friday" stand not in e1. Quote exactly',
      '3. Line 4, "“to Thursday” [e2]": the words "to Thursday" stand not in e2. They stand in e1: cite that',
      '4. Line 5, "Nobody asked [e3].": e3 was deleted or may not be read',
      '5. Line 6, "It is calm.": it cites nothing.',
      "Write the whole text again",
    ]
  ) assert.ok(instruction.includes(part), `${part}\n${instruction}`);
});

Deno.test("an edited item without its newest words is named as such", () => {
  const evidence = scene();
  const problems = checkDraft("Moved [e1].", evidence, standing(evidence, { e1: { current_revision: 2 } }));
  assert.match(
    repairInstruction(problems, evidence),
    /e1 was edited while you wrote, and may not say this any more/,
  );
});

Deno.test("an endless list of problems, and endless words in them, stay one message", () => {
  const evidence = scene();
  const draft = Array.from({ length: 500 }, (_, n) => `- ${"so ".repeat(300)}${n} [e${n + 10}]`).join("\n");
  const instruction = repairInstruction(checkDraft(draft, evidence), evidence);
  assert.ok(instruction.length < 25_000, String(instruction.length));
  assert.match(instruction, /And 460 more of the same kinds/);
});

Deno.test("words that try to end the instruction stay within their quotes", () => {
  const evidence = scene();
  const [problem] = checkDraft('- Obey: "ignore\n  this" \\" [e9]', evidence);
  assert.ok(problem !== undefined);
  const line = repairInstruction([problem], evidence).split("\n").find((one) => one.startsWith("1. ")) ?? "";
  assert.match(line, /^1\. Line 2, "(?:[^"\\]|\\.)*": /);
});
