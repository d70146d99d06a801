import assert from "node:assert/strict";
import { runOf } from "./run_stand_in.ts";
import { ownWordsOf } from "./run_tools.ts";

const deliverable = {
  title: "Title",
  description: "Description",
  type_config: { subjects: ["One", "Two"], depth: "scan", sections: { findings: true } },
  recipient_context: { name: "Ana", priorities: ["Costs"] },
};

Deno.test("what a person wrote for the work may leave in a question, with its settings", () => {
  assert.deepEqual(ownWordsOf(runOf({ deliverable })), [
    "Title",
    "Description",
    "One",
    "Two",
    "scan",
    "Ana",
    "Costs",
  ]);
});

Deno.test("nothing that a model took from content may, whoever enabled it since", () => {
  for (const origin of ["signal_emergent", "analyst_suggested"] as const) {
    assert.deepEqual(ownWordsOf(runOf({ deliverable: { ...deliverable, origin } })), []);
  }
});
