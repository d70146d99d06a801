import assert from "node:assert/strict";
import { withoutNarration } from "./narration.ts";

const body = "## Decisions\n- The launch moves to Thursday [e1].\n\nLet me stress: Maya said so [e2].";

for (
  const said of [
    "Let me check the remaining threads first.",
    "I'll now write the briefing.",
    "Okay, let me look at the calendar.",
    "Great! I have gathered everything I need. Now let me write it.",
    "Here is the digest:",
    "Here's your weekly status report for the launch team:",
    "Sure, here is a summary of the week:",
    "Based on the material, here is the briefing.",
    "I've reviewed all the sources.\n\nHere is the final text:\n\n---",
    "Now I have enough. I will write the report.",
  ]
) {
  Deno.test(`"${said.split("\n")[0]}" before the text is taken away`, () => {
    assert.equal(withoutNarration(`${said}\n\n${body}`), body);
  });
}

for (
  const said of [
    "Let me know if you'd like more detail.",
    "Would you like me to watch this thread?",
    "---\n\nI hope this helps!",
    "I can also prepare a shorter version.",
    "If you want, I can add the calendar.",
    "I'm happy to change the format. Let me know!",
  ]
) {
  Deno.test(`"${said}" after the text is taken away`, () => {
    assert.equal(withoutNarration(`${body}\n\n${said}`), body);
  });
}

for (
  const kept of [
    "Okay was the vendor's whole answer [e1].",
    "Here is where the launch stands: the vendor signed.",
    "Let me be clear, wrote Maya [e3], the date holds.",
    "# Let me check\nBo's heading is his own.",
    "- I'll pay for lunch, says Bo [e4].",
    "Good progress on the launch [e1]. Two issues are open.",
    "First, the invoice was paid [e2].",
    "Good progress on the launch. Two issues are open.",
    "I will present the roadmap on Monday. Let me know what is missing.",
    "I need to sign the vendor's contract.",
    "Here is why the launch moved: the vendor's certificate expires.",
    "Read the contract before Friday.",
    "The team asks: would you like to join? [e5]",
    "I need the contract by Friday, writes Bo [e2].",
    "If you want to join, the call is at nine [e5].",
    "```sql\nselect 1\n```",
    body,
  ]
) {
  Deno.test(`"${kept.split("\n")[0]}" is text and stays`, () => {
    assert.equal(withoutNarration(kept), kept);
  });
}

Deno.test("a narrating sentence before the first true one goes, and the true one stays", () => {
  assert.equal(
    withoutNarration("Let me write it. The launch moves to Thursday [e1]. It was decided today."),
    "The launch moves to Thursday [e1]. It was decided today.",
  );
});

Deno.test("a text that is nothing but narration is empty", () => {
  assert.equal(withoutNarration("Let me check the remaining threads first."), "");
  assert.equal(withoutNarration("  \n"), "");
});

Deno.test("a text within one code fence is meant without it", () => {
  assert.equal(withoutNarration(`\`\`\`markdown\n${body}\n\`\`\``), body);
  const two = "```\na\n```\ntext\n```\nb\n```";
  assert.equal(withoutNarration(two), two);
});
