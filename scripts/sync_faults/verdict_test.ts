import assert from "node:assert/strict";
import { faultsOf, type HeldItem, isClean, judge, type WantedItem } from "./verdict.ts";

const wanted: WantedItem[] = [
  { key: "C1/1", sources: ["C1"], says: ["Ship *it* on Friday"], whole: "Ship *it* on Friday" },
  { key: "C1/2", sources: ["C1", "C2"], says: ["Rollback is done"], unsays: ["Rollback has begun"] },
];
const held: HeldItem[] = [
  { key: "C1/1", sources: ["C1"], title: "", content: "ship it\non  Friday!", at: 0, deleted: false },
  { key: "C1/2", sources: ["C2", "C1"], title: "Rollback", content: "is done.", at: 0, deleted: false },
];

function kinds(truth: readonly WantedItem[], store: readonly HeldItem[]): string[] {
  const verdict = judge(truth, store);
  assert.equal(isClean(verdict), faultsOf(verdict).length === 0);
  return faultsOf(verdict).map(({ kind, key }) => `${kind} ${key}`);
}

const with2 = (change: Partial<HeldItem>) => held.map((item, at) => at === 1 ? { ...item, ...change } : item);

Deno.test("what equals the truth up to markup, spaces and the order of sources is clean", () => {
  assert.deepEqual(kinds(wanted, held), []);
  assert.deepEqual([judge(wanted, held).wanted, judge(wanted, held).held], [2, 2]);
});

Deno.test("what is not held is missing", () => {
  assert.deepEqual(kinds(wanted, held.slice(1)), ["missing C1/1"]);
});

Deno.test("what is held as deleted and is there is a false delete, not missing", () => {
  assert.deepEqual(kinds(wanted, with2({ deleted: true })), ["falseDeletes C1/2"]);
});

Deno.test("what is held and not there is extra, unless it was deleted or left all sources", () => {
  assert.deepEqual(kinds(wanted.slice(0, 1), held), ["extra C1/2"]);
  assert.deepEqual(kinds(wanted.slice(0, 1), with2({ deleted: true })), []);
  assert.deepEqual(kinds(wanted.slice(0, 1), with2({ sources: [] })), []);
});

Deno.test("an old text, a lost text and a text with more than there is are stale", () => {
  assert.deepEqual(kinds(wanted, with2({ content: "has begun. Rollback is done." })), ["stale C1/2"]);
  assert.deepEqual(kinds(wanted, with2({ content: "was done." })), ["stale C1/2"]);
  const more = held.map((item, at) => at === 0 ? { ...item, content: "Ship it on Friday or Monday" } : item);
  assert.deepEqual(kinds(wanted, more), ["stale C1/1"]);
});

Deno.test("one source too many, too few or another one is wrong membership", () => {
  for (const sources of [["C1"], ["C1", "C2", "C3"], ["C1", "C3"], []]) {
    assert.deepEqual(kinds(wanted, with2({ sources })), ["wrongMembership C1/2"]);
  }
});

Deno.test("what is optional may be held or not, but not with a wrong text", () => {
  const optional = wanted.map((item) => ({ ...item, optional: true }));
  assert.deepEqual(kinds(optional, []), []);
  assert.deepEqual(kinds(optional, held), []);
  assert.deepEqual(kinds(optional, with2({ content: "was done." })), ["stale C1/2"]);
  assert.equal(judge(optional, held).wanted, 0);
});

Deno.test("what was cut at the database's length is not blamed for its lost end", () => {
  const long = "word ".repeat(3_000);
  const truth: WantedItem[] = [{ key: "p", sources: ["s"], says: [long, "the end"] }];
  const cut: HeldItem = {
    key: "p",
    sources: ["s"],
    title: "",
    content: long.slice(0, 10_000),
    at: 0,
    deleted: false,
  };
  assert.deepEqual(kinds(truth, [cut]), []);
  assert.deepEqual(kinds(truth, [{ ...cut, content: "word" }]), ["stale p"]);
});

Deno.test("what is held at another time is stale, where its time is known", () => {
  const timed = wanted.map((item) => ({ ...item, at: 1_000 }));
  assert.deepEqual(kinds(timed, held), ["stale C1/1", "stale C1/2"]);
  assert.deepEqual(kinds(timed, held.map((item) => ({ ...item, at: 1_000 }))), []);
});
