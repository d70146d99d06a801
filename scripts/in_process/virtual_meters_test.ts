import assert from "node:assert/strict";
import { virtualMeters } from "./virtual_meters.ts";
import { virtualTime } from "./virtual_time.ts";

const opening = new Date("2026-11-05T10:00:00Z");
const pace = { p_key: "slack:T1:history", p_allowed: 3, p_period_seconds: 60 };

Deno.test("who is within the pace goes on at once, who is not lets the time pass", () => {
  const time = virtualTime(opening);
  const meters = virtualMeters(time);
  const passed = Array.from({ length: 7 }, () => {
    assert.equal(meters.reserve(pace), 0);
    return time.passed / 1000;
  });
  assert.deepEqual(passed, [0, 0, 0, 60, 60, 60, 120]);
});

Deno.test("who would wait longer than they can is told for how long, and takes no place", () => {
  const time = virtualTime(opening);
  const meters = virtualMeters(time);
  for (let call = 0; call < 3; call++) meters.reserve(pace);
  const impatient = { ...pace, p_longest_wait_seconds: 10 };
  assert.deepEqual([meters.reserve(impatient), meters.reserve(impatient), time.passed], [60, 60, 0]);
  time.advance(55_000);
  assert.equal(meters.reserve(impatient), 0);
  assert.equal(time.passed, 60_000);
});

Deno.test("units weigh as they are asked for", () => {
  const time = virtualTime(opening);
  const meters = virtualMeters(time);
  for (const p_units of [2, 1, 2]) meters.reserve({ ...pace, p_units });
  assert.equal(time.passed, 60_000);
});

Deno.test("what the platform said to wait is waited, and a learnt pace outlives what callers believe", () => {
  const time = virtualTime(opening);
  const meters = virtualMeters(time);
  meters.holdBack({ p_key: pace.p_key, p_seconds: 30, p_allowed: 1, p_period_seconds: 60 });
  meters.reserve(pace);
  assert.equal(time.passed, 30_000);
  meters.reserve(pace);
  assert.equal(time.passed, 90_000);
});
