import assert from "node:assert/strict";
import fc from "fast-check";
import { packed, unpacked } from "./slack_known.ts";

const ts = fc.tuple(
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
  fc.integer({ min: 0, max: 999_999 }),
)
  .map(([seconds, micros]) => `${seconds}.${String(micros).padStart(6, "0")}`);

Deno.test("threads come back as they were, each once, newest first", () => {
  fc.assert(fc.property(fc.array(ts, { maxLength: 50 }), (threads) => {
    assert.deepEqual(unpacked(packed(threads)), [...new Set(threads)].toSorted().toReversed());
  }));
});

Deno.test("two thousand threads of a month fit, and of more the newest ones are kept", () => {
  const every = (seconds: number, count: number) =>
    Array.from({ length: count }, (_, nth) => `${1_700_000_000 + nth * seconds}.000123`);
  const month = every(1296, 2000);
  assert.equal(unpacked(packed(month)).length, 2000);
  const more = every(1296, 9000);
  assert.ok(packed(more).length <= 19_000);
  assert.equal(unpacked(packed(more))[0], more.at(-1));
});
