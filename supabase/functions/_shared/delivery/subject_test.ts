import assert from "node:assert/strict";
import { safeSubject } from "./subject.ts";

const lineBreaks = [
  "\r\n",
  "\n",
  "\r",
  "\r\n ",
  "\n\t",
  "\u0085",
  "\u2028",
  "\u2029",
  "\v",
  "\f",
  "\0\r\n",
  "\r\r\n\n",
];
const headers = [
  "Bcc: canary@evil.example",
  "To: canary@evil.example",
  "Content-Type: text/html",
  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nbody",
  "List-Unsubscribe: <https://evil.example>",
  "\r\n<html>body</html>",
  "Subject: second",
  "X-Header: =?utf-8?q?=0d=0aBcc:x?=",
  "MIME-Version: 1.0",
  "Reply-To: canary@evil.example",
];

Deno.test("no injected header gets a line of its own", () => {
  let tried = 0;
  for (const lineBreak of lineBreaks) {
    for (const header of headers) {
      const subject = safeSubject(`Digest${lineBreak}${header}`);
      assert.doesNotMatch(subject, /[\p{Cc}\u2028\u2029]/u);
      assert.ok(subject.startsWith("Digest "), subject);
      tried += 1;
    }
  }
  assert.ok(tried >= 100);
});

Deno.test("characters that reverse or hide text are gone, while other scripts and emoji stay whole", () => {
  assert.equal(safeSubject("invoice\u202Efdp.exe"), "invoicefdp.exe");
  assert.equal(safeSubject("a\u200Bb\u2066c\u2069\uFEFFd\u00AD"), "abcd");
  assert.equal(safeSubject("hi\u{E0063}\u{E0061}\u{E006E}"), "hi");
  assert.equal(
    safeSubject("نامه\u200Cها و 👩\u200D💻 Übersicht 日本"),
    "نامه\u200Cها و 👩\u200D💻 Übersicht 日本",
  );
  assert.equal(safeSubject("lone \uD800 half"), "lone \uFFFD half");
});

Deno.test("a long subject ends at a word within 200 characters and never splits a character", () => {
  const words = safeSubject("word ".repeat(100));
  assert.ok([...words].length <= 200 && words.endsWith("word…"), words);
  const emoji = safeSubject("😀".repeat(300));
  assert.equal([...emoji].length, 200);
  assert.ok(emoji.isWellFormed());
});

Deno.test("a subject of nothing becomes the fallback", () => {
  for (const nothing of ["", "  ", "\r\n", "\u200B\u202E"]) {
    assert.equal(safeSubject(nothing, "Digest"), "Digest");
  }
});
