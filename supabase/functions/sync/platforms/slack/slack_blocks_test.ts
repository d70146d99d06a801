import assert from "node:assert/strict";
import { blocksText, mentionedInBlocks } from "./slack_blocks.ts";

const names = new Map([["U01ANA", "Ana"]]);
const read = (...blocks: unknown[]) => blocksText(blocks, (id) => names.get(id));
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const plain = (text: string) => ({ type: "plain_text", text });

Deno.test("sections, headers, contexts and images are read line by line", () => {
  const text = read(
    { type: "header", text: plain("Build *42* failed :fire:") },
    { type: "divider" },
    {
      type: "section",
      text: mrkdwn("*Branch* <https://x.example|main> by <@U01ANA>"),
      fields: [mrkdwn("*Took*"), plain("5 min")],
    },
    { type: "context", elements: [mrkdwn("3 &lt; 4"), { type: "image", alt_text: "chart" }] },
    { type: "image", title: plain("Load"), alt_text: "unseen" },
    { type: "actions", elements: [{ type: "button", text: plain("Retry") }] },
  );
  assert.equal(
    text,
    "Build *42* failed 🔥\nBranch main (https://x.example) by @Ana\nTook\n5 min\n3 < 4 chart\nLoad",
  );
});

Deno.test("rich text keeps its words, lists, code and names, and nothing of its styles", () => {
  const text = read({
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "Ask ", style: { bold: true } },
          { type: "user", user_id: "U01ANA" },
          { type: "text", text: " about *stars* " },
          { type: "link", url: "https://x.example", text: "here" },
          { type: "emoji", name: "tada" },
        ],
      },
      {
        type: "rich_text_list",
        elements: [
          { type: "rich_text_section", elements: [{ type: "text", text: "one" }] },
          { type: "rich_text_section", elements: [{ type: "text", text: "two" }] },
        ],
      },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "a < b" }] },
      { type: "rich_text_quote", elements: [{ type: "text", text: "said" }] },
    ],
  });
  assert.equal(text, "Ask @Ana about *stars* here (https://x.example)🎉\n• one\n• two\na < b\n> said");
});

Deno.test("everybody that blocks mention is found, each once", () => {
  const blocks = [
    { type: "section", text: mrkdwn("<@U01ANA> <@U02BO>") },
    {
      type: "rich_text",
      elements: [{ type: "rich_text_section", elements: [{ type: "user", user_id: "U01ANA" }] }],
    },
  ];
  assert.deepEqual(mentionedInBlocks(blocks), ["U01ANA", "U02BO"]);
});

Deno.test("blocks of any shape, depth and number are read without failing", () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? mrkdwn("deep") : { type: "context", elements: [nested(depth - 1)] };
  assert.equal(read(nested(5)), "deep");
  assert.equal(read(nested(5_000)), "");
  assert.equal(
    read(null, 7, "x", {}, { type: "section", text: 5 }, { type: "table", rows: "x" }, { type: 9 }),
    "",
  );
  const many = { type: "context", elements: Array.from({ length: 100_000 }, () => mrkdwn("x")) };
  assert.ok(read(many).length < 2_000);
});
