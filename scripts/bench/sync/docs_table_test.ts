import assert from "node:assert/strict";
import { withTable } from "./docs_table.ts";
import { PEOPLE } from "./person.ts";

const [BEGIN, END] = ["<!-- bench:sync: this table is written by --docs -->", "<!-- bench:sync: end -->"];
const measured = {
  ...{ seconds: 3.14, byPlatform: {}, calls: 50, callsByMethod: {}, refused: 0, items: 10, turns: 20 },
  ...{ failed: [], peakBytes: 90 * 2 ** 20, cpuSeconds: 0.5, processes: 1 },
  floor: { seconds: 0.9, bound: "latency", calls: 40 },
};
const [person] = PEOPLE;
if (person === undefined) throw new TypeError("Nobody is measured");
const run = { person, first: measured, incremental: measured };
const facts = {
  at: new Date("2026-11-24T03:00:00Z"),
  measuredOn: "a machine",
  runs: [{ ...run, oneAtATime: false }, {
    ...run,
    oneAtATime: true,
    first: { ...measured, seconds: 26 },
  }],
};

Deno.test("the table takes the old one's place, and nothing else of the page changes", () => {
  const page = `# Page\n\n${BEGIN}\n\n| old |\n\n${END}\n\nThe rest\n`;
  const written = withTable(page, facts);
  assert.ok(written.startsWith(`# Page\n\n${BEGIN}\n`) && written.endsWith(`${END}\n\nThe rest\n`));
  assert.doesNotMatch(written, /old/);
  assert.match(
    written,
    /\| free, first \| 3\.1 s \| 0\.9 s \| 3\.49 × \| latency \| 26 s \| 50 \| 40 \| 0 \| 90 MB \| 25 ms \|/,
  );
  assert.equal(withTable(written, facts), written);
});

Deno.test("a page without a place for the table is refused", () => {
  assert.throws(() => withTable("# Page\n", facts), /lacks/);
});
