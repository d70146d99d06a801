import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError } from "../connector.ts";
import { label, MailStore, openGmail } from "./mail_store.ts";
import { assertTrue, HOUR, mailsUnder } from "./mail_truth_check.ts";

const labels = ["INBOX", "SENT", "STARRED"];

/** A workplace whose clock stands still and that meters no call. */
async function openWorkplace(): Promise<Workplace> {
  const now = () => new Date("2026-11-05T10:00:20Z");
  const workplace = await startWorkplace({ seed: 7, days: 20, pace: 0.5, now });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const mailboxOf = ({ google }: Workplace) => google.grant.account.mailbox;
const storeOf = ({ clock }: Workplace) => new MailStore(() => clock.now());

/** What has a hand in every kind of change: more mails than a page holds, and more of them to come than one answer tells. */
function changeMuch(workplace: Workplace): void {
  const { domain: { mail }, grant: { account } } = workplace.google;
  const owner = account.person.key;
  const known = mailsUnder(account.mailbox, ["INBOX"], workplace.clock.now());
  for (const [at, { id }] of known.entries()) {
    if (at % 7 === 0) mail.label({ mailbox: owner, id }, "STARRED");
    if (at % 7 === 1) mail.unlabel({ mailbox: owner, id }, "INBOX");
    if (at % 7 === 2) mail.trash({ mailbox: owner, id });
    if (at % 7 === 3) mail.delete({ mailbox: owner, id });
  }
  for (let at = 0; at < 130; at += 1) {
    mail.send({ from: `p${at}@elsewhere.example`, to: [owner], subject: `News ${at}`, text: `Words ${at}.` });
  }
  for (const [at, { id }] of known.entries()) if (at % 14 === 2) mail.untrash({ mailbox: owner, id });
}

Deno.test("stopped after any page, a first and a later sync go on where they were, in a fresh isolate", async () => {
  await using workplace = await openWorkplace();
  for (const most of [1, 2, 3]) {
    const store = storeOf(workplace);
    const { journal } = workplace.google;
    const toTheEnd = async () => {
      let turns = 0;
      for (; turns < 100; turns += 1) {
        await store.sync(openGmail(workplace, { mailsPerLabel: 1000 }).connector, labels, most, turns > 0);
        if (store.pages.length < most) return turns;
        const last = store.pages.at(-1);
        if (last?.progress?.percent === 100 && last.items.length === 0 && most === 1 && isIdle(store)) {
          return turns;
        }
      }
      throw new Error("it never ended");
    };
    const before = journal.latest;
    assert.ok(await toTheEnd() > 0);
    assertTrue(mailboxOf(workplace), store, labels);
    const fetched = journal.calls({ after: before }).filter(({ method }) => method.endsWith("s.get"));
    const names = fetched.map(({ method, args }) => `${method} ${args["id"]}`);
    assert.ok(names.length > 50);
    assert.equal(new Set(names).size, names.length, "a mail was fetched twice");
    workplace.clock.advance(HOUR);
    changeMuch(workplace);
    await toTheEnd();
    assertTrue(mailboxOf(workplace), store, labels);
    assert.ok(store.deletions.every(({ told }) => told));
  }
});

/** Nothing is left to be done by the cursor's own account. */
function isIdle({ cursor }: MailStore): boolean {
  const state: { wanted?: unknown[]; round?: unknown } = Object(cursor);
  return state.round === null && state.wanted?.length === 0;
}

Deno.test("a history of many pages is read to its end, each page stored with the place behind it", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  const { domain: { mail }, grant: { account }, journal } = workplace.google;
  const [one] = mailsUnder(account.mailbox, ["INBOX"], store.now());
  assert.ok(one);
  for (let turn = 0; turn < 600; turn += 1) {
    mail.label({ mailbox: account.person.key, id: one.id }, "STARRED");
    mail.unlabel({ mailbox: account.person.key, id: one.id }, "STARRED");
  }
  mail.send({
    from: "late@elsewhere.example",
    to: [account.person.key],
    subject: "At the end",
    text: "Words.",
  });
  const before = journal.latest;
  await store.sync(connector, labels);
  assertTrue(account.mailbox, store, labels);
  const calls = journal.calls({ after: before, method: "gmail.users.history.list" });
  assert.equal(calls.length, 3);
  const starts = calls.map(({ args }) => Number(args["startHistoryId"]));
  assert.deepEqual(starts, starts.toSorted((a, b) => a - b));
  assert.equal(new Set(starts).size, 3);
});

