import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import { PlatformError } from "./connector.ts";
import { MailStore, openGmail } from "./gmail/mail_store.ts";
import { assertTrue, DAY, HOUR, mailsUnder } from "./gmail/mail_truth_check.ts";

const opening = new Date("2026-11-05T10:00:20Z");

/** A workplace whose clock stands still and that meters no call. */
async function openWorkplace(options: { days?: number; pace?: number } = {}): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 20, pace: 0.5, now: () => opening, ...options });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const mailboxOf = ({ google }: Workplace) => google.grant.account.mailbox;
const storeOf = ({ clock }: Workplace) => new MailStore(() => clock.now());

/** All labels with mail that a person may select. */
async function allLabels(workplace: Workplace): Promise<string[]> {
  return [...(await openGmail(workplace).connector.discover()).ranked];
}

Deno.test("a first sync holds every mail of a month under the selected labels once, with all that is to be known of it", async () => {
  await using workplace = await openWorkplace({ days: 40 });
  const { connector, client } = openGmail(workplace);
  const labels = await allLabels(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  const mailbox = mailboxOf(workplace);
  assertTrue(mailbox, store, labels);
  const truth = mailsUnder(mailbox, labels, store.now());
  assert.ok(truth.length > 100, `only ${truth.length} mails`);
  assert.ok(mailbox.truth().length > truth.length, "nothing is older than a month");
  assert.ok(truth.some(({ labelIds }) => labelIds.filter((one) => labels.includes(one)).length > 2));
  // Threads of three mails and more as a whole, the others mail by mail: never more than the cheaper of the two.
  const sizes = [...Map.groupBy(truth, ({ threadId }) => threadId).values()].map(({ length }) => length);
  const { journal } = workplace.google;
  const [mails, threads] = ["messages", "threads"].map((kind) =>
    journal.calls({ method: `gmail.users.${kind}.get` }).length
  );
  assert.ok(sizes.some((size) => size > 2));
  assert.equal(threads, sizes.filter((size) => size > 2).length);
  assert.equal(mails, sizes.filter((size) => size <= 2).reduce((sum, size) => sum + size, 0));
  for (const { items } of store.pages) assert.ok(items.length <= 50);
  assert.deepEqual(store.pages.at(-1)?.progress, { percent: 100, secondsLeft: 0 });
  const { sub } = workplace.google.grant.account;
  assert.deepEqual(new Set(client.taken.map(({ key }) => key)), new Set([`gmail:${sub}`]));
});

Deno.test("discovery lists labels that hold mail, the usual ones first, then a person's own by name", async () => {
  await using workplace = await openWorkplace();
  const { sources, ranked, people } = await openGmail(workplace).connector.discover();
  assert.deepEqual(ranked.slice(0, 4), ["INBOX", "SENT", "STARRED", "IMPORTANT"]);
  const names = new Map(sources.map(({ external_id, name }) => [external_id, name]));
  const own = ranked.slice(4).map((id) => names.get(id) ?? "");
  assert.ok(own.length > 1);
  assert.deepEqual(own, own.toSorted((a, b) => a.localeCompare(b)));
  assert.equal(sources.length, ranked.length);
  assert.deepEqual(people, []);
  assert.ok(!ranked.some((id) => /^(SPAM|TRASH|DRAFT|UNREAD|CHAT|CATEGORY_)/.test(id)));
});

Deno.test("a later sync finds new mail, labels that came and went, what was archived, thrown away, brought back and deleted", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const labels = ["INBOX", "SENT", "STARRED"];
  const mailbox = mailboxOf(workplace);
  const { domain: { mail }, grant: { account }, journal } = workplace.google;
  const owner = account.person.key;
  const store = storeOf(workplace);
  const [first, , , ...others] = mailsUnder(mailbox, ["INBOX"], store.now());
  assert.ok(first);
  mail.trash({ mailbox: owner, id: first.id });
  await store.sync(connector, labels);
  assertTrue(mailbox, store, labels);

  workplace.clock.advance(HOUR / 4);
  const [starred, unstarred, archived, trashed, deleted, both] = others;
  assert.ok(starred && unstarred && archived && trashed && deleted && both);
  mail.send({ from: "someone@elsewhere.example", to: [owner], subject: "New", text: "Fresh words." });
  mail.send({ from: owner, to: ["someone@elsewhere.example"], subject: "Sent", text: "My own words." });
  mail.label({ mailbox: owner, id: starred.id }, "STARRED");
  mail.label({ mailbox: owner, id: unstarred.id }, "STARRED");
  mail.unlabel({ mailbox: owner, id: unstarred.id }, "STARRED");
  mail.unlabel({ mailbox: owner, id: archived.id }, "INBOX", "STARRED");
  mail.trash({ mailbox: owner, id: trashed.id });
  mail.untrash({ mailbox: owner, id: first.id });
  mail.delete({ mailbox: owner, id: deleted.id });
  mail.trash({ mailbox: owner, id: both.id });
  mail.untrash({ mailbox: owner, id: both.id });
  const before = journal.latest;
  await store.sync(connector, labels);
  assertTrue(mailbox, store, labels);
  assert.ok(store.rows.get(trashed.id)?.deleted && store.rows.get(deleted.id)?.deleted);
  assert.ok(store.deletions.every(({ told }) => told));
  assert.deepEqual(store.rows.get(archived.id)?.sources, []);
  const calls = journal.calls({ after: before }).map(({ method }) => method);
  assert.deepEqual(calls.toSorted(), [
    "gmail.users.history.list",
    ...["get", "get", "get"].map((one) => `gmail.users.messages.${one}`),
  ]);
  workplace.clock.advance(HOUR / 4);
  const quiet = journal.latest;
  await store.sync(connector, labels);
  assert.equal(journal.latest, quiet + 1, "a mailbox in which nothing happens costs one call");
});

