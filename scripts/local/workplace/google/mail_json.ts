import type { GoogleJson } from "./google_refusal.ts";
import type { Message } from "./mail.ts";
import { escapeHtml, type MimePart } from "./mime.ts";
import { base64url, encodedWords, headOf, partHead, sourceOf } from "./mime_source.ts";

/** How much of a message is shown. */
export type Format = "full" | "metadata" | "minimal" | "raw";

const SNIPPET_MOST = 200;

/** The beginning of the text, escaped for HTML as Gmail does. */
export function snippetOf({ letter }: Message): string {
  return escapeHtml(letter.text.replace(/\s+/g, " ").slice(0, SNIPPET_MOST).trim());
}

/** A message as users.messages.get shows it. @param only names of the head lines wanted, for `metadata` */
export function messageJson(message: Message, format: Format, only?: readonly string[]): GoogleJson {
  const { letter, labelIds } = message;
  const source = sourceOf(letter);
  const head = headOf(letter, letter.rawHead ? encodedWords : (text) => text)
    .map(([name, value]) => ({ name, value }));
  const shown: Record<string, unknown> = { id: message.id, threadId: message.threadId };
  // Members that would be empty are left out.
  if (labelIds.size > 0) shown.labelIds = [...labelIds];
  shown.snippet = snippetOf(message);
  if (format === "full") shown.payload = partJson(letter.root, "", head);
  if (format === "metadata") {
    const wanted = only?.map((name) => name.toLowerCase());
    const headers = head.filter(({ name }) => wanted?.includes(name.toLowerCase()) ?? true);
    shown.payload = { mimeType: letter.root.mimeType, headers };
  }
  if (format === "raw") shown.raw = base64url(source);
  shown.sizeEstimate = source.length;
  shown.historyId = String(message.historyId);
  shown.internalDate = String(message.internalDate);
  return shown;
}

function partJson(part: MimePart, partId: string, head?: readonly GoogleJson[]): GoogleJson {
  const headers = head ?? partHead(part).map(([name, value]) => ({ name, value }));
  const { mimeType, filename, content } = part;
  const shown = { partId, mimeType, filename, headers };
  if (part.boundary !== "") {
    const child = (index: number) => partId === "" ? String(index) : `${partId}.${index}`;
    const parts = part.parts.map((one, index) => partJson(one, child(index)));
    return { ...shown, body: { size: 0 }, parts };
  }
  // Contents of files are fetched apart.
  if (filename !== "") {
    return { ...shown, body: { attachmentId: attachmentIdOf(partId), size: content.length } };
  }
  return { ...shown, body: { size: content.length, data: base64url(content) } };
}

/** The id under which a part's file is fetched. */
function attachmentIdOf(partId: string): string {
  return `ANGjdJ${base64url(`part ${partId}`).replaceAll("=", "")}`;
}

/** The content of a message's file, by its attachment id. */
export function attachmentOf({ letter }: Message, attachmentId: string): Uint8Array | undefined {
  const search = (part: MimePart, partId: string): Uint8Array | undefined => {
    if (part.filename !== "" && attachmentIdOf(partId) === attachmentId) return part.content;
    for (const [index, one] of part.parts.entries()) {
      const found = search(one, partId === "" ? String(index) : `${partId}.${index}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(letter.root, "");
}
