import assert from "node:assert/strict";
import { shownIn, write } from "./writer.ts";

const item = (id: string, author: string, text: string, extra = "") =>
  `<data-ab12 id="${id}" source="#launch" author="${author}"${extra} at="2026-11-20T09:00:00Z">\n${text}\n</data-ab12>`;
const prompt = [
  item("e1", "Maya", "We decided to move the Falcon launch to Thursday after the vendor call."),
  item("e2", "Bo", "Does anyone know whether the invoice for October was ever paid?"),
].join("\n");
const ask = (content: string) => ({ role: "user", content });

Deno.test("the writer finds the fenced items and nothing that only looks like one", () => {
  const items = shownIn(`${prompt}\n<data-ab12 id="e3">\nopen end`);
  assert.deepEqual(items.map(({ id, author }) => [id, author]), [["e1", "Maya"], ["e2", "Bo"]]);
});

Deno.test("with tools it searches, then reads, then writes; without tools it writes at once", () => {
  const tools = [{ name: "Search" }, { name: "Read" }];
  const first = write({ messages: [ask(prompt)], tools });
  assert.equal(first.toolCalls?.[0]?.name, "Search");
  assert.match(first.toolCalls?.[0]?.arguments ?? "", /Falcon/);
  const second = write({ messages: [ask(prompt), { role: "assistant", content: "" }], tools });
  assert.equal(second.toolCalls?.[0]?.name, "Read");
  assert.match(write({ messages: [ask(prompt)] }).content ?? "", /^## Highlights/);
});

Deno.test("what it writes quotes the items word for word, each with its id", () => {
  const text = write({ messages: [ask(prompt)] }).content ?? "";
  assert.match(
    text,
    /## Decisions\n- Maya in #launch: “We decided to move the Falcon launch to Thursday after the vendor call\.” \[e1\]/,
  );
  assert.match(text, /## Open questions\n- Bo in #launch: “Does anyone know/);
});

Deno.test("a day of one short message still makes a briefing of twenty words", () => {
  const text = write({ messages: [ask(item("e1", "Maya", "Thanks!"))] }).content ?? "";
  assert.match(text, /## Also said\n- Maya in #launch: “Thanks!” \[e1\]/);
  assert.ok((text.match(/\p{L}+/gu) ?? []).length >= 20, text);
});

Deno.test("told to write the final text, it looks nothing up any more", () => {
  const reply = write({
    messages: [ask(`${prompt}\nWrite the final text now`)],
    tools: [{ name: "Search" }],
  });
  assert.equal(reply.toolCalls, undefined);
});
