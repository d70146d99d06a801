import assert from "node:assert/strict";
import { propertyLines, titleIn, unnamedIn } from "./property_text.ts";

const nothing = { nameOf: () => undefined, titleOf: () => undefined };
const text = (plain_text: string) => [{ plain_text }];
const line = (type: string, value: unknown, more: object = {}) =>
  propertyLines({ P: { id: "x", type, [type]: value, ...more } }, nothing)[0];

Deno.test("every type of property has its words, and an empty one has none", () => {
  const words: [type: string, value: unknown, shown: string | undefined][] = [
    ["rich_text", [...text("Seen "), ...text("twice")], "P: Seen twice"],
    ["number", 0, "P: 0"],
    ["number", null, undefined],
    ["checkbox", false, "P: false"],
    ["select", { name: "High" }, "P: High"],
    ["select", null, undefined],
    ["status", { name: "Done" }, "P: Done"],
    ["multi_select", [{ name: "a" }, { name: "b" }], "P: a, b"],
    ["date", { start: "2026-11-05", end: null }, "P: 2026-11-05"],
    ["date", { start: "2026-11-05", end: "2026-11-07" }, "P: 2026-11-05 → 2026-11-07"],
    ["people", [{ id: "u1", name: "Ana" }, { id: "u2" }], "P: Ana, u2"],
    ["created_by", { id: "u1", name: "Ana" }, "P: Ana"],
    ["files", [{ name: "a.txt", type: "file", file: { url: "https://signed/?secret=1" } }], "P: a.txt"],
    [
      "files",
      [{ name: "a.txt", external: { url: "https://x.example/a.txt" } }],
      "P: https://x.example/a.txt",
    ],
    ["url", "https://x.example", "P: https://x.example"],
    ["email", "a@b.example", "P: a@b.example"],
    ["phone_number", "+49 30", "P: +49 30"],
    ["unique_id", { prefix: "TASK", number: 7 }, "P: TASK-7"],
    ["unique_id", { prefix: null, number: 7 }, "P: 7"],
    ["created_time", "2026-11-05T10:00:00.000Z", "P: 2026-11-05T10:00:00.000Z"],
    ["formula", { type: "boolean", boolean: true }, "P: true"],
    ["formula", { type: "string", string: "P1 · Done" }, "P: P1 · Done"],
    ["formula", { type: "date", date: { start: "2026-11-05", end: null } }, "P: 2026-11-05"],
    ["rollup", { type: "number", number: 12, function: "sum" }, "P: 12"],
    [
      "rollup",
      { type: "array", array: [{ type: "title", title: text("A") }, { type: "number", number: 2 }] },
      "P: A, 2",
    ],
    ["relation", [], undefined],
    ["relation", [{ id: "1" }], "P: 1 page"],
    ["relation", [{ id: "1" }, { id: "2" }], "P: 2 pages"],
    ["verification", { state: "verified" }, "P: verified"],
    ["place", { name: "Office", address: "Street 1" }, "P: Office, Street 1"],
    ["button", {}, undefined],
    ["a_type_of_tomorrow", { any: "thing" }, undefined],
    ["number", { not: "a number" }, undefined],
  ];
  for (const [type, value, shown] of words) {
    assert.equal(line(type, value), shown, `${type} ${JSON.stringify(value)}`);
  }
});

Deno.test("related pages are named as far as they are known, and counted beyond", () => {
  const relation = Array.from({ length: 8 }, (_, at) => ({ id: `p${at}` }));
  const known = {
    ...nothing,
    titleOf: (id: string) => ["p0", "p1"].includes(id) ? `Title ${id}` : undefined,
  };
  const lines = (has_more: boolean) =>
    propertyLines({ R: { type: "relation", relation, has_more } }, known)[0];
  assert.equal(lines(false), "R: Title p0, Title p1 and 6 other pages");
  assert.equal(lines(true), "R: Title p0, Title p1 and 6 or more other pages");
  const { pages } = unnamedIn({ R: { type: "relation", relation } });
  assert.deepEqual(pages, ["p0", "p1", "p2", "p3", "p4"]);
});

Deno.test("the title is the property of type title, whatever its name", () => {
  assert.equal(titleIn({ "Task name": { type: "title", title: text(" Fix\n it ") } }), "Fix it");
  assert.equal(titleIn({ title: { type: "rich_text", rich_text: text("no") } }), "");
  assert.deepEqual(propertyLines({ Name: { type: "title", title: text("T") } }, nothing), []);
});

Deno.test("people without a name are asked about, those with one are not", () => {
  const properties = {
    Owner: { type: "people", people: [{ id: "u1" }, { id: "u2", name: "Bo" }] },
    Owners: {
      type: "rollup",
      rollup: { type: "array", array: [{ type: "people", people: [{ id: "u3" }] }] },
    },
  };
  assert.deepEqual(unnamedIn(properties).people, ["u1", "u3"]);
  const named = propertyLines(properties, { ...nothing, nameOf: (id) => `Name of ${id}` });
  assert.deepEqual(named, ["Owner: Name of u1, Bo", "Owners: Name of u3"]);
});
