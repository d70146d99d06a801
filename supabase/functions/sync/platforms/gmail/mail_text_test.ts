import assert from "node:assert/strict";
import { readBody } from "./mail_text.ts";

interface Leaf {
  mimeType: string;
  filename?: string;
  headers?: { name: string; value: string }[];
  body?: { data?: string; size?: number };
  parts?: unknown[];
}

/** Base64url with its padding, as Gmail writes contents. */
function data(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_");
}
const text = (content: string): Leaf => ({ mimeType: "text/plain", body: { data: data(content) } });
const html = (content: string): Leaf => ({ mimeType: "text/html", body: { data: data(content) } });
const file = (filename: string, mimeType = "application/pdf"): Leaf => ({
  mimeType,
  filename,
  body: { size: 7 },
});
const many = (kind: string, ...parts: unknown[]): Leaf => ({ mimeType: `multipart/${kind}`, parts });

Deno.test("plain text wins where there is a choice, HTML where there is none or the plain text is blank", () => {
  assert.equal(readBody(many("alternative", text("plain"), html("<p>rich</p>"))).text, "plain");
  assert.equal(readBody(many("alternative", html("<p>rich</p>"))).text, "rich");
  assert.equal(readBody(many("alternative", text(" \r\n "), html("<p>rich</p>"))).text, "rich");
  assert.equal(readBody(html("<p>rich</p>")).text, "rich");
});

Deno.test("a footer that a list appends to a mail of HTML only does not take its place", () => {
  const footed = many("mixed", html("<p>The letter</p>"), text("To leave the list, answer stop."));
  assert.equal(readBody(footed).text, "The letter\n\nTo leave the list, answer stop.");
});

Deno.test("texts are found however they are nested, files are named and not read", () => {
  const inner = many("alternative", text("words"), many("related", html("<p>words</p>"), file("logo.gif")));
  const body = readBody(many("mixed", inner, file("a.pdf"), file("notes.txt", "text/plain")));
  assert.equal(body.text, "words");
  assert.deepEqual(body.attachments, [
    { name: "a.pdf", mime_type: "application/pdf", size: 7 },
    { name: "notes.txt", mime_type: "text/plain", size: 7 },
  ]);
  const attached = { ...text("hidden"), headers: [{ name: "Content-Disposition", value: "attachment" }] };
  assert.equal(readBody(many("mixed", text("shown"), attached)).text, "shown");
});

Deno.test("the declared charset is used for what is no UTF-8", () => {
  const latin = {
    mimeType: "text/plain",
    headers: [{ name: "Content-Type", value: 'text/plain; charset="iso-8859-1"' }],
    body: { data: data(Uint8Array.of(0x4b, 0xf6, 0x6c, 0x6e)) },
  };
  assert.equal(readBody(latin).text, "Köln");
});

Deno.test("white space is tidied, characters without width go, joined emoji stay whole", () => {
  assert.equal(readBody(text("a \r\n\r\n\r\n\r\nb\u200b\u00a0c\ufeff  ")).text, "a\n\nb c");
  assert.equal(readBody(text("👩\u200d💻")).text, "👩\u200d💻");
});

Deno.test("a short mail keeps the order of answers and quotations", () => {
  const mail = "Mika wrote:\n> One?\nYes.\n> Two?\nNo.";
  assert.equal(readBody(text(mail)).text, mail);
});

Deno.test("of a long mail its sender's own words come first, so that no quotation pushes them out", () => {
  const quotation = "> old words\n".repeat(5_000);
  for (const own of ["My answer", "My answer\nof two lines"]) {
    const read = readBody(text(`On Monday, Mika wrote:\n${quotation}\n${own}`)).text;
    assert.ok(read.startsWith(`${own}\n\nOn Monday, Mika wrote:\n> old words`));
    assert.equal(read.length, 20_000);
  }
  const rich = `<blockquote>${"<p>old words</p>".repeat(5_000)}</blockquote><p>My answer</p>`;
  assert.ok(readBody(html(rich)).text.startsWith("My answer\n\nold words"));
});

Deno.test("a tree as deep or as wide as the sender likes ends", () => {
  let deep: unknown = text("at the bottom");
  for (let level = 0; level < 50_000; level += 1) deep = { mimeType: "multipart/mixed", parts: [deep] };
  assert.equal(readBody(deep).text, "");
  assert.equal(
    readBody(many("mixed", text("first"), ...Array(5_000).fill(text("x")))).text.slice(0, 5),
    "first",
  );
  assert.equal(readBody(many("alternative", ...Array(5_000).fill(many("alternative")))).text, "");
  const files = readBody(many("mixed", ...Array(200).fill(file("f".repeat(5_000))))).attachments;
  assert.deepEqual([files.length, files[0]?.name.length], [50, 255]);
});

Deno.test("what is no part, no base64 or no text costs the mail that part and nothing else", () => {
  const broken = { mimeType: "text/plain", body: { data: "***" } };
  assert.equal(readBody(many("mixed", broken, null, "x", { parts: 5 }, text("kept"))).text, "kept");
  for (const payload of [undefined, null, "x", 5, []]) {
    assert.deepEqual(readBody(payload), { text: "", attachments: [] });
  }
});
