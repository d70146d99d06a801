import assert from "node:assert/strict";
import { environmentReader, VARIABLES } from "./environment.ts";
import { PipelineError } from "./problem.ts";

const from = (values: Record<string, string>) => (name: string) => values[name];

function failure(read: () => unknown): PipelineError {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof PipelineError);
    return error;
  }
  throw new Error("The environment was accepted");
}

Deno.test("a missing variable is named with its purpose and where to set it", () => {
  const error = failure(environmentReader("sync", ["WAKE_UP_SECRET"], from({})));
  assert.equal(
    error.message,
    "Cannot start 'sync': WAKE_UP_SECRET is missing; it verifies that a wake-up comes from this project's database. " +
      "It is set with 'supabase secrets set WAKE_UP_SECRET=…' when hosted, or in .env locally. Nothing was changed.",
  );
  assert.equal(error.code, "environment_incomplete");
  assert.equal(error.status, 503);
  assert.deepEqual(error.details, { variables: ["WAKE_UP_SECRET"] });
});

Deno.test("every missing or wrong variable is named at once, and no value is repeated", () => {
  const read = environmentReader(
    "sync",
    ["SUPABASE_URL", "SUPABASE_SECRET_KEYS", "WAKE_UP_SECRET", "WALL_CLOCK_SECONDS"],
    from({
      SUPABASE_URL: "CANARY",
      SUPABASE_SECRET_KEYS: '{"other":"CANARY"}',
      WAKE_UP_SECRET: "CANARY",
      WALL_CLOCK_SECONDS: "CANARY",
    }),
  );
  const { message, details } = failure(read);
  for (
    const part of [
      "SUPABASE_URL is not a URL",
      'a key "default"',
      "shorter than 16",
      "WALL_CLOCK_SECONDS is not a number",
    ]
  ) {
    assert.ok(message.includes(part), `${part} in: ${message}`);
  }
  assert.doesNotMatch(message + JSON.stringify(details), /CANARY/);
});

Deno.test("an empty variable counts as missing, and as absent when it is optional", () => {
  assert.match(
    failure(environmentReader("sync", ["RESEND_API_KEY"], from({ RESEND_API_KEY: "  " }))).message,
    /is missing/,
  );
  const read = environmentReader(
    "sync",
    ["SLACK_BASE_URL", "WALL_CLOCK_SECONDS", "MODEL_WRITER"],
    from({ SLACK_BASE_URL: "" }),
  );
  assert.deepEqual(read(), {
    SLACK_BASE_URL: undefined,
    WALL_CLOCK_SECONDS: 150,
    MODEL_WRITER: "claude-sonnet-5-5",
  });
});

Deno.test("the database key is the default one of the named keys, else the legacy service role key", () => {
  const names = ["SUPABASE_SECRET_KEYS"] as const;
  const keys = '{"default":"sb_secret_a","cron":"sb_secret_b"}';
  const both = from({ SUPABASE_SECRET_KEYS: keys, SUPABASE_SERVICE_ROLE_KEY: "legacy" });
  assert.equal(environmentReader("sync", names, both)().SUPABASE_SECRET_KEYS.default, "sb_secret_a");
  const legacy = from({ SUPABASE_SERVICE_ROLE_KEY: "legacy" });
  assert.equal(environmentReader("sync", names, legacy)().SUPABASE_SECRET_KEYS.default, "legacy");
});

Deno.test("variables are read at the first call, not before, and success is remembered", () => {
  const asked: string[] = [];
  const values: Record<string, string> = {};
  const read = environmentReader("sync", ["ANTHROPIC_API_KEY"], (name) => {
    asked.push(name);
    return values[name];
  });
  assert.deepEqual(asked, []);
  assert.throws(read);
  values.ANTHROPIC_API_KEY = "key";
  const first = read();
  assert.equal(first.ANTHROPIC_API_KEY, "key");
  const before = asked.length;
  assert.equal(read(), first);
  assert.equal(asked.length, before);
});

Deno.test("base URLs lose their trailing slash and the wall clock stays within the platform's limits", () => {
  const read = environmentReader(
    "sync",
    ["SLACK_BASE_URL", "WALL_CLOCK_SECONDS"],
    from({
      SLACK_BASE_URL: "http://127.0.0.1:4010//",
      WALL_CLOCK_SECONDS: "400",
    }),
  );
  assert.deepEqual(read(), { SLACK_BASE_URL: "http://127.0.0.1:4010", WALL_CLOCK_SECONDS: 400 });
  for (const seconds of ["0", "401", "1.5", "-1", "1e9"]) {
    failure(environmentReader("sync", ["WALL_CLOCK_SECONDS"], from({ WALL_CLOCK_SECONDS: seconds })));
  }
});

Deno.test("every variable's purpose completes a sentence", () => {
  for (const [name, variable] of Object.entries(VARIABLES)) {
    assert.match(variable.purpose, /^[a-z]+s (?!.*\.$)/, name);
  }
});

Deno.test("budgets are dollars by plan; a plan that is not named keeps its own, and anything else is refused", () => {
  const read = (value: string) =>
    environmentReader(
      "execute-deliverable",
      ["MODEL_SPEND_PER_DAY_USD"],
      from({ MODEL_SPEND_PER_DAY_USD: value }),
    )()
      .MODEL_SPEND_PER_DAY_USD;
  assert.deepEqual(read("free=0.50, starter=2,pro=10"), { free: 0.5, starter: 2, pro: 10 });
  assert.deepEqual(read("pro=25"), { pro: 25 });
  for (const wrong of ["10", "free=", "free=-1", "gold=5", "free=0.5;pro=2"]) {
    assert.match(failure(() => read(wrong)).message, /is not a list such as 'free=0\.50,starter=2,pro=10'/);
  }
});
