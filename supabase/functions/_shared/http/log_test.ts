import assert from "node:assert/strict";
import { createLog, type LogLevel } from "./log.ts";
import { LOG_FIELDS, type LogFields } from "./log_fields.ts";
import { PipelineError } from "./problem.ts";

const instant = new Date("2026-11-23T09:00:00Z");

function capture(level?: LogLevel) {
  const lines: string[] = [];
  const log = createLog({ level, now: () => instant, write: (line) => lines.push(line) });
  return { log, lines, records: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

/** What must never be printed: tokens of every provider we meet, and content. */
const canaries = [
  "xoxb-1234567890-CANARY",
  "xoxe.xoxp-1-CANARY",
  "ya29.a0CANARY-abc_def",
  "1//0gCANARY",
  "ntn_canary1a2b3c4d5e6f",
  "secret_canary9a8b7c6d5e4f",
  "sk-ant-api03-CANARY",
  "re_canary4Xy7zQ1",
  "re_123abc456def789canary",
  "sb_secret_CANARYabc",
  "sb_publishable_CANARYabc",
  "eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkiOjF9.canary",
  "Bearer CANARY",
  "AKIACANARY00000000000",
  "canary@example.com",
  "Hi Ana, the CANARY offer is 4,000,000 EUR.\nBest, Bo",
  "<p>CANARY</p>",
  "https://hooks.slack.com/services/T0/B0/CANARY",
  "/api/chat.postMessage?token=CANARY",
  "postgres://user:CANARY@db/postgres",
  '{"canary":1}',
  "the canary said so",
];

Deno.test("a line is one JSON object with time, level, event and the allowed fields", () => {
  const { log, lines } = capture();
  log.info("ticket_ended", { kind: "sync_unit", outcome: "finished", duration_ms: 12, platform: "slack" });
  assert.equal(
    lines[0],
    '{"time":"2026-11-23T09:00:00.000Z","level":"info","event":"ticket_ended","kind":"sync_unit",' +
      '"outcome":"finished","duration_ms":12,"platform":"slack"}',
  );
});

Deno.test("levels below the chosen one are not written", () => {
  const { log, records } = capture("warn");
  log.debug("egress_answered");
  log.info("egress_answered");
  log.warn("egress_failed");
  log.error("ticket_failed");
  assert.deepEqual(records().map((line) => line.level), ["warn", "error"]);
});

Deno.test("bound fields are on every line and go through the same allow-list", () => {
  const { log, records } = capture();
  log.with({ kind: "sync_unit" }).with({ count: 2 }).info("tickets_claimed", { claimed: 1 });
  log.with({ user_id: "CANARY" }).info("tickets_claimed");
  assert.equal(records()[0]?.kind, "sync_unit");
  assert.equal(records()[0]?.count, 2);
  assert.equal(records()[1]?.user_id, "[masked]");
});

Deno.test("no canary is printed, whichever field, event, error or unknown name it is pushed through", () => {
  let pushed = 0;
  for (const canary of canaries) {
    const { log, lines } = capture("debug");
    const values: unknown[] = [
      canary,
      [canary],
      { canary },
      [{ canary }],
      Object.assign(new Error(canary), { canary }),
    ];
    for (const field of [...Object.keys(LOG_FIELDS), "error", "body", "token", "message", canary]) {
      for (const value of values) {
        const fields: LogFields = { [field]: value };
        for (const level of ["debug", "info", "warn", "error"] as const) log[level]("egress_failed", fields);
        log.with(fields).info("ticket_ended");
        pushed += 5;
      }
    }
    for (
      const text of [canary, `x\n    at f (file:///${canary}.ts:1:2)`, "x\n    at f (file:///canary.ts:1:2)"]
    ) {
      const problem = { code: canary, message: text, hint: canary, status: 500 };
      log.error("ticket_failed", { error: new PipelineError(problem, { cause: canary }) });
      const restacked = new Error("other");
      restacked.stack = text;
      log.error("ticket_failed", { error: restacked });
    }
    const named = new Error(canary);
    named.name = canary;
    log.error("ticket_failed", { error: named });
    log.error("ticket_failed", { error: canary });
    const fromOutside: Parameters<typeof log.info>[0] = JSON.parse(JSON.stringify(canary));
    log.info(fromOutside);
    const printed = lines.join("\n");
    assert.ok(lines.length > 0);
    assert.doesNotMatch(printed, /canary/i, `printed: ${lines.find((line) => /canary/i.test(line))}`);
  }
  assert.ok(pushed > 10_000, `${pushed} pushes`);
});

Deno.test("allowed values are not masked, so the test above does not pass by printing nothing", () => {
  const { log, records } = capture();
  log.info("egress_answered", {
    function: "execute-deliverable",
    host: "api.anthropic.com",
    operation: "/v1/data_sources/:id/query",
    method: "POST",
    status: 200,
    user_id: "6f9619ff-8b86-4011-b42d-00c04fc964ff",
    model: "claude-sonnet-5-5",
    variables: ["WAKE_UP_SECRET"],
    since: "2026-11-23T09:00:00.000Z",
    quarantined: false,
    cost_usd: 0.0123,
  });
  log.info("egress_answered", { host: "127.0.0.1:4010", operation: "/api/oauth.v2.access" });
  assert.doesNotMatch(JSON.stringify(records()), /masked|dropped/);
});

Deno.test("unknown fields are dropped and counted", () => {
  const { log, records } = capture();
  const rest = { count: 1, subject: "CANARY", html: "CANARY" };
  log.info("email_sent", rest);
  assert.deepEqual(records()[0], {
    time: instant.toISOString(),
    level: "info",
    event: "email_sent",
    count: 1,
    dropped: 2,
  });
});

Deno.test("an error is logged as its class, its code and its places, without its text", () => {
  const { log, records } = capture();
  log.error("ticket_failed", {
    error: new PipelineError({ code: "lease_lost", message: "CANARY", status: 409 }),
  });
  log.error("ticket_failed", { error: Object.assign(new Error("CANARY"), { code: "42501" }) });
  const [ours, database] = records();
  assert.equal(ours?.error, "PipelineError");
  assert.equal(ours?.error_code, "lease_lost");
  assert.match(String(ours?.at), /log_test\.ts:\d+/);
  assert.equal(database?.error_code, "42501");
});

Deno.test("a line never outgrows what a hosted log keeps", () => {
  const { log, lines } = capture();
  const variables = Array.from({ length: 50 }, () => "A_VERY_LONG_VARIABLE_NAME_OF_SOMEONE");
  for (let i = 0; i < 3; i += 1) log.info("function_cannot_start", { variables });
  const long = Array.from({ length: 5_000 }, () => variables[0] ?? "");
  log.info("function_cannot_start", { variables: long });
  for (const line of lines) assert.ok(line.length < 10_000, `${line.length}`);
});