Deno.test("a history that Gmail has forgotten leads to a listing, and what was deleted meanwhile goes after its witnesses", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const labels = ["INBOX", "SENT"];
  const mailbox = mailboxOf(workplace);
  const { domain: { mail }, grant: { account } } = workplace.google;
  const owner = account.person.key;
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  workplace.clock.advance(HOUR);
  const [deleted, moved] = mailsUnder(mailbox, ["INBOX"], store.now()).slice(-2);
  assert.ok(deleted && moved);
  mail.delete({ mailbox: owner, id: deleted.id });
  mail.label({ mailbox: owner, id: moved.id }, "SENT");
  mail.send({ from: "someone@elsewhere.example", to: [owner], subject: "Unseen", text: "Words." });
  mailbox.expireHistory();
  await store.sync(connector, labels);
  assert.equal(store.rows.get(deleted.id)?.deleted, false, "one witness deletes nothing");
  assert.equal(store.rows.get(moved.id)?.sources.length, 2);
  workplace.clock.advance(HOUR);
  await store.sync(connector, labels);
  assertTrue(mailbox, store, labels);
});

Deno.test("a newly selected label is read back, and a deselected one is forgotten", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const mailbox = mailboxOf(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, ["INBOX"]);
  workplace.clock.advance(HOUR);
  await store.sync(connector, ["INBOX", "SENT"]);
  assertTrue(mailbox, store, ["INBOX", "SENT"]);
  workplace.clock.advance(HOUR);
  await store.sync(connector, ["INBOX"]);
  assert.doesNotMatch(JSON.stringify(store.cursor), /SENT/);
  workplace.clock.advance(HOUR);
  const late = workplace.google.domain.mail.send({
    ...{ from: workplace.google.grant.account.person.key, to: ["someone@elsewhere.example"] },
    ...{ subject: "Sent while SENT was not selected", text: "Words." },
  });
  await store.sync(connector, ["INBOX"]);
  assert.equal(store.rows.has(mailbox.copyOf(late)?.id ?? ""), false);
  workplace.clock.advance(HOUR);
  await store.sync(connector, ["INBOX", "SENT"]);
  assertTrue(mailbox, store, ["INBOX", "SENT"]);
});

Deno.test("what does not fit into one pass is read by the next ones, newest first, until the month is whole", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace, { mailsPerLabel: 20 });
  const labels = ["INBOX", "SENT"];
  const mailbox = mailboxOf(workplace);
  const store = storeOf(workplace);
  const wanted = mailsUnder(mailbox, labels, store.now()).length;
  let passes = 0;
  for (let held = -1; store.rows.size > held; passes += 1) {
    held = store.rows.size;
    await store.sync(connector, labels);
    assert.ok(store.rows.size <= held + 40 + (held < 0 ? 1 : 0));
    if (passes === 0) {
      const newest = mailsUnder(mailbox, ["INBOX"], store.now()).slice(-20);
      assert.ok(newest.every(({ id }) => store.rows.has(id)));
    }
    workplace.clock.advance(HOUR);
  }
  assert.ok(passes > 2, `${wanted} mails in ${passes} passes`);
  assertTrue(mailbox, store, labels);
});

