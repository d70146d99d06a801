import assert from "node:assert/strict";
import { PlatformTime } from "./scaled_time.ts";

Deno.test("platform time runs at its pace, jumps, and keeps what it has shown when the pace changes", () => {
  let machine = 1_000_000;
  const time = new PlatformTime(8, () => machine);
  assert.equal(time.now().getTime(), 1_000_000);
  machine += 500;
  assert.equal(time.now().getTime(), 1_004_000);
  time.advance(60);
  assert.equal(time.now().getTime(), 1_064_000);
  time.runAt(1);
  assert.deepEqual([time.scale, time.now().getTime()], [1, 1_064_000]);
  machine += 500;
  assert.equal(time.now().getTime(), 1_064_500);
});
