import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { fetchesOf } from "./fetch_wanted.ts";
import { MailStore, openGmail } from "./mail_store.ts";
import { assertTrue } from "./mail_truth_check.ts";

const labels = ["INBOX", "SENT"];

/** A workplace whose clock stands still and that meters no call, with one thread of twenty mails. */
async function openWorkplace(): Promise<Workplace> {
  const now = () => new Date("2026-11-05T10:00:20Z");
  const workplace = await startWorkplace({ seed: 7, days: 3, pace: 0.5, now });
  const { domain: { mail }, grant: { account } } = workplace.google;
  workplace.google.quotas.enforced = false;
  const to = [account.person.key];
  const letter = mail.send({
    from: "ada@elsewhere.example",
    to,
    subject: "A long story",
    text: "It begins.",
  });
  for (let at = 1; at < 20; at += 1) {
    mail.reply(letter, { from: "ada@elsewhere.example", to, text: `Part ${at}.` });
  }
  return workplace;
}

const wanted = (...threads: string[]) => threads.map((threadId, at) => ({ id: `m${at}`, threadId }));

Deno.test("mails are fetched in their order, those of a thread with its first one when it has three or more", () => {
  const fetches = fetchesOf(wanted("a", "b", "c", "a", "b", "a", "d"), 50).map((mails) =>
    mails.map(({ id }) => id)
  );
  assert.deepEqual(fetches, [["m0", "m3", "m5"], ["m1"], ["m2"], ["m4"], ["m6"]]);
});

Deno.test("a page ends behind its last mail and cuts no thread", () => {
  const count = (most: number, ...threads: string[]) => fetchesOf(wanted(...threads), most).flat().length;
  assert.equal(count(2, "a", "b", "c"), 2);
  assert.equal(count(3, "a", "b", "b", "b", "b", "c"), 1);
  assert.equal(count(5, "a", "b", "b", "b", "b", "c"), 5);
  assert.equal(count(1, "b", "b", "b", "a"), 3);
  assert.equal(count(50), 0);
});

Deno.test("what a thread's answer lacks is fetched mail by mail", async () => {
  await using workplace = await openWorkplace();
  const { google } = workplace;
  const { mailbox } = google.grant.account;
  const method = "gmail.users.threads.get";
  const threads = [
    { kind: "dropped_page" },
    { kind: "google_error", status: 404, reason: "notFound" },
  ] as const;
  for (const fault of threads) {
    google.faults.clear();
    const store = new MailStore(() => workplace.clock.now());
    for (let call = 1; call <= 3; call += 1) google.faults.at({ method, call, fault });
    await store.sync(openGmail(workplace).connector, labels);
    assertTrue(mailbox, store, labels);
    assert.ok([...store.rows.values()].some(({ item }) => item.content.startsWith("Part 19.")));
  }
});
