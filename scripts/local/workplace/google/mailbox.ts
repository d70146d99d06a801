import type { WorkplaceClock } from "../world/clock.ts";
import type { Change, Label, Letter, Message } from "./mail.ts";
import { type TruthMail, truthOfMail } from "./mail_truth.ts";

/** Gmail's own labels, as labels.list shows them. */
export const SYSTEM_LABELS: readonly string[] = [
  ...["CHAT", "SENT", "INBOX", "IMPORTANT", "TRASH", "DRAFT", "SPAM", "CATEGORY_FORUMS", "CATEGORY_UPDATES"],
  ...["CATEGORY_PERSONAL", "CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL", "STARRED", "UNREAD"],
];

/** How long changes can be asked for: "typically available for at least one week" (Gmail's sync guide). */
const HISTORY_LIFETIME = 7 * 86_400_000;

/** One person's mailbox: its messages, labels, and the history of what changed. */
export class Mailbox {
  /** How long changes stay, in milliseconds; a test may shorten it, as Google does now and then. */
  historyLifetime = HISTORY_LIFETIME;
  readonly labels: Label[] = SYSTEM_LABELS.map((id) => ({ id, name: id, type: "system" }));
  readonly messages = new Map<string, Message>();
  readonly #changes: Change[] = [];
  readonly #clock: WorkplaceClock;
  /** Makes the ids of two mailboxes differ. */
  readonly #mark: bigint;
  #historyId: number;
  /** The latest history id whose successors may be lost. */
  #forgotten: number;
  #arrived = 0n;

  /** @param mark 0 … 4095 */
  constructor(readonly email: string, mark: number, clock: WorkplaceClock) {
    this.#clock = clock;
    this.#mark = BigInt(mark);
    this.#historyId = 1000 + mark;
    this.#forgotten = this.#historyId - 1;
  }

  /** The mailbox's present history id. */
  get historyId(): number {
    return this.#historyId;
  }

  /** The message with this id. @throws when there is none: a mistake of the test that calls */
  message(id: string): Message {
    const found = this.messages.get(id);
    if (found === undefined) throw new Error(`There is no mail ${id} in the mailbox of ${this.email}`);
    return found;
  }

  /** This mailbox's copy of a letter, if it has one. */
  copyOf(letter: Letter): Message | undefined {
    return [...this.messages.values()].find((message) => message.letter === letter);
  }

  /** The label with this name or id; a user label is made at its first use. */
  labelOf(nameOrId: string): Label {
    const found = this.labels.find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found !== undefined) return found;
    const number = this.labels.filter(({ type }) => type === "user").length + 1;
    const label: Label = { id: `Label_${number}`, name: nameOrId, type: "user" };
    this.labels.push(label);
    return label;
  }

  /** Puts a copy of a letter into the mailbox, into the thread of the letter it answers. */
  deliver(
    letter: Letter,
    labels: readonly string[],
    { at, answers }: { at: number; answers?: Letter },
  ): Message {
    // The shape of Gmail's ids: the instant, then a number, in hexadecimal.
    const serial = (this.#mark << 8n) | (this.#arrived++ & 0xffn);
    let number = (BigInt(at) << 20n) | serial;
    while (this.messages.has(number.toString(16).padStart(16, "0"))) number += 1n;
    const id = number.toString(16).padStart(16, "0");
    const threadId = (answers && this.copyOf(answers)?.threadId) ?? id;
    const labelIds = new Set(labels.map((label) => this.labelOf(label).id));
    const message: Message = { id, threadId, letter, internalDate: at, labelIds, historyId: 0 };
    this.messages.set(id, message);
    this.#note(message, "messageAdded", at);
    return message;
  }

  /** Adds and takes off labels, by name or id, at an instant. */
  relabel(id: string, change: { add?: readonly string[]; remove?: readonly string[]; at?: Date }): Message {
    const message = this.message(id);
    const at = (change.at ?? this.#clock.now()).getTime();
    const idsOf = (labels: readonly string[] = []) => labels.map((label) => this.labelOf(label).id);
    const added = idsOf(change.add).filter((label) => !message.labelIds.has(label));
    const removed = idsOf(change.remove).filter((label) => message.labelIds.has(label));
    for (const label of added) message.labelIds.add(label);
    for (const label of removed) message.labelIds.delete(label);
    if (added.length > 0) this.#note(message, "labelAdded", at, added);
    if (removed.length > 0) this.#note(message, "labelRemoved", at, removed);
    return message;
  }

  /** Deletes a message for good. */
  remove(id: string, at = this.#clock.now()): void {
    const message = this.message(id);
    this.messages.delete(id);
    this.#note(message, "messageDeleted", at.getTime());
  }

  /** What changed after a history id, oldest first; undefined when that is too long ago (or never was). */
  changesSince(historyId: number): readonly Change[] | undefined {
    const oldest = this.#clock.now().getTime() - this.historyLifetime;
    for (const { id, at } of this.#changes) if (at < oldest && id > this.#forgotten) this.#forgotten = id;
    if (historyId < this.#forgotten || historyId > this.#historyId) return undefined;
    return this.#changes.filter(({ id }) => id > historyId);
  }

  /** Forgets every change so far at once: the next history.list from before answers 404. */
  expireHistory(): void {
    this.#historyId += 1;
    this.#forgotten = this.#historyId;
  }

  /** The messages of a thread, oldest first. */
  thread(threadId: string): Message[] {
    return [...this.messages.values()].filter((message) => message.threadId === threadId).sort(older);
  }

  /** What a perfect sync of the mailbox holds now, oldest first; spam and trash only when asked for. */
  truth(options: { includeSpamTrash?: boolean } = {}): TruthMail[] {
    return truthOfMail(this, options);
  }

  #note(message: Message, kind: Change["kind"], at: number, labelIds?: readonly string[]): void {
    this.#historyId += 1 + (this.#changes.length % 3);
    message.historyId = this.#historyId;
    const { id, threadId } = message;
    const shown = { id, threadId, labelIds: [...message.labelIds] };
    this.#changes.push({ id: this.#historyId, at, kind, message: shown, ...(labelIds && { labelIds }) });
  }
}

/** Orders messages by arrival. */
export function older(left: Message, right: Message): number {
  return left.internalDate - right.internalDate || (left.id < right.id ? -1 : 1);
}
