import assert from "node:assert/strict";
import { type Correction, correctionLines } from "./correction_lines.ts";

const correction = (label: string, change: Correction["change"] = "edited"): Correction => ({
  version_number: 3,
  number: 2,
  content_id: "00000000-0000-4000-8000-000000000001",
  label,
  change,
});
const line = (label: string, zone = "UTC", change?: Correction["change"]) =>
  correctionLines([correction(label, change)], zone)[0]?.text;

Deno.test("a correction says in plain words what of which version was edited or deleted", () => {
  assert.equal(
    line("#launch, Ana, 2026-11-23 08:00 UTC"),
    "Since version 3: the message by Ana in #launch (Mon 23 Nov, 08:00) that it cited as [2] was edited",
  );
  assert.equal(
    line("#launch, Ana, 2026-11-23 23:30 UTC", "Asia/Tokyo", "deleted"),
    "Since version 3: the message by Ana in #launch (Tue 24 Nov, 08:30) that it cited as [2] was deleted",
  );
});

Deno.test("an unknown author, a place that is no channel, names with commas: each still reads as a sentence", () => {
  assert.match(line("#launch, 2026-11-23 08:00 UTC") ?? "", /: the message in #launch \(/);
  assert.match(
    line("#launch, Ana, PhD, 2026-11-23 08:00 UTC") ?? "",
    /: the message by Ana, PhD in #launch \(/,
  );
  assert.match(line("Roadmap, Q4, 2026-11-23 08:00 UTC") ?? "", /: the item from Roadmap, Q4 \(/);
  assert.match(line("whatever") ?? "", /: what stands in whatever that it cited/);
});

Deno.test("each correction keeps its place, by which it is told once", () => {
  const lines = correctionLines([correction("#a, 2026-11-23 08:00 UTC"), {
    ...correction("#b, 2026-11-23 08:00 UTC"),
    number: 5,
  }], "UTC");
  assert.deepEqual(lines.map(({ version_number, number }) => [version_number, number]), [[3, 2], [3, 5]]);
});

Deno.test("a name as long as somebody liked, on several lines, stays one short line", () => {
  const text = line(`#x, ${"very ".repeat(200)}\nlong, 2026-11-23 08:00 UTC`) ?? "";
  assert.ok(text.length < 300 && !text.includes("\n"), text);
});
