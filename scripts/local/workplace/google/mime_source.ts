import { addressText, type Letter } from "./mail.ts";
import type { MimePart } from "./mime.ts";

/** Bytes as base64 in lines of 76, as a mail carries them. */
function base64Lines(bytes: Uint8Array): string {
  return base64(bytes).replace(/.{76}(?=.)/g, "$&\r\n");
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Base64 with `-` and `_` and its padding, as the Gmail API writes contents. */
export function base64url(content: Uint8Array | string): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}

/** RFC 2045 quoted-printable, lines of at most 76. */
function quotedPrintable(bytes: Uint8Array): string {
  const lines = [""];
  const hex = (byte: number) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  for (const [index, byte] of bytes.entries()) {
    if (byte === 13 && bytes[index + 1] === 10) continue;
    if (byte === 10 && bytes[index - 1] === 13) {
      lines.push("");
      continue;
    }
    const endsLine = bytes[index + 1] === 13;
    const plain = byte > 32 && byte < 127 && byte !== 61 || byte === 32 && !endsLine;
    const written = plain ? String.fromCharCode(byte) : hex(byte);
    const line = lines.at(-1) ?? "";
    if (line.length + written.length > 75) {
      lines[lines.length - 1] = `${line}=`;
      lines.push(written);
    } else lines[lines.length - 1] = line + written;
  }
  return lines.join("\r\n");
}

/** A head line's words over the wire: RFC 2047 (`=?UTF-8?B?…?=`, `=?UTF-8?Q?…?=`) unless they are ASCII. */
export function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // An encoded word has at most 75 characters and may not cut a character in two.
  const pieces = [""];
  for (const character of text) {
    const longer = (pieces.at(-1) ?? "") + character;
    if (new TextEncoder().encode(longer).length > 14) pieces.push(character);
    else pieces[pieces.length - 1] = longer;
  }
  return pieces.map((piece, index) => {
    const bytes = new TextEncoder().encode(piece);
    if (index % 2 === 0) return `=?UTF-8?B?${base64(bytes)}?=`;
    const quoted = Array.from(bytes, (byte) => {
      if (byte === 32) return "_";
      const own = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(own) ? own : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    });
    return `=?UTF-8?Q?${quoted.join("")}?=`;
  }).join(" ");
}

type Head = (readonly [name: string, value: string])[];

/** The head of a letter. @param encode how its words are written: over the wire, or as the API shows them */
export function headOf(letter: Letter, encode: (text: string) => string): Head {
  const people = (list: Letter["to"]) =>
    list.map((one) =>
      /^[\x20-\x7e]*$/.test(one.name) ? addressText(one) : `${encode(one.name)} <${one.email}>`
    )
      .join(", ");
  const head: Head = [
    ["From", people([letter.from])],
    ["To", people(letter.to)],
    ...(letter.cc.length > 0 ? [["Cc", people(letter.cc)] as const] : []),
    ["Subject", encode(letter.subject)],
    ["Date", letter.dateHeader],
    ["Message-ID", letter.rfcId],
    ...letter.headers,
    ["MIME-Version", "1.0"],
  ];
  return [...head, ...partHead(letter.root)];
}

/** The head of a part. */
export function partHead(part: MimePart): Head {
  const type = part.boundary !== ""
    ? `${part.mimeType}; boundary="${part.boundary}"`
    : part.filename !== ""
    ? `${part.mimeType}; name="${part.filename}"`
    : `${part.mimeType}; charset="UTF-8"`;
  const head: Head = [["Content-Type", type]];
  if (part.boundary === "") head.push(["Content-Transfer-Encoding", part.encoding]);
  return [...head, ...part.headers];
}

/** A letter as RFC 5322 text. */
export function sourceOf(letter: Letter): string {
  return `${lines(headOf(letter, encodedWords))}\r\n${contentOf(letter.root)}`;
}

function lines(head: Head): string {
  return head.map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

function contentOf(part: MimePart): string {
  if (part.boundary !== "") {
    const parts = part.parts.map((one) =>
      `--${part.boundary}\r\n${lines(partHead(one))}\r\n${contentOf(one)}\r\n`
    );
    return `${parts.join("")}--${part.boundary}--\r\n`;
  }
  if (part.encoding === "base64") return base64Lines(part.content);
  if (part.encoding === "quoted-printable") return quotedPrintable(part.content);
  return new TextDecoder().decode(part.content);
}
