import assert from "node:assert/strict";
import type { SourceToRead } from "../connector.ts";
import { openRound, orderOf, readCursor } from "./notion_cursor.ts";

const at = (text: string) => ({ startedAt: new Date(text) });
const unit = (pages: number) => ({
  id: "workspace",
  sources: Array.from({ length: pages }, (_, nth): SourceToRead => ({
    ...{ externalId: String(nth), kind: "page", name: "", metadata: {} },
  })),
});

Deno.test("a cursor of another shape means that everything is looked at again", () => {
  const fresh = readCursor(null);
  for (const odd of [{}, { version: 2 }, "2026-11-05", [], { ...fresh, round: { began: "now" } }]) {
    assert.deepEqual(readCursor(odd), fresh);
  }
  const kept = { ...fresh, watermark: "2026-11-05T10:00:00.000Z", failing: ["x"] };
  assert.deepEqual(readCursor(JSON.parse(JSON.stringify(kept))), kept);
});

Deno.test("a round looks at everything when there was none, and once a day", () => {
  const first = openRound(readCursor(null), unit(40), at("2026-11-05T10:00:00Z"));
  assert.deepEqual([first.full, first.pages], [true, "every"]);
  const known = { ...readCursor(null), watermark: first.began, reviewed: first.began, rounds: 1 };
  const later = openRound(known, unit(40), at("2026-11-05T16:00:00Z"));
  assert.deepEqual([later.full, later.pages, later.number], [false, "feed", 2]);
  const nextDay = openRound(known, unit(40), at("2026-11-06T09:55:00Z"));
  assert.deepEqual([nextDay.full, nextDay.pages], [true, "every"]);
});

Deno.test("a few pages are asked for one by one in every round", () => {
  const known = {
    ...readCursor(null),
    watermark: "2026-11-05T10:00:00.000Z",
    reviewed: "2026-11-05T10:00:00.000Z",
  };
  const kinds = [10, 11].map((pages) => openRound(known, unit(pages), at("2026-11-05T11:00:00Z")).pages);
  assert.deepEqual(kinds, ["every", "feed"]);
});

Deno.test("pages come before databases, each by id", () => {
  const order = [orderOf("database", "a"), orderOf("page", "b"), orderOf("page", "a")].toSorted();
  assert.deepEqual(order, [orderOf("page", "a"), orderOf("page", "b"), orderOf("database", "a")]);
});
