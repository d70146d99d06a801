/** What a sync of the simulated workplace's Gmail must hold, told by the workplace itself. For tests only. */
import assert from "node:assert/strict";
import type { MailStore } from "./mail_store.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

interface TruthMail {
  readonly id: string;
  readonly threadId: string;
  readonly rfcId: string;
  readonly labelIds: readonly string[];
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly internalDate: number;
  readonly text: string;
  readonly attachments: readonly string[];
}

interface Mailbox {
  readonly email: string;
  truth(): readonly TruthMail[];
}

/** The mails of a month under these labels. */
export function mailsUnder(mailbox: Mailbox, labels: readonly string[], now: Date): TruthMail[] {
  return mailbox.truth().filter(({ labelIds, internalDate }) =>
    internalDate >= now.getTime() - 30 * DAY && labelIds.some((label) => labels.includes(label))
  );
}

export const words = (text: string): string =>
  text.split("\n").map((line) => line.replace(/^[> ]+/, "")).join(" ").replace(/\s+/g, " ").trim();

const unquoted = (addresses: readonly string[]) => addresses.map((one) => one.replaceAll('"', ""));

/** Whether the store holds the mails of a month under these labels as they are, and no other. */
export function assertTrue(mailbox: Mailbox, store: MailStore, labels: readonly string[]): void {
  const truth = new Map(mailsUnder(mailbox, labels, store.now()).map((mail) => [mail.id, mail]));
  const month = store.now().getTime() - 30 * DAY;
  const held = [...store.rows].filter(([, { deleted, sources, item }]) =>
    // What has grown too old since it was stored expires elsewhere.
    !deleted && sources.length > 0 && Date.parse(item.source_timestamp) >= month
  );
  const missing = [...truth.keys()].filter((id) => !held.some(([one]) => one === id));
  const extra = held.map(([id]) => id).filter((id) => !truth.has(id));
  const name = (id: string) => truth.get(id)?.subject ?? store.rows.get(id)?.item.title;
  assert.deepEqual({ missing: missing.map(name), extra: extra.map(name) }, { missing: [], extra: [] });
  for (const [id, { item, sources }] of held) {
    const mail = truth.get(id);
    assert.ok(mail);
    const own = labels.filter((label) => mail.labelIds.includes(label));
    assert.deepEqual(sources.toSorted(), own.toSorted(), mail.subject);
    assert.equal(item.title ?? "", mail.subject);
    assert.equal(words(item.content), words(mail.text), mail.subject);
    assert.equal(item.source_timestamp, new Date(mail.internalDate).toISOString());
    assert.equal(item.thread_id, mail.threadId);
    assert.equal(item.is_user_authored, mail.from.includes(mailbox.email));
    const { from, to, cc, message_id, attachments } = item.metadata;
    assert.deepEqual(unquoted([String(from)]), unquoted([mail.from]));
    assert.deepEqual(unquoted([to, cc].flat().map(String)), unquoted([...mail.to, ...mail.cc]));
    assert.equal(message_id, mail.rfcId);
    const files = Array.isArray(attachments) ? attachments : [];
    const names = files.map((file) =>
      typeof file === "object" && file !== null && "name" in file ? file["name"] : file
    );
    assert.deepEqual(names.filter((one) => one !== "logo.gif"), [...mail.attachments], mail.subject);
  }
}
