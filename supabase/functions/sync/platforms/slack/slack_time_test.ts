import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dayOf,
  dayStart,
  instantOf,
  isEmpty,
  isWithin,
  justAfter,
  justBefore,
  type Stretch,
  tsOf,
  without,
} from "./slack_time.ts";

Deno.test("a microsecond before and after keep all digits, over every border", () => {
  assert.equal(justAfter("1700000000.999999"), "1700000001.000000");
  assert.equal(justBefore("1700000001.000000"), "1700000000.999999");
  assert.equal(justBefore(justAfter("1700000000.123456")), "1700000000.123456");
});

Deno.test("an instant, its timestamp and its day agree", () => {
  const instant = new Date("2026-11-05T23:59:59.999Z");
  assert.equal(tsOf(instant), "1793923199.999000");
  assert.equal(instantOf(tsOf(instant)), "2026-11-05T23:59:59.999000Z");
  assert.equal(dayStart(dayOf(tsOf(instant))), tsOf(new Date("2026-11-05T00:00:00Z")));
});

Deno.test("what is left of a stretch holds exactly what the taken one does not", () => {
  const tick = (n: number) => `170000000${n}.000000`;
  const end = fc.option(fc.integer({ min: 0, max: 9 }).map(tick), { nil: null });
  const stretch = fc.record({ from: end, before: end }).filter((one) => !isEmpty(one));
  fc.assert(fc.property(stretch, stretch, (whole: Stretch, taken: Stretch) => {
    const rest = without(whole, taken);
    assert.ok(rest.every((one) => !isEmpty(one)));
    for (const ts of Array.from({ length: 10 }, (_, n) => tick(n))) {
      const holders = rest.filter((one) => isWithin(ts, one)).length;
      assert.equal(holders, Number(isWithin(ts, whole) && !isWithin(ts, taken)), ts);
    }
  }));
});
