import assert from "node:assert/strict";
import type { Item } from "./item.ts";
import { storable } from "./normalise.ts";

const item: Item = {
  container_id: "C01",
  item_id: "1",
  sources: ["C01"],
  edited_at: null,
  content_type: "message",
  thread_id: null,
  title: null,
  content: "Hello 👋 ü",
  author: "Ana",
  author_id: "U01",
  is_user_authored: true,
  permalink: null,
  metadata: { ts: "1", list: [1, null, { deep: true }] },
  source_timestamp: "2026-11-23T09:00:00Z",
};

Deno.test("what Postgres can hold is stored as it came", () => {
  assert.deepEqual(storable(item), item);
});

Deno.test("characters that Postgres cannot hold are taken out everywhere, and nothing else is", () => {
  const half = "\ud83d";
  const broken = storable({
    ...item,
    title: "a\u0000b",
    content: `cut ${half}`,
    author: "\u0000",
    metadata: { "k\u0000": [`\u0000${half}`, { deep: "x\u0000" }] },
  });
  assert.deepEqual(broken, {
    ...item,
    title: "ab",
    content: "cut \ufffd",
    author: "",
    metadata: { k: ["\ufffd", { deep: "x" }] },
  });
  assert.doesNotMatch(JSON.stringify(broken), /\\u0000|\\ud83d/);
});

Deno.test("a text that only spells out the escape of such a character is kept", () => {
  const spelt = { ...item, content: "\\u0000", metadata: { text: "C:\\u0000", end: "\\" } };
  assert.deepEqual(storable(spelt), spelt);
});
