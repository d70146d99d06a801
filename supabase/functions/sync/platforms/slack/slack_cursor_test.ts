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
  const read = { ...readCursor(null), newest: "1700000000.000001", known: ["1700000000.000001"] };
  assert.deepEqual(readCursor(JSON.parse(JSON.stringify(read))), read);
});
