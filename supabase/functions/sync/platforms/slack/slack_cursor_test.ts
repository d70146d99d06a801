import assert from "node:assert/strict";
import { readCursor } from "./slack_cursor.ts";

Deno.test("a cursor that is not of this shape means that the channel is read from its start", () => {
  const unread = readCursor(null);
  assert.deepEqual([unread.newest, unread.gaps, unread.threads, unread.pass], [null, [], [], null]);
  const ofVersion1 = { newest: "1700000000.000001", gaps: [], threads: [] };
  for (const stored of [{}, "x", [], 7, ofVersion1, { ...unread, version: 1 }, { ...unread, newest: "1" }]) {
    assert.deepEqual(readCursor(stored), unread);
  }
});

Deno.test("a cursor survives being stored", () => {
  const read = { ...readCursor(null), newest: "1700000000.000001", known: "gqmqj4kcu9" };
  assert.deepEqual(readCursor(JSON.parse(JSON.stringify(read))), read);
});

Deno.test("a cursor that holds as much as it ever may stays below 60 kB", () => {
  const ts = "1700000000.000001";
  const at = "2026-11-05T10:00:00.000Z";
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const days = Object.fromEntries(many(32, 0).map((_, day) => [20_000 + day, 4_294_967_295]));
  const band = { from: ts, before: ts, checks: true, day: 20_000, partial: days };
  const left = {
    messages: 1000,
    head: 5,
    suspects: 10,
    month: 20,
    quarter: 4,
    deep: 2,
    reviews: 1000,
    checks: 150,
  };
  const full = {
    ...readCursor(null),
    newest: ts,
    oldest: ts,
    gaps: many(51, { from: ts, before: ts }),
    pass: { at, left, calls: 9999, found: 9999, bandsOpened: true },
    head: { from: ts, before: ts },
    bands: { month: band, quarter: band, deep: band },
    begun: { month: at, quarter: at, deep: at, checks: at, slow: at, taught: at },
    days,
    suspects: many(20, { before: ts, left: 2, pass: at }),
    // As many as wait at most, those of a page, and those that are looked at again.
    threads: many(700, ts),
    reading: { after: ts, replies: 9999 },
    doubted: many(200, { ts, left: 2, pass: at }),
    known: "z".repeat(19_000),
    unstored: many(50, [ts, `9999:${ts}`]),
    strangers: { since: at, ids: many(100, "U0123456789") },
    doubt: `thread ${ts} ${ts}`,
  };
  assert.ok(JSON.stringify(full).length < 60_000, `${JSON.stringify(full).length} bytes`);
  assert.deepEqual(readCursor(full), full);
});
