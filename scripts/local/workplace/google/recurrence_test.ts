import assert from "node:assert/strict";
import { occurrences } from "./recurrence.ts";

/** Days (`MM-DD`) on which a rule that starts on Thursday, 2026-01-01 falls. */
function days(rule: string, until = "2026-12-31", start = "2026-01-01"): string[] {
  const [from, end] = [Date.parse(start), Date.parse(until)];
  return occurrences({ start: from, recurrence: [`RRULE:${rule}`], end, instantOf: (wall) => wall })
    .map((wall) => new Date(wall).toISOString().slice(5, 10));
}

Deno.test("days, weeks, months and years repeat by interval, count and end", () => {
  assert.deepEqual(days("FREQ=DAILY;INTERVAL=3;COUNT=3"), ["01-01", "01-04", "01-07"]);
  assert.deepEqual(days("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"), ["01-01", "01-05", "01-08", "01-12"]);
  assert.deepEqual(days("FREQ=WEEKLY;INTERVAL=2;UNTIL=20260129T000000Z"), ["01-01", "01-15", "01-29"]);
  assert.deepEqual(days("FREQ=MONTHLY", "2026-05-31", "2026-01-31"), ["01-31", "03-31", "05-31"]);
  assert.deepEqual(days("FREQ=MONTHLY;BYDAY=1TH", "2026-03-31"), ["01-01", "02-05", "03-05"]);
  assert.deepEqual(days("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"), ["01-30", "02-27"]);
  assert.deepEqual(days("FREQ=YEARLY", "2029-01-01"), ["01-01", "01-01", "01-01", "01-01"]);
  assert.throws(() => days("FREQ=HOURLY"), /Cannot repeat/);
  assert.throws(() => days("FREQ=DAILY;BYHOUR=3"), /BYHOUR/);
});

Deno.test("what EXDATE leaves out, by wall clock or instant, counts all the same", () => {
  const lines = [
    "RRULE:FREQ=DAILY;COUNT=4",
    "EXDATE;TZID=Europe/Berlin:20260102T000000",
    "EXDATE:20260103T010000Z",
  ];
  const [start, end] = [Date.parse("2026-01-01"), Date.parse("2026-02-01")];
  const found = occurrences({ start, recurrence: lines, end, instantOf: (wall) => wall + 3_600_000 });
  assert.deepEqual(found.map((wall) => new Date(wall).getUTCDate()), [1, 4]);
});
