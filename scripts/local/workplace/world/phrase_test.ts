import assert from "node:assert/strict";
import { say } from "./phrase.ts";
import { seededRandom } from "./random.ts";

Deno.test("say() chooses among nested alternatives and fills in the facts", () => {
  const random = seededRandom("phrases");
  const said = new Set(
    Array.from({ length: 200 }, () => say(random, "{a {very |}good|bad} $thing", { thing: "day" })),
  );
  assert.deepEqual([...said].sort(), ["a good day", "a very good day", "bad day"]);
});

Deno.test("say() refuses a fact that nobody gave", () => {
  assert.throws(() => say(seededRandom(1), "$who said so", {}), /no fact named 'who'/);
});
