import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { outcomeOf } from "./run_outcome.ts";

const raised = (code: string, retryAfterSeconds?: number) =>
  new PipelineError(
    { code, message: code, status: 400 },
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
const at = (now: string) => outcomeOf(raised("budget_exceeded"), new Date(now));

Deno.test("who is over the day's budget waits for midnight UTC and is told so", () => {
  const seconds = (now: string) => {
    const outcome = at(now);
    assert.equal(outcome.outcome === "yield" && outcome.reason.code, "deferred_budget");
    return outcome.outcome === "yield" ? outcome.afterSeconds : 0;
  };
  assert.equal(seconds("2026-11-23T09:00:00Z"), 15 * 3600);
  assert.equal(seconds("2026-11-23T23:59:59.5Z"), 1);
  assert.equal(seconds("2026-11-23T00:00:00Z"), 24 * 3600);
});

Deno.test("an overloaded model is waited for, half a minute when it does not say how long", () => {
  const wait = (seconds?: number) => {
    const outcome = outcomeOf(raised("model_overloaded", seconds), new Date());
    return outcome.outcome === "yield" ? outcome.afterSeconds : undefined;
  };
  assert.deepEqual([wait(11), wait()], [11, 30]);
});

Deno.test("what another attempt would meet again ends the run for good; the rest spends an attempt", () => {
  for (
    const code of [
      "model_declined",
      "model_out_of_credit",
      "run_budget_exceeded",
      "type_config_invalid",
      "unknown_backtest",
    ]
  ) {
    const outcome = outcomeOf(raised(code), new Date());
    assert.ok(outcome.outcome === "failed" && outcome.final, code);
  }
  for (
    const thrown of [
      raised("draft_too_short"),
      raised("model_unreachable"),
      raised("citation_not_evidenced"),
      new Error("?"),
    ]
  ) {
    assert.throws(() => outcomeOf(thrown, new Date()), (again) => again === thrown);
  }
});
