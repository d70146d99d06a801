import assert from "node:assert/strict";
import { textTable } from "./text_table.ts";

Deno.test("rows become a table: numbers to the right, nothing shown as nothing, long and broken lines cut", () => {
  const rows = [
    { id: 7, name: "Ana", data: { a: 1 } },
    { id: 1234, name: null, data: "x\n" + "y".repeat(200) },
  ];
  const [head, rule, first, second, total] = textTable({ columns: ["id", "name", "data"], rows, affected: 0 })
    .split("\n");
  assert.equal(head, "  id  name  data");
  assert.match(rule ?? "", /^─{4} {2}─{4} {2}─{80}$/);
  assert.equal(first, '   7  Ana   {"a":1}');
  assert.equal(second, `1234  ∅     x⏎${"y".repeat(77)}…`);
  assert.equal(total, "(2 rows)");
});

Deno.test("a statement without columns tells how many rows it wrote", () => {
  assert.equal(textTable({ columns: [], rows: [], affected: 1 }), "1 row written");
});
