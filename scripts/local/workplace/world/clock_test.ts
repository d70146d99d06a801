import assert from "node:assert/strict";
import { startClock } from "./clock.ts";

Deno.test("the clock follows its reading at its scale, plus advances, and never goes back", () => {
  let reading = 1_000_000;
  const clock = startClock({ now: () => new Date(reading), scale: 10 });
  assert.equal(clock.now().getTime(), 1_000_000);
  reading += 50;
  assert.equal(clock.now().getTime(), 1_000_500);
  clock.advance(7);
  assert.equal(clock.now().getTime(), 1_000_507);
  assert.throws(() => clock.advance(-1), /never goes back/);
  assert.throws(() => startClock({ scale: 0 }), /must be positive/);
});
