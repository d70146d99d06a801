import assert from "node:assert/strict";
import { startClock } from "../world/clock.ts";
import { foundCompany } from "../world/company.ts";
import { seededRandom } from "../world/random.ts";
import { MailOffice } from "./mail_office.ts";
import { readMailQuery } from "./mail_query.ts";

const now = new Date("2026-11-05T10:00:00Z");

/** Subjects that a search finds in a mailbox of four mails. */
function find(q: string): string[] {
  const office = new MailOffice(foundCompany(seededRandom(7)), startClock({ now: () => now }));
  const [me = "", other = ""] = office.mailboxes.map(({ email }) => email);
  const send = (subject: string, at: string, more: Partial<Parameters<MailOffice["send"]>[0]> = {}) => {
    const letter = office.send({
      from: other,
      to: [me],
      subject,
      text: "Invoice attached",
      at: new Date(at),
      ...more,
    });
    return { mailbox: me, id: office.mailbox(me).copyOf(letter)?.id ?? "" };
  };
  send("one", "2026-11-05T07:59:59Z");
  const file = { filename: "plan.pdf", mimeType: "application/pdf", content: "x" };
  send("two", "2026-11-05T08:00:00Z", { attachments: [file], text: "Nothing here" });
  office.label(send("three", "2026-10-01T00:00:00Z"), "Customers/Tern & Daughters");
  send("four", "2025-11-01T00:00:00Z", { labels: ["SPAM"] });
  const mailbox = office.mailbox(me);
  const { fits } = readMailQuery(q, mailbox, now);
  return [...mailbox.messages.values()].filter(fits).map(({ letter }) => letter.subject);
}

Deno.test("dates are midnights of the Pacific zone, seconds are exact", () => {
  assert.deepEqual(find("after:2026/11/05"), ["two"]);
  assert.deepEqual(find("before:2026/11/05"), ["one", "three", "four"]);
  assert.deepEqual(find(`after:${Date.parse("2026-11-05T07:59:59Z") / 1000} in:inbox`), ["one", "two"]);
  assert.deepEqual(find("newer_than:2d"), ["one", "two"]);
  assert.deepEqual(find("older_than:1y"), ["four"]);
  assert.deepEqual(find("after:nonsense"), []);
});

Deno.test("operators combine by and, OR, minus, braces and brackets", () => {
  assert.deepEqual(find("label:customers-tern-daughters"), ["three"]);
  assert.deepEqual(find("-label:customers-tern-daughters in:inbox"), ["one", "two"]);
  assert.deepEqual(find("subject:one OR subject:two has:attachment"), ["two"]);
  assert.deepEqual(find("{subject:one subject:three}"), ["one", "three"]);
  assert.deepEqual(find("-(subject:one OR subject:three) -in:spam"), ["two"]);
  assert.deepEqual(find('"invoice attached" is:unread'), ["one", "three"]);
  assert.deepEqual(find("category:primary filename:plan"), ["two"]);
});
