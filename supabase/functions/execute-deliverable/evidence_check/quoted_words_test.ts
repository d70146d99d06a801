import assert from "node:assert/strict";
import { stand } from "./quoted_words.ts";

const text = "We’ll ship on Thursday — “no later”,\n  says the vendor’s contract… It was disapproved.";

Deno.test("words stand in a text though spaces, case, marks and dashes are written differently", () => {
  for (
    const words of [
      "we'll ship on thursday",
      'Thursday - "no later", says',
      "Thursday – “no later”,   says the",
      "the vendor's contract...",
      "says the vendor’s contract.",
      "ship on Thursday,",
    ]
  ) {
    assert.ok(stand(words, text), words);
  }
});

Deno.test("other words, left-out words and words in another order do not", () => {
  for (const words of ["ship on Friday", "We ship on Thursday", "Thursday on ship", "We'll ship … says"]) {
    assert.ok(!stand(words, text), words);
  }
});

Deno.test("a word that is a part of another one does not stand there, at either end", () => {
  for (const words of ["approved", "It was dis", "hip on Thursday", "e vendor's"]) {
    assert.ok(!stand(words, text), words);
  }
  assert.ok(stand("approved", "disapproved, then approved"));
});

Deno.test("scripts that write no spaces between words are quoted anywhere", () => {
  assert.ok(stand("木曜日に", "発売は木曜日に延期"));
});

Deno.test("what a reader could not see in the text is not missed in the quote", () => {
  assert.ok(stand("We ship ❤ on Thursday", "We sh\u00adip ❤\ufe0f on Thurs\u200bday"));
  assert.ok(stand("café", "the cafe\u0301 opens"));
});