Deno.test("when the rate is used up amid the fetching, what came is kept and nothing is fetched twice", async () => {
  await using workplace = await openWorkplace();
  const { journal, faults } = workplace.google;
  const { connector, client } = openGmail(workplace);
  const store = storeOf(workplace);
  faults.at({
    method: "gmail.users.messages.get",
    call: 20,
    fault: { kind: "rate_limited", status: 429, retryAfter: 20 },
  });
  await assert.rejects(
    store.sync(connector, labels),
    (thrown) =>
      thrown instanceof PlatformError && thrown.code === "rate_limited" && thrown.retryAfterSeconds === 20,
  );
  assert.equal(client.heldBack.length, 1);
  assert.ok(store.rows.size >= 19, `${store.rows.size} mails kept`);
  const last = store.pages.at(-1)?.progress;
  assert.ok(last && (last.percent ?? 0) > 20 && (last.percent ?? 0) < 100 && (last.secondsLeft ?? 0) > 5);
  await store.sync(connector, labels, Infinity, true);
  assertTrue(mailboxOf(workplace), store, labels);
  const got = journal.calls({ method: "gmail.users.messages.get" }).filter(({ status }) => status === 200);
  assert.equal(new Set(got.map(({ args }) => args["id"])).size, got.length);
});

Deno.test("a mail that is deleted between its listing and its fetching is left out", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const mailbox = mailboxOf(workplace);
  const [victim] = mailsUnder(mailbox, ["INBOX"], workplace.clock.now());
  assert.ok(victim);
  workplace.google.faults.at({
    ...{ method: "gmail.users.messages.get", call: 1 },
    before: () => mailbox.remove(victim.id),
  });
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  assertTrue(mailbox, store, labels);
  workplace.clock.advance(HOUR / 4);
  await store.sync(connector, labels);
  assertTrue(mailbox, store, labels);
  assert.deepEqual(store.deletions, []);
});

Deno.test("one page of a listing that is lost twice deletes nothing, however often it happens", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  workplace.clock.advance(6 * HOUR);
  // The labels are listed side by side, each a second time because it looks empty.
  for (let call = 1; call <= 6; call += 1) {
    const fault = { kind: "dropped_page" } as const;
    workplace.google.faults.at({ method: "gmail.users.messages.list", call, fault });
  }
  await store.sync(connector, labels);
  assert.deepEqual(store.deletions, []);
  const before = workplace.google.journal.latest;
  workplace.clock.advance(HOUR);
  await store.sync(connector, labels);
  assertTrue(mailboxOf(workplace), store, labels);
  const listed = workplace.google.journal.calls({ after: before, method: "gmail.users.messages.list" });
  assert.ok(listed.length >= labels.length, "the next pass looks again, six hours or not");
});

Deno.test("two people with the same mail ids each hold their own mailbox, at a pace of their own", async () => {
  await using workplace = await openWorkplace();
  const { google } = workplace;
  const other = google.addAccount({ seed: 7 });
  const [here, there] = [openGmail(workplace), openGmail(workplace, { grant: other })];
  const [ours, theirs] = [storeOf(workplace), storeOf(workplace)];
  const [shared] = mailsUnder(mailboxOf(workplace), ["INBOX"], workplace.clock.now());
  assert.ok(shared && other.account.mailbox.messages.has(shared.id));
  other.account.mailbox.relabel(shared.id, { add: ["STARRED"], remove: ["INBOX"] });
  await Promise.all([ours.sync(here.connector, labels), theirs.sync(there.connector, labels)]);
  assertTrue(mailboxOf(workplace), ours, labels);
  assertTrue(other.account.mailbox, theirs, labels);
  assert.notDeepEqual(ours.rows.get(shared.id)?.sources, theirs.rows.get(shared.id)?.sources);
  const keys = [here, there].map(({ client }) => new Set(client.taken.map(({ key }) => key)));
  assert.ok(keys[0]?.isDisjointFrom(keys[1] ?? new Set()));
});

Deno.test("a cursor of another shape means to look at everything again, and fetches nothing that is stored", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  store.cursor = { version: 0, date: "2026/11/01" };
  const before = workplace.google.journal.latest;
  await store.sync(connector, labels);
  assertTrue(mailboxOf(workplace), store, labels);
  const calls = workplace.google.journal.calls({ after: before }).map(({ method }) => method);
  assert.ok(!calls.includes("gmail.users.messages.get"));
});

Deno.test("an abort is thrown as it is", async () => {
  await using workplace = await openWorkplace();
  const leave = new AbortController();
  const { connector } = openGmail(workplace, { signal: leave.signal });
  const before = () => leave.abort(new Error("time is up"));
  workplace.google.faults.at({
    method: "gmail.users.messages.get",
    call: 5,
    fault: { kind: "timeout" },
    before,
  });
  const unit = { id: "mailbox", sources: labels.map(label) };
  const pages = connector.sync(unit, null, storeOf(workplace).pass());
  await assert.rejects(async () => {
    for await (const page of pages) assert.equal(page.items.length, 0);
  }, { message: "time is up" });
});
