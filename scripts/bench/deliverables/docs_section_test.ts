import assert from "node:assert/strict";
import { withFigures } from "./docs_section.ts";

const report = {
  benchmark: "bench:deliverables",
  measuredOn: "this machine",
  at: "2027-01-04T06:00:00.000Z",
  figures: [{ name: "overhead p50", value: 321.4, unit: "ms", aim: { atMost: 1000 }, conditions: "a | b" }],
};
const page = (between: string) =>
  `# Page\n\n<!-- bench:deliverables: this table is written by --docs -->${between}<!-- bench:deliverables: end -->\n\nAfter.\n`;

Deno.test("the table replaces the one before, and what stands around it stays", () => {
  const written = withFigures(page("\n\nold\n\n"), report);
  assert.ok(written.includes("| overhead p50 | 321 ms | ≤ 1000 ms ✓ | a \\| b |"));
  assert.ok(written.includes("Measured at 2027-01-04 06:00 UTC on this machine."));
  assert.ok(!written.includes("old"));
  assert.ok(written.startsWith("# Page\n") && written.endsWith("\n\nAfter.\n"));
  assert.equal(withFigures(written, report), written);
});

Deno.test("a page without a place for the table is refused", () => {
  assert.throws(() => withFigures("# Page", report), /lacks/);
});
