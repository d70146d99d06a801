import assert from "node:assert/strict";
import { startClock } from "./clock.ts";
import { Story } from "./story.ts";

Deno.test("a story tells what has happened by now, in order, and adds to it as the clock goes on", () => {
  const clock = startClock({ now: () => new Date("2026-11-05T10:00:00Z") });
  const story = new Story({ seed: 7, days: 3, pace: 1, clock });
  const before = story.happenings();
  assert.equal(story.daysBegun, 4);
  assert.ok(before.every(({ at }, index) => at >= (before[index - 1]?.at ?? story.firstMidnight)));
  clock.advance(86_400_000);
  assert.deepEqual(
    story.happenings().slice(0, before.length).map(({ id }) => id),
    before.map(({ id }) => id),
  );
  assert.ok(story.happenings().length > before.length);
});
