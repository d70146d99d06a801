/** Addresses in a mail's head: `"Lindqvist, Mika" <mika@firm.example>, team: a@b.example;` and worse. */
import { decodeHeader } from "./mail_header.ts";

export interface MailAddress {
  /** Empty when only the address is given. */
  readonly name: string;
  /** In lower case; empty when there is none. */
  readonly address: string;
}

/** A list longer than this is a mailing list's, and its first ones say enough. */
const mostAddresses = 50;

/** Reads a line such as From or To; what is no address at all is left out. */
export function readAddresses(line: string): MailAddress[] {
  const addresses: MailAddress[] = [];
  for (const piece of pieces(line)) {
    const one = readAddress(piece);
    if (one.address !== "" || one.name !== "") addresses.push(one);
    if (addresses.length === mostAddresses) break;
  }
  return addresses;
}

/** `Mika Lindqvist <mika@firm.example>`, the name in quotes where it holds anything but letters and digits. */
export function addressText({ name, address }: MailAddress): string {
  if (name === "") return address;
  const shown = /^[\p{L}\p{N} ]+$/u.test(name) ? name : `"${name.replaceAll('"', "'")}"`;
  return address === "" ? shown : `${shown} <${address}>`;
}

interface Piece {
  /** What stands outside of angle brackets and comments, quotes taken off. */
  words: string;
  angle: string | undefined;
  comment: string;
}

/** Cuts a list at its commas, semicolons and group names; those in quotes, brackets and comments do not count. */
function pieces(line: string): Piece[] {
  const found: Piece[] = [];
  let piece: Piece = { words: "", angle: undefined, comment: "" };
  let place: "words" | "quoted" | "angle" = "words";
  let depth = 0;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === "\\" && (place === "quoted" || depth > 0)) {
      const escaped = line.charAt(++at);
      if (depth > 0) piece.comment += escaped;
      else piece.words += escaped;
    } else if (depth > 0) {
      depth += character === "(" ? 1 : character === ")" ? -1 : 0;
      if (depth > 0) piece.comment += character;
    } else if (place === "quoted") {
      if (character === '"') place = "words";
      else piece.words += character;
    } else if (place === "angle") {
      if (character === ">") place = "words";
      else piece.angle = (piece.angle ?? "") + character;
    } else if (character === '"') place = "quoted";
    else if (character === "(") depth = 1;
    else if (character === "<") {
      place = "angle";
      piece.angle = "";
    } else if (character === "," || character === ";") {
      found.push(piece);
      piece = { words: "", angle: undefined, comment: "" };
    } // A group's name says nothing about who is in it.
    else if (character === ":") piece.words = "";
    else piece.words += character;
  }
  return [...found, piece];
}

function readAddress({ words, angle, comment }: Piece): MailAddress {
  // Encoded words are decoded only now: a decoded comma or bracket is part of the name.
  const text = decodeHeader(words);
  if (angle !== undefined) return { name: text, address: plainAddress(angle) };
  const address = plainAddress(text);
  return address === "" ? { name: text, address } : { name: decodeHeader(comment), address };
}

function plainAddress(text: string): string {
  const address = text.trim().toLowerCase();
  return address.length <= 320 && /^[^\s@<>]+@[^\s@<>]+$/.test(address) ? address : "";
}
