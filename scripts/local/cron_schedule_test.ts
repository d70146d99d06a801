import assert from "node:assert/strict";
import { CronSchedule } from "./cron_schedule.ts";

const at = (text: string) => new Date(`${text}Z`);

Deno.test("an interval is due when its seconds have passed", () => {
  const schedule = new CronSchedule("5 seconds");
  assert.equal(schedule.hasSlot(at("2026-11-01T00:00:00"), at("2026-11-01T00:00:04.999")), false);
  assert.equal(schedule.hasSlot(at("2026-11-01T00:00:00"), at("2026-11-01T00:00:05")), true);
});

Deno.test("five fields are read in UTC, and a slot that was counted is not counted again", () => {
  const schedule = new CronSchedule("5 6 * * *");
  assert.equal(schedule.hasSlot(at("2026-11-01T06:04:59"), at("2026-11-01T06:05:00")), true);
  assert.equal(schedule.hasSlot(at("2026-11-01T06:05:00"), at("2026-11-01T06:05:59")), false);
});

Deno.test("$ is the last day of the month", () => {
  const schedule = new CronSchedule("0 0 $ * *");
  assert.equal(schedule.hasSlot(at("2027-02-27T12:00:00"), at("2027-02-28T00:00:00")), true);
  assert.equal(schedule.hasSlot(at("2027-02-26T12:00:00"), at("2027-02-27T12:00:00")), false);
});

Deno.test("a week day beside a day of the month means either, as in cron", () => {
  const schedule = new CronSchedule("0 0 13 * 5");
  assert.equal(schedule.hasSlot(at("2026-11-05T12:00:00"), at("2026-11-06T00:00:00")), true, "a Friday");
  assert.equal(
    schedule.hasSlot(at("2026-12-12T12:00:00"), at("2026-12-13T00:00:00")),
    true,
    "the 13th, a Sunday",
  );
});
