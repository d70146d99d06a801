import assert from "node:assert/strict";
import { runOf } from "../run_stand_in.ts";
import { scopeOf } from "./scope.ts";

const at = "2026-11-23T09:00:00.000Z";
const hour = 60 * 60 * 1000;
const before = (days: number) => new Date(Date.parse(at) - days * 24 * hour);
const after = (days: number) => before(-days);
const seenAt = (instant: string) => ({ at: instant, until: instant, source_ids: [], version_number: 1 });
const rhythm = (frequency: string | undefined) =>
  runOf({ at, deliverable: { schedule: frequency === undefined ? null : { frequency } } });

Deno.test("a first version of a rhythm looks back over its whole rhythm, and up to now", () => {
  for (
    const [frequency, days] of [
      ["hourly", 1],
      ["daily", 1],
      ["weekly", 7],
      ["biweekly", 14],
      ["monthly", 31],
      ["cron", 7],
      ["once", 7],
      [undefined, 7],
    ] as const
  ) {
    assert.deepEqual(
      scopeOf(rhythm(frequency), {}),
      { from: before(days), until: new Date(at) },
      `${frequency}`,
    );
  }
});

Deno.test("a later version looks a week further back than the last one, where late replies and edits stand", () => {
  const run = (frequency: string, last: Date) => ({ ...rhythm(frequency), seen: seenAt(last.toISOString()) });
  assert.deepEqual(scopeOf(run("daily", before(1)), {}).from, before(8));
  assert.deepEqual(scopeOf(run("daily", before(30)), {}).from, before(37), "after a pause");
  assert.deepEqual(scopeOf(run("monthly", before(1)), {}).from, before(31), "never less than its rhythm");
});

Deno.test("what reports on what is to come begins now, or with the reader's today, and reaches ahead", () => {
  const ahead = runOf({ at, type: { looks_back: false, looks_ahead_seconds: 24 * 3600 } });
  assert.deepEqual(scopeOf(ahead, {}), { from: new Date(at), until: after(1) });
  assert.deepEqual(scopeOf({ ...ahead, seen: seenAt(before(1).toISOString()) }, {}).from, new Date(at));
  const both = runOf({ at, type: { looks_ahead_seconds: 7 * 24 * 3600 } });
  assert.deepEqual(scopeOf(both, {}).until, after(7));
  assert.deepEqual(scopeOf(ahead, { ahead: 3 }).until, after(3), "a setting decides");
  assert.deepEqual(scopeOf(ahead, { reaches: after(5) }).until, after(5), "a meeting of next week is found");
  assert.deepEqual(scopeOf(ahead, { reaches: before(5) }).until, after(1));
  assert.deepEqual(scopeOf(ahead, { reaches: after(500) }).until, after(31));
});

Deno.test("the reader's today begins at their midnight, on days of 23, 24 and 25 hours, and where midnight does not exist", () => {
  for (
    const [timezone, instant, midnight] of [
      ["UTC", "2026-11-23T09:00:00Z", "2026-11-23T00:00:00Z"],
      ["UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"],
      ["Asia/Tokyo", "2026-11-23T20:00:00Z", "2026-11-23T15:00:00Z"],
      ["Asia/Kathmandu", "2026-11-23T18:14:59Z", "2026-11-22T18:15:00Z"],
      ["America/New_York", "2026-03-08T22:00:00Z", "2026-03-08T05:00:00Z"],
      ["America/New_York", "2026-11-02T04:59:00Z", "2026-11-01T04:00:00Z"],
      // Midnight was skipped: the day began at one o'clock.
      ["America/Santiago", "2026-09-06T20:00:00Z", "2026-09-06T04:00:00Z"],
      ["America/Sao_Paulo", "2018-11-04T20:00:00Z", "2018-11-04T03:00:00Z"],
    ] as const
  ) {
    const run = runOf({ at: instant, timezone, type: { looks_back: false, looks_ahead_seconds: 3600 } });
    assert.equal(
      scopeOf(run, { startsToday: true }).from.toISOString(),
      new Date(midnight).toISOString(),
      `${timezone} ${instant}`,
    );
  }
});
