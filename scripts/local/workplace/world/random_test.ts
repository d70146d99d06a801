import assert from "node:assert/strict";
import { seededRandom } from "./random.ts";

Deno.test("one seed draws one sequence, and a fork neither shifts its parent nor its sisters", () => {
  const draw = (random: ReturnType<typeof seededRandom>) =>
    Array.from({ length: 20 }, () => random.int(0, 999));
  assert.deepEqual(draw(seededRandom(5)), draw(seededRandom("5")));
  assert.notDeepEqual(draw(seededRandom(5)), draw(seededRandom(6)));
  const parent = seededRandom(5);
  draw(parent.fork("left"));
  assert.deepEqual(draw(parent), draw(seededRandom(5)));
  assert.deepEqual(draw(parent.fork("right")), draw(seededRandom(5).fork("right")));
});

Deno.test("draws are even enough and stay within their bounds", () => {
  const random = seededRandom("dice");
  const counts = new Map<number, number>();
  for (let roll = 0; roll < 6000; roll++) {
    const face = random.int(1, 6);
    counts.set(face, (counts.get(face) ?? 0) + 1);
  }
  assert.deepEqual([...counts.keys()].sort(), [1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) assert.ok(count > 850 && count < 1150, `one face came ${count} times`);
  assert.equal(random.sample([1, 2, 3], 9).length, 3);
});
