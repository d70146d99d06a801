import assert from "node:assert/strict";
import type { Workplace } from "../../../../scripts/local/workplace/workplace.ts";
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

/** Something of an age to reply to, to edit and to delete. */
function layOut(workplace: Workplace, age: number) {
  const { chat } = workplace.team;
  const [by = "", other = ""] = workplace.team.company.people.filter(({ active }) => active).map(({ key }) =>
    key
  );
  const from = workplace.clock.now().getTime() - age;
  let minutes = 0;
  const at = () => new Date(from + (minutes++) * 10_000);
  const post = (text: string) => chat.post({ channel: CHANNEL, by, at: at(), text });
  const reply = (threadTs: string, text: string) =>
    chat.reply({ channel: CHANNEL, by: other, threadTs, at: at(), text });
  const [answered, lonely, edited, deleted, changing, headless, vanishing, only] = [
    post("Answered"),
    post("Lonely"),
    post("Tpyo"),
    post("Wrong channel"),
    post("A thread that changes"),
    post("A parent that goes"),
    post("A thread that goes as a whole"),
    post("A thread whose only reply goes"),
  ];
  reply(answered.ts, "First");
  const [replyEdited, replyDeleted] = [reply(changing.ts, "Tpyo"), reply(changing.ts, "Wrong thread")];
  reply(changing.ts, "Stays");
  reply(headless.ts, "Stays, too");
  const vanishingReply = reply(vanishing.ts, "Goes with its parent");
  const onlyReply = reply(only.ts, "Goes alone");
  return {
    change() {
      const at = (text: string) => ({ channel: CHANNEL, by, text });
      chat.reply({ ...at("Late"), threadTs: answered.ts });
      chat.reply({ ...at("First, late, and shown to all"), threadTs: lonely.ts, broadcast: true });
      chat.edit({ channel: CHANNEL, ts: edited.ts, text: "Typo" });
      chat.edit({ channel: CHANNEL, ts: replyEdited.ts, text: "Typo" });
      for (const { ts } of [deleted, replyDeleted, headless, vanishingReply, vanishing, onlyReply]) {
        chat.remove({ channel: CHANNEL, ts });
      }
    },
  };
}

const paces = [
  { tier: "pro", hours: [1] },
  { tier: "starter", hours: [6] },
  { tier: "free", hours: [10, 14] },
] as const;

for (const { tier, hours } of paces) {
  Deno.test(`replies, edits and deletions of every age are found at the pace of ${tier}`, async () => {
    await using workplace = await openWorkplace();
    const { connector } = connectorTo(workplace);
    const source = sourceOf(workplace, CHANNEL);
    const store = storeOf(workplace, tier);
    const standing = ages.map((age) => ({ age, ...layOut(workplace, age) }));
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
    console.info(tier, asTrue && asTrue / HOUR, passes, store.longestCursor);
  });
}
