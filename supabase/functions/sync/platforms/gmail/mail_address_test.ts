import assert from "node:assert/strict";
import { addressText, readAddresses } from "./mail_address.ts";

const read = (line: string) => readAddresses(line).map(({ name, address }) => [name, address]);

Deno.test("names and addresses are read in every way in which mail programs write them", () => {
  assert.deepEqual(read("Mika Lindqvist <Mika@Firm.Example>"), [["Mika Lindqvist", "mika@firm.example"]]);
  assert.deepEqual(read('"Lindqvist, Mika" <a@b.example>, c@d.example'), [
    ["Lindqvist, Mika", "a@b.example"],
    ["", "c@d.example"],
  ]);
  assert.deepEqual(read("<a@b.example>"), [["", "a@b.example"]]);
  assert.deepEqual(read("a@b.example (Mika (at home))"), [["Mika (at home)", "a@b.example"]]);
  assert.deepEqual(read("Team: a@b.example, Bo <c@d.example>;"), [["", "a@b.example"], [
    "Bo",
    "c@d.example",
  ]]);
  assert.deepEqual(read('"A \\"B\\" C" <a@b.example>'), [['A "B" C', "a@b.example"]]);
});

Deno.test("an encoded name is decoded after the list was cut, so that its comma is part of it", () => {
  assert.deepEqual(read("=?UTF-8?Q?M=C3=BCller=2C_Jan?= <a@b.example>, Bo <c@d.example>"), [
    ["Müller, Jan", "a@b.example"],
    ["Bo", "c@d.example"],
  ]);
});

Deno.test("a name that claims to be another address does not become the address", () => {
  assert.deepEqual(read('"ceo@firm.example" <evil@other.example>'), [[
    "ceo@firm.example",
    "evil@other.example",
  ]]);
  assert.deepEqual(read("undisclosed-recipients:;"), []);
  assert.deepEqual(read("not an address"), [["not an address", ""]]);
  assert.deepEqual(read("a <b>"), [["a", ""]]);
});

Deno.test("a list of ten thousand is cut, and brackets that never close end with the line", () => {
  assert.equal(readAddresses("a@b.example,".repeat(10_000)).length, 50);
  assert.deepEqual(read('"never closed <a@b.example>'), [["never closed <a@b.example>", ""]]);
  assert.deepEqual(read("(".repeat(5_000) + "a@b.example"), []);
});

Deno.test("an address is written with its name, in quotes where that is needed to read it again", () => {
  for (const line of ["Mika Lindqvist <a@b.example>", '"Lindqvist, Mika" <a@b.example>', "a@b.example"]) {
    assert.deepEqual(readAddresses(line).map(addressText), [line]);
  }
});
