/** What holds for every page of a mailbox: an isolate may end after any of them, and two people's never meet. */
import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { MailStore, openGmail } from "./mail_store.ts";
import { assertTrue, HOUR } from "./mail_truth_check.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");
const selected = ["INBOX", "SENT", "STARRED", "IMPORTANT"];

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 11, now: () => OPENING, days: 18 });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const mailboxOf = ({ google }: Workplace) => google.grant.account.mailbox;

Deno.test("a first pass that ends after any of its pages is continued from there, and no mail is fetched twice", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const { journal } = workplace.google;
  const fetched = () => journal.calls({ method: "gmail.users.messages.get" }).length;
  const whole = new MailStore(() => OPENING);
  await whole.sync(connector, selected);
  const pages = whole.pages.length;
  assert.ok(pages > 3, `only ${pages} pages`);
  const once = fetched();
  for (let stop = 1; stop < pages; stop += 1) {
    const before = fetched();
    const store = new MailStore(() => OPENING);
    await store.sync(connector, selected, stop);
    await store.sync(connector, selected, Infinity, true);
    assertTrue(mailboxOf(workplace), store, selected);
    assert.deepEqual(store.deletions, []);
    assert.equal(fetched() - before, once, `after page ${stop}`);
  }
});

Deno.test("a pass whose every turn ends after one page comes to its end all the same", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const store = new MailStore(() => OPENING);
  let last: string;
  let turns = 0;
  do {
    last = JSON.stringify([store.cursor, store.rows.size]);
    await store.sync(connector, selected, 1, turns > 0);
    turns += 1;
  } while (JSON.stringify([store.cursor, store.rows.size]) !== last && turns < 100);
  assert.ok(turns < 100, "it never came to rest");
  assertTrue(mailboxOf(workplace), store, selected);
});

Deno.test("two people whose mails have the same ids each hold their own, and what one deletes the other keeps", async () => {
  await using workplace = await openWorkplace();
  const { google, clock } = workplace;
  const other = google.addAccount({ seed: 11 });
  const own = google.grant.account;
  assert.notEqual(own.sub, other.account.sub);
  const people = [
    { account: own, client: openGmail(workplace), store: new MailStore(() => clock.now()) },
    {
      account: other.account,
      client: openGmail(workplace, { grant: other }),
      store: new MailStore(() => clock.now()),
    },
  ];
  const pass = async () => {
    for (const { client, store } of people) await store.sync(client.connector, selected);
    for (const { account, store } of people) assertTrue(account.mailbox, store, selected);
  };
  await pass();
  const [id] = own.mailbox.truth().filter(({ labelIds }) => labelIds.includes("INBOX")).map(({ id }) => id);
  assert.ok(id !== undefined && other.account.mailbox.messages.has(id));
  clock.advance(HOUR / 2);
  own.domain.mail.delete({ mailbox: own.email, id });
  other.account.domain.mail.label({ mailbox: other.account.email, id }, "STARRED");
  await pass();
  const keys = people.map(({ client }) => new Set(client.client.taken.map(({ key }) => key)));
  assert.deepEqual(keys, people.map(({ account }) => new Set([`gmail:${account.sub}`])));
});
