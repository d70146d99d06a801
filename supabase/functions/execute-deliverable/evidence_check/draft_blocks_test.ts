import assert from "node:assert/strict";
import { blocksOf, saysNothingFound } from "./draft_blocks.ts";

const read = (draft: string) =>
  blocksOf(draft).map(({ kind, start, end }) => [kind, draft.slice(start, end)]);

Deno.test("a draft is its headings, lead-ins, items, paragraphs, quotes and rows, each without its mark", () => {
  const draft = [
    "# One",
    "Two",
    "---",
    "para one",
    "goes on",
    "",
    "What was said:",
    "- item",
    "  goes on",
    "  1. [x] nested",
    "**Bold**",
    "",
    "> quoted",
    "> on",
    "> - listed",
    "",
    "***",
    "| a | b |",
    "|---|--:|",
    "| c | d |",
    "",
    "```md",
    "code",
    "```",
    "**Label**",
    "text below",
  ].join("\n");
  assert.deepEqual(read(draft), [
    ["heading", "One"],
    ["heading", "Two"],
    ["paragraph", "para one\ngoes on"],
    ["lead_in", "What was said:"],
    ["item", "item\n  goes on"],
    ["item", "nested\n**Bold**"],
    ["quote", "quoted\n> on"],
    ["item", "listed"],
    ["row", "| c | d |"],
    ["paragraph", "code"],
    ["heading", "**Label**"],
    ["paragraph", "text below"],
  ]);
});

Deno.test("a long line, or one with nothing below it, is no lead-in whatever it ends in", () => {
  assert.deepEqual(read(`${"so it was ".repeat(30)}:\n\n- item`).map(([kind]) => kind), [
    "paragraph",
    "item",
  ]);
  assert.deepEqual(read("It was cancelled:").map(([kind]) => kind), ["paragraph"]);
});

Deno.test("honest nothings are told from claims", () => {
  for (
    const text of [
      "Nothing new this week.",
      "None.",
      "No open questions.",
      "No decisions were made.",
      "There were no incidents.",
      "Nothing urgent in #legal. No meetings on Tuesday.",
      "**Nothing to report**",
      "Keine Entscheidungen.",
      "Rien de neuf.",
      "決定事項はありません。",
    ]
  ) assert.ok(saysNothingFound(text), text);
  for (
    const text of [
      "Nobody objected.",
      "No one approved it.",
      "All was calm.",
      "Nothing new. The launch moved.",
      "Nothingness won.",
      "No approval from legal, so the launch moved to May.",
      "No decision; Bo left.",
      "There were no incidents; Bo left.",
      "No 3 was shipped.",
      "",
    ]
  ) assert.ok(!saysNothingFound(text), text);
});
