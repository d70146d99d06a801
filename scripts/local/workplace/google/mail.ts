import type { MimePart } from "./mime.ts";

/** Who a mail is from or goes to. */
export interface Address {
  name: string;
  /** Ends in `.example`. */
  email: string;
}

/** A mail as it was sent, the same for everyone who has a copy. */
export interface Letter {
  /** `<…@….example>`, the mail's own Message-ID. */
  rfcId: string;
  from: Address;
  to: readonly Address[];
  cc: readonly Address[];
  subject: string;
  /** The Date header as the sender wrote it, perhaps no date at all. */
  dateHeader: string;
  /** What else stands in the head: List-Id, In-Reply-To, Auto-Submitted, … */
  headers: readonly (readonly [name: string, value: string])[];
  /** True where the API shows head lines as they came over the wire, encoded words and all. */
  rawHead: boolean;
  root: MimePart;
  /** What a person reads in it: a perfect text of the body, paragraphs apart by an empty line. */
  text: string;
  attachments: readonly string[];
}

/** One mailbox's copy of a letter. */
export interface Message {
  /** 16 hex digits, unique in the mailbox only. */
  id: string;
  threadId: string;
  letter: Letter;
  /** When it arrived here, epoch milliseconds. */
  internalDate: number;
  labelIds: Set<string>;
  /** The mailbox's latest change of it. */
  historyId: number;
}

export interface Label {
  id: string;
  /** User labels may nest: `Customers/Kestrel Freight`. */
  name: string;
  type: "system" | "user";
}

/** A change as users.history.list tells it, on the message as it was then. */
export interface Change {
  id: number;
  /** When it happened, epoch milliseconds: old ones expire. */
  at: number;
  kind: "messageAdded" | "messageDeleted" | "labelAdded" | "labelRemoved";
  message: { id: string; threadId: string; labelIds: readonly string[] };
  /** The labels that came or went. */
  labelIds?: readonly string[];
}

/** `"Mika Lindqvist" <mika@….example>`, the name left out when there is none. */
export function addressText({ name, email }: Address): string {
  if (name === "") return email;
  return /^[\p{L}\p{N} ]+$/u.test(name) ? `${name} <${email}>` : `"${name}" <${email}>`;
}
