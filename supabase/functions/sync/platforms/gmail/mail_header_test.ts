import assert from "node:assert/strict";
import type { Part } from "./gmail_answers.ts";
import { decodeHeader, headerOf, parameterOf } from "./mail_header.ts";

const part = (...headers: [name: string, value: string][]): Part => ({
  mimeType: "text/plain",
  filename: "",
  headers: headers.map(([name, value]) => ({ name, value })),
  body: {},
  parts: [],
});

Deno.test("encoded words are decoded, both ways, in any charset, between words that are not", () => {
  assert.equal(decodeHeader("=?UTF-8?B?R3LDvMOfZQ==?= from =?iso-8859-1?Q?K=F6ln?="), "Grüße from Köln");
  assert.equal(decodeHeader("Re: =?utf-8?q?a_b=5Fc?= d"), "Re: a b_c d");
  assert.equal(decodeHeader("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?="), "日本");
  assert.equal(decodeHeader("=?utf-8*en?Q?caf=C3=A9?="), "café");
});

Deno.test("white space between two encoded words is no text, and a character cut in two is one character", () => {
  assert.equal(decodeHeader("=?UTF-8?Q?one?=\r\n =?UTF-8?Q?_two?="), "one two");
  assert.equal(decodeHeader("=?UTF-8?B?8J+a?= =?UTF-8?B?gA==?= go"), "🚀 go");
  assert.equal(decodeHeader("=?UTF-8?Q?=F0=9F?=  =?utf-8?B?moA=?="), "🚀");
});

Deno.test("what only looks like an encoded word stays as it is", () => {
  for (const text of ["=?UTF-8?X?abc?=", "=?UTF-8?B?***?=", "a =? b", "=?UTF-8?Q?never closed"]) {
    assert.equal(decodeHeader(text), text);
  }
});

Deno.test("a decoded line holds no line breaks and no control characters", () => {
  assert.equal(decodeHeader("=?UTF-8?Q?a=0D=0ABcc:_x=00=07b?="), "a Bcc: x b");
});

Deno.test("a line is found by its name in any case, the first one counts, and it is bounded", () => {
  const head = part(["X-A", "1"], ["SUBJECT", "one"], ["Subject", "two"], ["Long", "x".repeat(1_000_000)]);
  assert.equal(headerOf(head, "subject"), "one");
  assert.equal(headerOf(head, "Date"), "");
  assert.equal(headerOf(head, "Long").length, 20_000);
});

Deno.test("a parameter is found quoted or not, and not inside another one's value", () => {
  assert.equal(parameterOf('text/plain; format=flowed; Charset="utf-8"', "charset"), "utf-8");
  assert.equal(parameterOf("text/plain;charset=ISO-8859-15;x=y", "charset"), "ISO-8859-15");
  assert.equal(parameterOf("text/plain; name=charset", "charset"), undefined);
});
