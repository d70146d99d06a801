import type { WorkplaceClock } from "../world/clock.ts";
import type { Company } from "../world/company.ts";
import { type Address, addressText, type Letter } from "./mail.ts";
import { Mailbox } from "./mailbox.ts";
import { type Attachment, pack, type Packing, textOf } from "./mime.ts";

/** A mail to send. People are named by key or e-mail address; anyone outside by an address. */
export interface Sending {
  from: string | Address;
  to: readonly (string | Address)[];
  cc?: readonly (string | Address)[];
  subject: string;
  /** Paragraphs apart by an empty line. */
  text: string;
  /** How the words are packed; `plain` if left out. */
  packing?: Packing;
  attachments?: readonly Attachment[];
  /** Further head lines, e.g. `["List-Id", "<all.….example>"]`. */
  headers?: readonly (readonly [name: string, value: string])[];
  /** The Date header, perhaps nonsense; the true date if left out. */
  dateHeader?: string;
  /** Leaves encoded words in the head as the API shows it. */
  rawHead?: boolean;
  /** Labels of the receivers' copies; INBOX, UNREAD, CATEGORY_PERSONAL if left out. */
  labels?: readonly string[];
  /** The workplace's present if left out. */
  at?: Date;
}

/** Names one mailbox's copy of a mail; `id` is only good in that mailbox. */
export interface MailRef {
  /** Key or e-mail address of whose mailbox it is. */
  mailbox: string;
  id: string;
  /** When it is changed; the workplace's present if left out. */
  at?: Date;
}

const RECEIVED: readonly string[] = ["INBOX", "UNREAD", "CATEGORY_PERSONAL"];

/** How mail of one company comes and changes. Wrong names throw: they are mistakes of the test that calls. */
export class MailOffice {
  readonly mailboxes: readonly Mailbox[];
  readonly #company: Company;
  readonly #clock: WorkplaceClock;
  #sent = 0;

  constructor(company: Company, clock: WorkplaceClock) {
    this.#company = company;
    this.#clock = clock;
    this.mailboxes = company.people.map(({ email }, index) => new Mailbox(email, 17 + index * 31, clock));
  }

  /** The mailbox of a person, by key or e-mail address. */
  mailbox(keyOrEmail: string): Mailbox {
    const { email } = this.address(keyOrEmail);
    const found = this.mailboxes.find((mailbox) => mailbox.email === email);
    if (found === undefined) throw new Error(`Nobody called '${keyOrEmail}' has a mailbox in this workplace`);
    return found;
  }

  /** Someone of the company, by key or e-mail address; an address stays as it is. */
  address(who: string | Address): Address {
    if (typeof who !== "string") return who;
    const person = this.#company.people.find(({ key, email }) => key === who || email === who);
    if (person !== undefined) return { name: person.name, email: person.email };
    if (who.includes("@")) return { name: "", email: who };
    throw new Error(`There is nobody called '${who}' in this workplace`);
  }

  /** Sends a mail: a copy in SENT for the sender, one for each receiver of the company. */
  send(sending: Sending): Letter {
    return this.#post(sending, undefined);
  }

  /** Answers a mail, to its sender and everyone who got it, in the thread of each mailbox. */
  reply(
    letter: Letter,
    { quote = true, ...sending }: Omit<Sending, "to" | "subject"> & {
      to?: Sending["to"];
      subject?: string;
      quote?: boolean;
    },
  ): Letter {
    const from = this.address(sending.from);
    const everyone = [letter.from, ...letter.to].filter(({ email }) => email !== from.email);
    const to = sending.to ?? (everyone.length > 0 ? everyone : [letter.from]);
    const subject = sending.subject ??
      (letter.subject.startsWith("Re: ") ? letter.subject : `Re: ${letter.subject}`);
    return this.#post({ cc: letter.cc, ...sending, to, subject }, letter, quote);
  }

  /** Adds labels (by name or id) to one mailbox's copy. */
  label({ mailbox, id, at }: MailRef, ...labels: string[]): void {
    this.mailbox(mailbox).relabel(id, { add: labels, ...(at && { at }) });
  }

  /** Takes labels off one mailbox's copy. */
  unlabel({ mailbox, id, at }: MailRef, ...labels: string[]): void {
    this.mailbox(mailbox).relabel(id, { remove: labels, ...(at && { at }) });
  }

  /** Moves a copy to the trash. */
  trash({ mailbox, id, at }: MailRef): void {
    this.mailbox(mailbox).relabel(id, { add: ["TRASH"], remove: ["INBOX"], ...(at && { at }) });
  }

  /** Takes a copy out of the trash, back to the inbox. */
  untrash({ mailbox, id, at }: MailRef): void {
    this.mailbox(mailbox).relabel(id, { add: ["INBOX"], remove: ["TRASH"], ...(at && { at }) });
  }

  /** Deletes a copy for good. */
  delete({ mailbox, id, at }: MailRef): void {
    this.mailbox(mailbox).remove(id, at);
  }

  #post(sending: Sending, answers: Letter | undefined, quote = true): Letter {
    const at = (sending.at ?? this.#clock.now()).getTime();
    const from = this.address(sending.from);
    const number = ++this.#sent;
    const mark = `${number}-${at.toString(36)}`;
    const body = {
      packing: sending.packing ?? "plain",
      paragraphs: sending.text.split("\n\n"),
      attachments: sending.attachments ?? [],
      ...(answers && quote && { quoted: { who: addressText(answers.from), text: answers.text } }),
    };
    const to = unique(sending.to.map((one) => this.address(one)));
    const cc = unique((sending.cc ?? []).map((one) => this.address(one)))
      .filter(({ email }) => email !== from.email && !to.some((one) => one.email === email));
    const threading = answers === undefined ? [] : [
      ["In-Reply-To", answers.rfcId] as const,
      ["References", [referencesOf(answers), answers.rfcId].filter(Boolean).join(" ")] as const,
    ];
    const letter: Letter = {
      rfcId: `<${mark}@${from.email.split("@")[1] ?? "mail.example"}>`,
      from,
      to,
      cc,
      subject: sending.subject,
      dateHeader: sending.dateHeader ?? new Date(at).toUTCString().replace("GMT", "+0000"),
      headers: [...threading, ...(sending.headers ?? [])],
      rawHead: sending.rawHead ?? false,
      root: pack(body, mark),
      text: textOf(body),
      attachments: body.attachments.map(({ filename }) => filename),
    };
    const thread = { at, ...(answers && { answers }) };
    const receivers = new Set([...letter.to, ...letter.cc].map(({ email }) => email));
    for (const mailbox of this.mailboxes) {
      const labels = mailbox.email === from.email ? ["SENT"] : [];
      if (receivers.has(mailbox.email)) labels.push(...(sending.labels ?? RECEIVED));
      if (labels.length > 0) mailbox.deliver(letter, labels, thread);
    }
    return letter;
  }
}

function referencesOf(letter: Letter): string {
  return letter.headers.find(([name]) => name === "References")?.[1] ?? "";
}

function unique(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((one) => [one.email, one])).values()];
}
