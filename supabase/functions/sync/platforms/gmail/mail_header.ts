/** Lines of a mail's head: found by name, decoded, bounded. */
import { fromBase64 } from "@shared/crypto/base64url.ts";
import type { Part } from "./gmail_answers.ts";
import { decodeText } from "./mail_charset.ts";

/** What of one line is read; a head of megabytes is no reason to spend an isolate on it. */
const longestLine = 20_000;

/** The first line of this name, its words still encoded; empty when there is none. */
export function headerOf({ headers }: Part, name: string): string {
  const wanted = name.toLowerCase();
  return headers.find((line) => line.name.toLowerCase() === wanted)?.value.slice(0, longestLine) ?? "";
}

/** The value of `charset=` and the like in a line such as Content-Type. */
export function parameterOf(line: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, "i").exec(line);
  return found?.[1] ?? found?.[2];
}

/** A text of the head for people: encoded words (RFC 2047) decoded, on one line, without control characters. */
export function decodeHeader(line: string): string {
  return decodeWords(line).replace(/[\p{Cc}\s]+/gu, " ").trim();
}

const word = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bq])\?([^?\s]*)\?=/gi;

/**
 * Decodes encoded words. The white space between two of them is not part of the text, and the bytes of neighbours in one
 * charset are joined before they are decoded, because senders cut characters in two.
 */
function decodeWords(line: string): string {
  let text = "";
  let end = 0;
  let open: { charset: string; bytes: number[] } | undefined;
  const close = () => {
    if (open !== undefined) text += decodeText(Uint8Array.from(open.bytes), open.charset);
    open = undefined;
  };
  for (const found of line.matchAll(word)) {
    const [all, charset = "", kind = "", content = ""] = found;
    const bytes = kind.toLowerCase() === "b" ? fromBase64(content) : fromQ(content);
    if (bytes === undefined) continue;
    const between = line.slice(end, found.index);
    const follows = end > 0 && /^\s*$/.test(between);
    if (!follows || open?.charset !== charset.toLowerCase()) {
      close();
      if (!follows) text += between;
      open = { charset: charset.toLowerCase(), bytes: [] };
    }
    open.bytes.push(...bytes);
    end = found.index + all.length;
  }
  close();
  return text + line.slice(end);
}

/** The Q encoding: quoted-printable with `_` for a space. */
function fromQ(content: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < content.length; at += 1) {
    const character = content.charAt(at);
    const hex = character === "=" ? /^[\da-f]{2}/i.exec(content.slice(at + 1, at + 3))?.[0] : undefined;
    if (hex !== undefined) {
      bytes.push(parseInt(hex, 16));
      at += 2;
    } else if (character === "_") bytes.push(0x20);
    else bytes.push(...new TextEncoder().encode(character));
  }
  return bytes;
}