Deno.test("changes that the history lost are found by the listing of every six hours", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const labels = ["INBOX", "SENT", "STARRED"];
  const mailbox = mailboxOf(workplace);
  const { domain: { mail }, grant: { account }, faults } = workplace.google;
  const owner = account.person.key;
  const store = storeOf(workplace);
  await store.sync(connector, labels);
  workplace.clock.advance(HOUR / 4);
  const [deleted, starred] = mailsUnder(mailbox, ["INBOX"], store.now()).slice(-2);
  assert.ok(deleted && starred);
  mail.delete({ mailbox: owner, id: deleted.id });
  mail.label({ mailbox: owner, id: starred.id }, "STARRED");
  mail.send({ from: "someone@elsewhere.example", to: [owner], subject: "Lost", text: "Words." });
  for (const call of [1, 2]) {
    faults.at({ method: "gmail.users.history.list", call, fault: { kind: "dropped_page" } });
  }
  await store.sync(connector, labels);
  assert.equal(store.rows.get(deleted.id)?.deleted, false);
  for (let pass = 0; pass < 2; pass += 1) {
    workplace.clock.advance(6 * HOUR);
    await store.sync(connector, labels);
  }
  assertTrue(mailbox, store, labels);
});

Deno.test("a label that does not exist any more fails alone", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, ["INBOX", "Label_gone"]);
  assert.deepEqual(store.failed.map(({ source, error }) => [source, error]), [["Label_gone", "not_found"]]);
  assertTrue(mailboxOf(workplace), store, ["INBOX"]);
});

Deno.test("an import reads a label as far back as it is asked, resumes after any page and stops at its number of mails", async () => {
  await using workplace = await openWorkplace({ days: 60 });
  const { connector } = openGmail(workplace);
  const mailbox = mailboxOf(workplace);
  const truth = mailbox.truth().filter(({ labelIds }) => labelIds.includes("INBOX"));
  const store = storeOf(workplace);
  await store.sync(connector, ["INBOX"]);
  const recent = store.rows.size;
  const scope = { days: null, items: 10_000, threads: false };
  let cursor = await store.import(connector, "INBOX", scope, null, 1);
  for (let turn = 0; turn < 100 && store.pages.at(-1)?.progress?.percent !== 100; turn += 1) {
    cursor = await store.import(openGmail(workplace).connector, "INBOX", scope, cursor, 1);
  }
  assert.deepEqual([...store.rows.keys()].toSorted(), truth.map(({ id }) => id).toSorted());
  assert.ok(truth.length > recent);
  const few = storeOf(workplace);
  await few.import(connector, "INBOX", { days: 10, items: 7, threads: false });
  assert.deepEqual([...few.rows.keys()].toSorted(), truth.slice(-7).map(({ id }) => id).toSorted());
  const days = storeOf(workplace);
  await days.import(connector, "INBOX", { days: 10, items: 500, threads: false });
  const young = truth.filter(({ internalDate }) => internalDate >= opening.getTime() - 10 * DAY);
  assert.equal(days.rows.size, young.length);
});

Deno.test("an import with threads brings the rest of old conversations, and leaves young mail to the labels", async () => {
  await using workplace = await openWorkplace({ days: 60 });
  const { connector } = openGmail(workplace);
  const mailbox = mailboxOf(workplace);
  const store = storeOf(workplace);
  const truth = mailbox.truth();
  const under = truth.filter(({ labelIds }) => labelIds.includes("INBOX"));
  const threads = new Set(under.map(({ threadId }) => threadId));
  const month = opening.getTime() - 30 * DAY;
  const mates = truth.filter(({ labelIds, threadId, internalDate }) =>
    !labelIds.includes("INBOX") && threads.has(threadId) && internalDate < month
  );
  assert.ok(mates.length > 0, "no answer of one's own is old enough");
  await store.import(connector, "INBOX", { days: null, items: 10_000, threads: true });
  assert.deepEqual([...store.rows.keys()].toSorted(), [...under, ...mates].map(({ id }) => id).toSorted());
  // A sync's listings do not name them, and take none of them for missed.
  for (let pass = 0; pass < 4; pass += 1) {
    await store.sync(connector, ["INBOX"]);
    workplace.clock.advance(6 * HOUR);
  }
  assert.deepEqual(store.deletions, []);
  assert.ok(mates.every(({ id }) => store.rows.get(id)?.sources.includes("INBOX")));
});

