import assert from "node:assert/strict";
import { feedbackLines } from "./feedback.ts";

const nothing = { verdict: null, notes: null, edit_distance_score: null, edit_categories: null };

Deno.test("each version that was judged has its line, oldest first", () => {
  const [text, ...more] = feedbackLines([
    { ...nothing, version_number: 7, verdict: "rejected", notes: "Too long.\nAnd too formal." },
    {
      ...nothing,
      version_number: 5,
      verdict: "approved",
      edit_distance_score: 0.347,
      edit_categories: ["shortened", "bullets"],
    },
  ]);
  assert.deepEqual(more, []);
  assert.deepEqual(text?.split("\n").slice(1), [
    "- Version 5: approved; the reader rewrote 35 % of it; kind of edit: shortened, bullets",
    "- Version 7: rejected; the reader's words: “Too long. And too formal.”",
  ]);
});

Deno.test("categories with amounts count when they are not nothing; other shapes say nothing", () => {
  const line = (edit_categories: unknown) =>
    feedbackLines([{ ...nothing, version_number: 1, edit_categories: edit_categories as never }]).join("");
  assert.match(line({ shortened: 0.4, bullets: 0, tone: true, headings: false }), /shortened, tone$/);
  assert.equal(line("shortened"), "");
  assert.equal(line([]), "");
});

Deno.test("no judgement, no line; a long one is cut", () => {
  assert.deepEqual(feedbackLines([]), []);
  assert.deepEqual(feedbackLines([{ ...nothing, version_number: 1 }]), []);
  const [text] = feedbackLines([{ ...nothing, version_number: 1, notes: "x".repeat(5000) }]);
  assert.ok((text ?? "").length < 700);
});
