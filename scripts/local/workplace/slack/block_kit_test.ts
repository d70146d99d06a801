import assert from "node:assert/strict";
import { checkBlocks } from "./block_kit.ts";
import type { SlackJson } from "./message.ts";
import { SlackRefusal } from "./slack_answer.ts";

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
const refusalOf = (blocks: readonly SlackJson[]) => {
  try {
    checkBlocks(blocks);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof SlackRefusal);
    return thrown.code;
  }
};

Deno.test("what Slack takes passes: headers, sections, contexts and dividers at their limits, and blocks of other apps", () => {
  const blocks = [
    { type: "header", text: { type: "plain_text", text: "x".repeat(150), emoji: false } },
    { ...section("x".repeat(3_000)), expand: true, block_id: "b" },
    { type: "section", fields: [{ type: "plain_text", text: "x" }] },
    { type: "context", elements: Array(10).fill({ type: "mrkdwn", text: "x", verbatim: true }) },
    { type: "divider" },
    { type: "rich_text", elements: [] },
  ];
  assert.equal(refusalOf(blocks), undefined);
  assert.equal(refusalOf(Array(50).fill({ type: "divider" })), undefined);
  assert.equal(refusalOf([]), undefined);
});

Deno.test("what Slack does not take is refused by its code", () => {
  const wrong: readonly SlackJson[][] = [
    Array(51).fill({ type: "divider" }),
    [section("x".repeat(3_001))],
    [section("")],
    [{ type: "section" }],
    [{ type: "section", text: "x" }],
    [{ type: "section", text: { type: "markdown", text: "x" } }],
    [{ type: "header", text: { type: "mrkdwn", text: "x" } }],
    [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }],
    [{ type: "context", elements: [] }],
    [{ type: "context", elements: Array(11).fill({ type: "mrkdwn", text: "x" }) }],
    [{ type: "context", elements: [{ type: "mrkdwn", text: "x".repeat(3_001) }] }],
    [{ type: "divider", colour: "red" }],
    [{ type: "paragraph", text: "x" }],
    [{}],
  ];
  for (const blocks of wrong) {
    assert.equal(refusalOf(blocks), "invalid_blocks", JSON.stringify(blocks).slice(0, 80));
  }
  assert.equal(refusalOf(Array(5).fill(section("x".repeat(2_900)))), "msg_blocks_too_long");
});
