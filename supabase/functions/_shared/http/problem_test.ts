import assert from "node:assert/strict";
import { PipelineError, problemOf, problemResponse } from "./problem.ts";

const late = {
  code: "source_not_selected",
  message: "The source is not selected, so nothing was synced.",
  hint: "Select it first.",
  status: 409,
};

Deno.test("a problem becomes a JSON answer that nobody may cache", async () => {
  const response = problemResponse(late, { "x-request-id": "r1" });
  assert.equal(response.status, 409);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-request-id"), "r1");
  assert.deepEqual(await response.json(), { code: late.code, message: late.message, hint: late.hint });
});

Deno.test("an error of ours carries its problem, its pause and its cause, and answers without the cause", async () => {
  const error = new PipelineError(late, { cause: new Error("xoxb-CANARY"), retryAfterSeconds: 1.2 });
  assert.deepEqual(error.problem, late);
  const response = problemResponse(error);
  assert.equal(response.headers.get("retry-after"), "2");
  assert.doesNotMatch(await response.text(), /CANARY|stack|\.ts/);
});

Deno.test("the text of a foreign error never reaches a client", async () => {
  for (const foreign of [new Error("CANARY"), new TypeError("CANARY at /home/x.ts")]) {
    const response = problemResponse(foreign);
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.doesNotMatch(text, /CANARY|home/);
    assert.match(text, /internal_error/);
  }
  assert.equal(problemOf("CANARY").code, "internal_error");
});
