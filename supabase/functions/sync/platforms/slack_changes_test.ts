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
