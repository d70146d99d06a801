import assert from "node:assert/strict";
import { beginningOf, daysText, knownZone, spanText, wallAt } from "./wall_time.ts";

const at = (text: string) => Date.parse(text);

Deno.test("a day begins at its zone's midnight, on both sides of summer time", () => {
  const days = [
    ["2026-11-05", "Europe/Berlin", "2026-11-04T23:00:00Z"],
    ["2026-07-05", "Europe/Berlin", "2026-07-04T22:00:00Z"],
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z"],
    ["2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00Z"],
    ["2026-11-05", "Pacific/Kiritimati", "2026-11-04T10:00:00Z"],
    ["2026-11-05", "Pacific/Pago_Pago", "2026-11-05T11:00:00Z"],
    ["2026-11-05", "Asia/Kathmandu", "2026-11-04T18:15:00Z"],
    ["2026-11-05", "UTC", "2026-11-05T00:00:00Z"],
  ] as const;
  for (const [date, zone, instant] of days) {
    assert.equal(
      new Date(beginningOf(date, zone)).toISOString(),
      new Date(instant).toISOString(),
      `${date} ${zone}`,
    );
  }
});

Deno.test("where midnight is left out the day begins an hour later, and where it comes twice with the first", () => {
  // São Paulo began summer time at midnight: 4 November 2018 had no 00:00, and 18 February 2018 had 23:00 twice.
  assert.equal(beginningOf("2018-11-04", "America/Sao_Paulo"), at("2018-11-04T03:00:00Z"));
  assert.equal(new Date(wallAt(at("2018-11-04T03:00:00Z"), "America/Sao_Paulo")).getUTCHours(), 1);
  // Havana ends summer time at 01:00: 00:00 of 1 November 2026 comes twice.
  assert.equal(beginningOf("2026-11-01", "America/Havana"), at("2026-11-01T04:00:00Z"));
});

Deno.test("a span reads as a person would write it: one day, over midnight, over the end of summer time, a moment", () => {
  const zone = "Europe/Berlin";
  const span = (from: string, to: string) => spanText(at(from), at(to), zone);
  assert.equal(
    span("2026-11-05T13:00:00Z", "2026-11-05T14:30:00Z"),
    "Thu, 5 Nov 2026, 14:00–15:30 (Europe/Berlin)",
  );
  assert.equal(
    span("2026-12-31T21:00:00Z", "2027-01-01T00:30:00Z"),
    "Thu, 31 Dec 2026, 22:00 – Fri, 1 Jan 2027, 01:30 (Europe/Berlin)",
  );
  assert.equal(
    span("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    "Sun, 25 Oct 2026, 02:30–02:30 (Europe/Berlin)",
  );
  assert.equal(
    span("2026-11-05T13:00:00Z", "2026-11-05T13:00:00Z"),
    "Thu, 5 Nov 2026, 14:00 (Europe/Berlin)",
  );
});

Deno.test("whole days are named by the first and the last of them", () => {
  assert.equal(daysText("2026-11-05", "2026-11-06"), "Thu, 5 Nov 2026 (all day)");
  assert.equal(daysText("2026-11-05", "2026-11-08"), "Thu, 5 Nov 2026 – Sat, 7 Nov 2026 (all day)");
  assert.equal(daysText("2026-11-05", "2026-11-05"), "Thu, 5 Nov 2026 (all day)");
});

Deno.test("a zone that nobody knows is none", () => {
  assert.equal(knownZone("Europe/Berlin"), "Europe/Berlin");
  for (const name of [undefined, "", "Mars/Olympus", "x".repeat(5000)]) {
    assert.equal(knownZone(name), undefined);
  }
});
