import assert from "node:assert/strict";
import { decodeText } from "./mail_charset.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("UTF-8 is read as UTF-8, whatever the head declares", () => {
  for (const charset of [undefined, "utf-8", "iso-8859-1", "us-ascii", "no such charset"]) {
    assert.equal(decodeText(utf8("Grüße 🚀"), charset), "Grüße 🚀");
  }
});

Deno.test("what is no UTF-8 is read as declared, and as Western without a declaration", () => {
  assert.equal(decodeText(Uint8Array.of(0x4b, 0xf6, 0x6c, 0x6e), "iso-8859-1"), "Köln");
  assert.equal(decodeText(Uint8Array.of(0xcf, 0xf0, 0xe8), "windows-1251"), "При");
  assert.equal(decodeText(Uint8Array.of(0x80, 0x20, 0x35), undefined), "€ 5");
  assert.equal(decodeText(Uint8Array.of(0x80, 0x20, 0x35), "made-up"), "€ 5");
});

Deno.test("encodings that hide in ASCII are read as declared only where they were used", () => {
  const japanese = Uint8Array.of(0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42);
  assert.equal(decodeText(japanese, "ISO-2022-JP"), "日本");
  assert.equal(decodeText(utf8("日本"), "ISO-2022-JP"), "日本");
  assert.equal(decodeText(Uint8Array.of(0x68, 0, 0x69, 0), "utf-16le"), "hi");
});

Deno.test("a text that was cut in the middle of a character loses that character only", () => {
  assert.equal(decodeText(utf8("aé🚀").subarray(0, 5), "utf-8"), "aé");
});
