import assert from "node:assert/strict";
import { startWorkplace } from "../../../../scripts/local/workplace/workplace.ts";
import { layOut } from "./slack/changing_channel.ts";
import {
  connectorTo,
  DAY,
  expected,
  falseDeletes,
  held,
  HOUR,
  openWorkplace,
  sourceOf,
  storeOf,
} from "./slack/workplace_channel.ts";

const CHANNEL = "customers";
const MINUTE = 60_000;
const ages = [31 * MINUTE, DAY, 3 * DAY, 9 * DAY, 20 * DAY, 45 * DAY, 120 * DAY];

const paces = [
  { tier: "pro", hours: [1] },
  { tier: "starter", hours: [6] },
  { tier: "free", hours: [10, 14] },
] as const;

for (const { tier, hours } of paces) {
  Deno.test(`replies, edits and deletions of every age are found at the pace of ${tier}`, async () => {
    await using workplace = await openWorkplace(startWorkplace);
    const { connector } = connectorTo(workplace);
    const source = sourceOf(workplace, CHANNEL);
    const store = storeOf(workplace, tier);
    const standing = ages.map((age) => ({ age, ...layOut(workplace, CHANNEL, age) }));
    await store.pass(connector, source);
    assert.deepEqual(held(store), expected(workplace, CHANNEL));

    workplace.clock.advance(31 * MINUTE);
    for (const { change } of standing) change();
    let passes = 0;
    let asTrue: number | undefined;
    for (let waited = 0; waited < 9 * DAY; passes += 1) {
      const step = (hours[passes % hours.length] ?? 1) * HOUR;
      workplace.clock.advance(step);
      waited += step;
      await store.pass(connector, source);
      assert.deepEqual(falseDeletes(store, workplace, CHANNEL), []);
      const isTrue = JSON.stringify(held(store)) === JSON.stringify(expected(workplace, CHANNEL));
      if (isTrue) asTrue ??= waited;
      else assert.equal(asTrue, undefined, "what was the truth is no more");
    }
    assert.deepEqual(held(store), expected(workplace, CHANNEL));
    assert.ok(asTrue !== undefined && asTrue <= 8 * DAY, `${asTrue}`);
    assert.ok(store.longestCursor < 60_000);
  });
}

Deno.test("a thread of which Slack told a reply is read by the next pass, however old it is", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  const source = sourceOf(workplace, CHANNEL);
  const store = storeOf(workplace);
  const { chat } = workplace.team;
  const [by = ""] = workplace.team.company.people.filter(({ active }) => active).map(({ key }) => key);
  const at = new Date(workplace.clock.now().getTime() - 120 * DAY);
  const thread = chat.post({ channel: CHANNEL, by, at, text: "Long ago" });
  chat.reply({ channel: CHANNEL, by, threadTs: thread.ts, at, text: "At once" });
  // The second pass begins all reviews; those of that time come again in days.
  for (let pass = 0; pass < 2; pass += 1) {
    await store.pass(connector, source);
    workplace.clock.advance(HOUR);
  }
  const replied = (text: string) => chat.reply({ channel: CHANNEL, by, threadTs: thread.ts, text }).ts;

  workplace.clock.advance(10 * MINUTE);
  const unseen = replied("Nobody tells of this one");
  await store.pass(connector, source, { threads: ["nonsense"] });
  assert.ok(!store.items.has(unseen), "without a word the review of that time has to come");
  workplace.clock.advance(10 * MINUTE);
  const told = replied("Told");
  const before = workplace.slack.journal.latest;
  await store.pass(connector, source, { threads: [thread.ts] });
  assert.ok(store.items.has(told) && store.items.has(unseen));
  const read = workplace.slack.journal.calls({ after: before, method: "conversations.replies" });
  assert.equal(read.filter(({ args }) => args["ts"] === thread.ts).length, 1, "once");
  assert.deepEqual(falseDeletes(store, workplace, CHANNEL), []);
});

Deno.test("a channel of a few messages that Slack shows as empty for two days loses none of them", async () => {
  await using workplace = await openWorkplace(startWorkplace, { days: 1, pace: 0.05 });
  const { connector } = connectorTo(workplace);
  const source = sourceOf(workplace, CHANNEL);
  const store = storeOf(workplace, "pro");
  const { chat } = workplace.team;
  const [by = ""] = workplace.team.company.people.filter(({ active }) => active).map(({ key }) => key);
  for (const text of ["One", "Two", "Three"]) chat.post({ channel: CHANNEL, by, text });
  await store.pass(connector, source);
  const whole = held(store);
  assert.deepEqual(whole, expected(workplace, CHANNEL));
  assert.ok(store.items.size > 2 && store.items.size < 10, `${store.items.size} messages`);

  const blank = workplace.slack.faults.at({
    ...{ method: "conversations.history", call: 1, times: Infinity },
    fault: { kind: "dropped_page" },
  });
  for (let pass = 0; pass < 16; pass += 1) {
    workplace.clock.advance(3 * HOUR);
    await store.pass(connector, source);
  }
  assert.ok(blank.played >= 16);
  assert.deepEqual(held(store), whole);
  blank.cancel();
  // What really went is noticed when the channel answers again.
  const [gone = ""] = [...store.items.keys()].toSorted().slice(-1);
  chat.remove({ channel: CHANNEL, ts: gone });
  for (let pass = 0; pass < 5; pass += 1) {
    workplace.clock.advance(3 * HOUR);
    await store.pass(connector, source);
  }
  assert.deepEqual(held(store), expected(workplace, CHANNEL));
  assert.ok(!store.items.has(gone));
});
