import assert from "node:assert/strict";
import { momentIn, scheduleRule } from "./deliverable_shapes.ts";

Deno.test("a moment is told as its zone's clock and calendar show it, on both sides of a change of the clock", () => {
  const local = (at: string) => momentIn("Europe/Berlin", at).local;
  assert.match(local("2026-10-24T22:30:00+00:00"), /^Sun, 25 Oct 2026, 00:30 /);
  assert.match(local("2026-10-25T01:30:00Z"), /^Sun, 25 Oct 2026, 02:30 /);
  assert.equal(momentIn("UTC", "2026-11-05 10:00:00+01").at, "2026-11-05T09:00:00.000Z");
});

Deno.test("a zone that the runtime does not know is told in UTC, and says so", () => {
  assert.match(momentIn("Mars/Olympus", "2026-11-05T10:00:00Z").local, /^Thu, 5 Nov 2026, 10:00 UTC$/);
});

Deno.test("a schedule has no keys that nobody reads", () => {
  assert.equal(scheduleRule.safeParse({ frequency: "weekly", day: ["monday", "friday"] }).success, true);
  assert.equal(scheduleRule.safeParse({ frequency: "weekly", dya: "monday" }).success, false);
});
