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

Deno.test("who was between two calls when its worker died makes no more of them", async () => {
  const mortal = new Mortal();
  const pause = Promise.withResolvers<void>();
  const done: string[] = [];
  const say = (word: string) => mortal.step(() => Promise.resolve(void done.push(word)));
  mortal.dieAt(2, "after");
  const together = async () => {
    const slow = async () => {
      await say("slow");
      await pause.promise;
      await say("from the grave");
    };
    await Promise.all([slow(), say("last")]);
  };
  assert.equal(await mortal.untilDeath(together), "died");
  pause.resolve();
  assert.equal(await mortal.untilDeath(() => say("next")), "done");
  assert.deepEqual(done, ["slow", "last", "next"]);
});
