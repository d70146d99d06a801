import assert from "node:assert/strict";
import { Mortal } from "./mortal.ts";

/** A worker of three steps, and what its steps did. */
function worker(mortal: Mortal) {
  const done: number[] = [];
  const heard: number[] = [];
  const work = async () => {
    for (const step of [1, 2, 3]) {
      heard.push(
        await mortal.step(() => {
          done.push(step);
          return Promise.resolve(step);
        }),
      );
    }
  };
  return { done, heard, work };
}

Deno.test("who dies before a call has not made it, and who dies after it never hears its answer", async () => {
  for (const [moment, done] of [["before", [1]], ["after", [1, 2]]] as const) {
    const mortal = new Mortal();
    const first = worker(mortal);
    mortal.dieAt(2, moment);
    assert.equal(await mortal.untilDeath(first.work), "died");
    assert.deepEqual([first.done, first.heard, mortal.deaths], [done, [1], 1]);
    const second = worker(mortal);
    assert.equal(await mortal.untilDeath(second.work), "done");
    assert.deepEqual([second.heard, first.heard], [[1, 2, 3], [1]]);
  }
});

Deno.test("a call that was under way at the death of its worker is never answered", async () => {
  const mortal = new Mortal();
  const answer = Promise.withResolvers<void>();
  let isHeard = false;
  void mortal.step(() => answer.promise).then(() => isHeard = true);
  mortal.dieAt(1, "before");
  assert.equal(await mortal.untilDeath(() => mortal.step(() => Promise.resolve())), "died");
  answer.resolve();
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(isHeard, false);
});

Deno.test("who is to die again dies in the life that follows, and then no more", async () => {
  const mortal = new Mortal();
  mortal.dieAt(2, "after");
  mortal.dieAgainAt(3, "before");
  const lives = [worker(mortal), worker(mortal), worker(mortal)];
  const ends = [];
  for (const { work } of lives) ends.push(await mortal.untilDeath(work));
  assert.deepEqual(ends, ["died", "died", "done"]);
  assert.deepEqual(lives.map(({ done }) => done.length), [2, 2, 3]);
});