Deno.test("an imported mail stands under all of its selected labels at once, those that no listing reaches any more too", async () => {
  await using workplace = await openWorkplace({ days: 60 });
  const { connector } = openGmail(workplace);
  const truth = mailboxOf(workplace).truth().filter(({ labelIds }) => labelIds.includes("INBOX"));
  const selected = ["INBOX", "STARRED", "IMPORTANT"];
  const store = storeOf(workplace);
  await store.import(
    connector,
    "INBOX",
    { days: null, items: 10_000, threads: false },
    null,
    Infinity,
    selected,
  );
  assert.ok(
    truth.some(({ labelIds, internalDate }) =>
      labelIds.includes("STARRED") && internalDate < opening.getTime() - 30 * DAY
    ),
    "a starred mail is older than what a sync lists",
  );
  for (const { id, labelIds } of truth) {
    const own = selected.filter((one) => labelIds.includes(one));
    assert.deepEqual(store.rows.get(id)?.sources.toSorted(), own.toSorted(), id);
  }
});

Deno.test("a label that is deselected and selected again holds all of its mail after the very next pass", async () => {
  await using workplace = await openWorkplace();
  const { connector } = openGmail(workplace);
  const { domain: { mail }, grant: { account }, faults } = workplace.google;
  const [mailbox, owner] = [mailboxOf(workplace), account.person.key];
  const both = ["INBOX", "SENT", "STARRED"];
  let turn = 0;
  /** Mail comes, goes and moves under the label that is not selected now. */
  const live = () => {
    const known = mailsUnder(mailbox, ["STARRED"], workplace.clock.now());
    const other = mailsUnder(mailbox, ["INBOX"], workplace.clock.now())
      .find(({ labelIds }) => !labelIds.includes("STARRED"));
    if (known[0]) mail.unlabel({ mailbox: owner, id: known[0].id }, "STARRED");
    if (other) mail.label({ mailbox: owner, id: other.id }, "STARRED");
    mail.send({ from: owner, to: ["x@elsewhere.example"], subject: `Sent ${turn++}`, text: "Words." });
    mail.send({ from: "x@elsewhere.example", to: [owner], subject: `Received ${turn}`, text: "Words." });
  };
  // Between the two: nothing, a pass, passes that die at one of their calls, and an import.
  const between: ((store: MailStore) => Promise<unknown>)[] = [
    () => Promise.resolve(),
    (store) => store.sync(connector, ["INBOX"]),
    (store) => store.import(connector, "INBOX", { days: 30, items: 500, threads: false }),
    ...[1, 2].map((call) => async (store: MailStore) => {
      const plan = faults.at({ call, fault: { kind: "http_status", status: 500 } });
      await assert.rejects(store.sync(connector, ["INBOX"]));
      plan.cancel();
    }),
    ...[1, 2].map((most) => (store: MailStore) => store.sync(connector, ["INBOX"], most)),
  ];
  for (const [at, meanwhile] of between.entries()) {
    const store = storeOf(workplace);
    await store.sync(connector, both);
    workplace.clock.advance(HOUR / 4);
    live();
    await meanwhile(store);
    workplace.clock.advance(HOUR / 4);
    live();
    await store.sync(connector, both);
    assertTrue(mailbox, store, both);
    assert.deepEqual(store.deletions, [], `between ${at}`);
  }
});

Deno.test("a dead token is needs_reauth, never an empty success", async () => {
  await using workplace = await openWorkplace({ days: 2 });
  const { connector } = openGmail(workplace);
  const store = storeOf(workplace);
  await store.sync(connector, ["INBOX"]);
  workplace.google.grants.end(workplace.google.grant);
  await assert.rejects(
    store.sync(connector, ["INBOX"]),
    (thrown) => thrown instanceof PlatformError && thrown.code === "needs_reauth",
  );
  assert.equal(store.pages.length, 0);
});
