/** What a person reads in a mail, out of its tree of parts. */
import { fromBase64 } from "@shared/crypto/base64url.ts";
import { type Part, readPart } from "./gmail_answers.ts";
import { htmlLines, type Line } from "../google/html_lines.ts";
import { decodeText } from "./mail_charset.ts";
import { headerOf, parameterOf } from "./mail_header.ts";

export interface Attachment {
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
}

export interface MailBody {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * What of a body is looked at. A person's mail is a few kilobytes and a newsletter a hundred; what is longer is cut before
 * it is decoded, because an isolate has two seconds of CPU for hundreds of mails.
 */
const mostParts = 300;
const mostAttachments = 50;
const longestBody = 200_000;
/** Twice what the database keeps in characters, because some characters have a length of two here. */
const longestText = 20_000;

/** Reads a body. Plain text wins over HTML where the sender offers both; several texts follow each other. */
export function readBody(payload: unknown): MailBody {
  const lines: Line[] = [];
  const attachments: Attachment[] = [];
  let left = longestBody;
  for (const part of leavesOf(payload)) {
    if (isAttachment(part)) {
      if (attachments.length < mostAttachments) attachments.push(attachmentOf(part));
      continue;
    }
    if (left === 0 || !isText(part)) continue;
    const text = textOf(part, left);
    left = Math.max(0, left - text.length);
    const own = linesOf(part, text);
    if (own.length > 0 && lines.length > 0) lines.push({ text: "", quoted: false });
    for (const line of own) lines.push(line);
  }
  return { text: joinLines(lines), attachments };
}

/**
 * The parts that have a content, in the order of reading. Where a part offers alternatives, only the best of them is
 * followed. Without recursion: a sender decides how deep the tree is.
 */
function leavesOf(payload: unknown): Part[] {
  const leaves: Part[] = [];
  const waiting: unknown[] = [payload];
  for (let read = 0; read < mostParts && waiting.length > 0; read += 1) {
    const part = readPart(waiting.pop());
    if (part === undefined) continue;
    if (part.parts.length === 0 || part.mimeType === "message/rfc822") leaves.push(part);
    else if (part.mimeType === "multipart/alternative") waiting.push(...bestOf(part.parts));
    else waiting.push(...part.parts.slice(0, mostParts).reverse());
  }
  return leaves;
}

/** The alternative to read, in a list; pictures of a letter (multipart/related) come with their HTML. */
function bestOf(alternatives: readonly unknown[]): unknown[] {
  const kinds = alternatives.slice(0, 20).map((one) => ({ one, kinds: kindsIn(one) }));
  for (const wanted of ["text/plain", "text/html"]) {
    const found = kinds.find(({ kinds }) => kinds.has(wanted));
    if (found !== undefined) return [found.one];
  }
  return alternatives.slice(0, 1);
}

/** The types of text in a part that say something. */
function kindsIn(root: unknown): Set<string> {
  const kinds = new Set<string>();
  const waiting: unknown[] = [root];
  for (let read = 0; read < mostParts && waiting.length > 0; read += 1) {
    const part = readPart(waiting.pop());
    if (part === undefined) continue;
    waiting.push(...part.parts.slice(0, mostParts));
    if (!isAttachment(part) && /\S/.test(textOf(part, 4000))) kinds.add(part.mimeType);
  }
  return kinds;
}

function isAttachment(part: Part): boolean {
  if (part.mimeType === "message/rfc822" || part.filename !== "") return true;
  return /^\s*attachment/i.test(headerOf(part, "Content-Disposition"));
}

const isText = ({ mimeType }: Part) => mimeType === "text/plain" || mimeType === "text/html";

function attachmentOf({ filename, mimeType, body }: Part): Attachment {
  return { name: filename.slice(0, 255), mime_type: mimeType.slice(0, 127), size: body.size ?? 0 };
}

function textOf(part: Part, longest: number): string {
  // A whole number of base64's groups of four, which are three bytes each.
  const data = (part.body.data ?? "").slice(0, Math.ceil(longest / 3) * 4);
  const bytes = fromBase64(data.replaceAll("-", "+").replaceAll("_", "/"));
  return bytes === undefined ? "" : decodeText(bytes, parameterOf(headerOf(part, "Content-Type"), "charset"));
}

function linesOf({ mimeType }: Part, text: string): Line[] {
  return mimeType === "text/html" ? htmlLines(text) : plainLines(text);
}

function plainLines(text: string): Line[] {
  const lines = text.split(/\r\n|\r|\n/);
  return lines.map((line, at) => ({ text: line, quoted: isQuoted(line) || introducesQuote(lines, at) }));
}

const isQuoted = (line: string) => line.startsWith(">");

/** `On Monday, Mika wrote:`, in whatever language: the line (or two) before a quotation that ends in a colon. */
function introducesQuote(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  if (line.trim() === "" || line.length > 300) return false;
  const next = lines.slice(at + 1, at + 3).find((one) => one.trim() !== "") ?? "";
  return /:\s*$/.test(line) && isQuoted(next);
}

/**
 * Lines as one text without needless white space. A text too long to be kept has what its sender wrote first, and what
 * was quoted after it; a shorter one stays in its order, because answers between quoted lines make no sense elsewhere.
 */
function joinLines(lines: readonly Line[]): string {
  const whole = tidy(lines);
  if (whole.length <= longestText) return whole;
  const own = tidy(lines.filter(({ quoted }) => !quoted));
  const quotations = tidy(lines.filter(({ quoted }) => quoted));
  return `${own}\n\n${quotations}`.trim().slice(0, longestText);
}

/** Characters without width that senders fill preheaders with. Joiners stay: emoji and some scripts need them. */
const weightless = /[\u00ad\u034f\u200b\ufeff]/g;

function tidy(lines: readonly Line[]): string {
  return lines.map(({ text }) => text.replace(weightless, "").replaceAll("\u00a0", " ").trimEnd()).join("\n")
    .replace(/\n{3,}/g, "\n\n").trim();
}
