import assert from "node:assert/strict";
import { createPromptCache } from "./prompt_cache.ts";

const mark = { cache_control: { type: "ephemeral" } };
/** A text block whose JSON has that many characters. */
const text = (letter: string, characters: number) => ({
  type: "text",
  text: letter.repeat(characters - JSON.stringify({ type: "text", text: "" }).length),
});
const asked = (choice: string, ...messages: object[]) => ({
  tool_choice: { type: choice },
  system: [{ ...text("s", 8000), ...mark }],
  messages: [{ role: "user", content: [{ ...text("m", 40_000), ...mark }] }, ...messages],
});
const said = [
  { role: "assistant", content: [text("a", 400)] },
  { role: "user", content: [{ ...text("u", 4000), ...mark }] },
];

Deno.test("the first call writes up to its last mark, the second reads that and writes what is new", () => {
  const cache = createPromptCache(1024);
  assert.deepEqual(cache.count(asked("auto"), 0), { plain: 0, read: 0, written: 12_000 });
  assert.deepEqual(cache.count(asked("auto", ...said), 1000), { plain: 0, read: 12_000, written: 1100 });
  assert.deepEqual(cache.count(asked("auto", ...said), 2000), { plain: 0, read: 13_100, written: 0 });
});

Deno.test("another tool choice reads no further than the system prompt", () => {
  const cache = createPromptCache(1024);
  cache.count(asked("auto"), 0);
  assert.deepEqual(cache.count(asked("none"), 1000), { plain: 0, read: 2000, written: 10_000 });
});

Deno.test("five minutes after its last use nothing is read any more", () => {
  const cache = createPromptCache(1024);
  cache.count(asked("auto"), 0);
  assert.equal(cache.count(asked("auto"), 299_000).read, 12_000);
  assert.equal(cache.count(asked("auto"), 598_000).read, 12_000, "a read renews it");
  assert.equal(cache.count(asked("auto"), 598_000 + 300_000).read, 0);
});

Deno.test("a prefix that is too short is not kept, and what stands behind the last mark is plain", () => {
  const cache = createPromptCache(4096);
  const short = { system: [{ ...text("s", 8000), ...mark }], messages: [{ role: "user", content: "x" }] };
  const counts = cache.count(short, 0);
  assert.deepEqual([counts.read, counts.written], [0, 0]);
  assert.ok(counts.plain > 2000);
  assert.equal(cache.count(short, 1).read, 0);
});

Deno.test("without a mark within twenty blocks behind it, what was written is not found", () => {
  const cache = createPromptCache(1024);
  cache.count({ messages: [{ role: "user", content: [{ ...text("m", 40_000), ...mark }] }] }, 0);
  const long = (blocks: number) => ({
    messages: [{
      role: "user",
      content: [
        text("m", 40_000),
        ...Array.from({ length: blocks - 1 }, () => text("x", 100)),
        { ...text("y", 100), ...mark },
      ],
    }],
  });
  assert.equal(cache.count(long(19), 1).read, 10_000);
  assert.equal(createPromptCache(1024).count(long(25), 1).read, 0);
  const other = createPromptCache(1024);
  other.count({ messages: [{ role: "user", content: [{ ...text("m", 40_000), ...mark }] }] }, 0);
  assert.equal(other.count(long(25), 1).read, 0);
});
