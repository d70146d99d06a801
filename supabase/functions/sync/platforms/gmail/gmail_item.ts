/** A mail as it is stored. */
import type { Item } from "../../content/item.ts";
import { type Mail, type Part, readPart } from "./gmail_answers.ts";
import { addressText, readAddresses } from "./mail_address.ts";
import { decodeHeader, headerOf } from "./mail_header.ts";
import { plainSnippet } from "./mail_snippet.ts";
import { readBody } from "./mail_text.ts";

export interface GmailAccount {
  /** Google's id of it (`sub`). */
  readonly id: string;
  readonly email: string;
}

const longestTitle = 500;
const longestName = 320;
const mostReceivers = 20;
const mostLabels = 50;
/** Mail from before the epoch or from another century is a broken clock, and no date of Postgres in the worst case. */
const latest = Date.UTC(2100, 0, 1);
const nothing: Part = { mimeType: "", filename: "", headers: [], body: {}, parts: [] };

/** @param sources the selected labels that it has */
export function itemOf(mail: Mail, account: GmailAccount, sources: readonly string[]): Item {
  const root = readPart(mail.payload) ?? nothing;
  const addresses = (name: string) => readAddresses(headerOf(root, name)).slice(0, mostReceivers);
  const texts = (name: string) => addresses(name).map((one) => addressText(one).slice(0, longestName));
  const [from] = addresses("From");
  const { text, attachments } = readBody(mail.payload);
  const unsubscribe = headerOf(root, "List-Unsubscribe").slice(0, longestTitle);
  const own = account.email.toLowerCase();
  return {
    container_id: "",
    item_id: mail.id,
    sources,
    content_type: "email",
    thread_id: mail.threadId,
    title: decodeHeader(headerOf(root, "Subject")).slice(0, longestTitle) || null,
    content: text === "" ? plainSnippet(mail.snippet) : text,
    author: (from?.name || from?.address)?.slice(0, longestName) ?? null,
    author_id: from?.address || null,
    is_user_authored: mail.labelIds.includes("SENT") || (from !== undefined && from.address === own),
    permalink: `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(own)}#all/${mail.threadId}`,
    metadata: {
      from: from === undefined ? "" : addressText(from).slice(0, longestName),
      to: texts("To"),
      cc: texts("Cc"),
      // As they were when the mail was read; where it belongs is told by its sources.
      labels: mail.labelIds.slice(0, mostLabels),
      thread_id: mail.threadId,
      message_id: headerOf(root, "Message-ID").trim().slice(0, longestTitle),
      attachments: attachments.map((one) => ({ ...one })),
      ...(unsubscribe !== "" && { list_unsubscribe: unsubscribe }),
    },
    source_timestamp: new Date(Math.min(Math.max(mail.internalDate, 0), latest)).toISOString(),
    edited_at: null,
  };
}
