import assert from "node:assert/strict";
import { instantOf, rfc3339, wallOf } from "./zone.ts";

const zone = "Europe/Berlin";

Deno.test("wall and instant agree in summer, in winter and around midnight", () => {
  assert.equal(rfc3339(Date.UTC(2026, 6, 1, 8), zone), "2026-07-01T10:00:00+02:00");
  assert.equal(rfc3339(Date.UTC(2026, 11, 1, 23, 30), zone), "2026-12-02T00:30:00+01:00");
  assert.equal(rfc3339(Date.UTC(2026, 6, 1, 3), "America/New_York"), "2026-06-30T23:00:00-04:00");
  const wall = Date.UTC(2026, 10, 5, 9);
  assert.equal(wallOf(instantOf(wall, zone), zone), wall);
});

Deno.test("a wall time in a gap moves on by the gap, one in a fold is the first of the two", () => {
  assert.equal(rfc3339(instantOf(Date.UTC(2026, 2, 29, 2, 30), zone), zone), "2026-03-29T03:30:00+02:00");
  assert.equal(rfc3339(instantOf(Date.UTC(2026, 9, 25, 2, 30), zone), zone), "2026-10-25T02:30:00+02:00");
});
