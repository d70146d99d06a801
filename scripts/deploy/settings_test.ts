import assert from "node:assert/strict";
import { variableSource } from "./dotenv_file.ts";
import { projectFolder } from "../postgres/installation.ts";
import { readSettings } from "./settings.ts";

const complete: Readonly<Record<string, string>> = {
  SUPABASE_PROJECT_REF: "abcdefghijklmnopqrst",
  SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`,
  WAKE_UP_SECRET: "a-wake-up-secret-of-ours",
  INTEGRATION_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  ANTHROPIC_API_KEY: "sk-ant-1",
  RESEND_API_KEY: "re_1",
  RESEND_FROM_EMAIL: "Digest <digest@example.com>",
};
const read = (variables: Readonly<Record<string, string>>) =>
  readSettings(projectFolder(), variableSource((name) => variables[name], {}));

async function complaintsOf(variables: Readonly<Record<string, string>>): Promise<string> {
  const result = await read(variables);
  assert.ok(!result.ok, "these settings should not do");
  return result.complaints.join("\n");
}

Deno.test("an empty environment is told everything that a deployment needs first", async () => {
  const complaints = await complaintsOf({});
  for (const name of ["SUPABASE_PROJECT_REF", "SUPABASE_ACCESS_TOKEN", "RESEND_API_KEY"]) {
    assert.match(complaints, new RegExp(`^${name} is missing`, "m"));
  }
});

Deno.test("all that is missing is told at once, with the functions that want it", async () => {
  const complaints = await complaintsOf({ SUPABASE_PROJECT_REF: "abcdefghijklmnopqrst" });
  for (
    const name of [
      "SUPABASE_ACCESS_TOKEN",
      "INTEGRATION_ENCRYPTION_KEY",
      "ANTHROPIC_API_KEY",
      "RESEND_API_KEY",
    ]
  ) {
    assert.match(complaints, new RegExp(`^${name} is missing`, "m"));
  }
  assert.match(complaints, /^RESEND_FROM_EMAIL .*Wanted by: execute-deliverable\.$/m);
  // No function embeds anything yet.
  assert.doesNotMatch(complaints, /OPENAI_API_KEY/);
});

Deno.test("a wrong value is named without being shown", async () => {
  const complaints = await complaintsOf({
    ...complete,
    WAKE_UP_SECRET: "short-secret",
    WALL_CLOCK_SECONDS: "9000",
    INTEGRATION_ENCRYPTION_KEY: "too-short-a-key",
  });
  assert.match(complaints, /WAKE_UP_SECRET is shorter than 16 characters/);
  assert.match(complaints, /WALL_CLOCK_SECONDS is above 400/);
  assert.match(complaints, /INTEGRATION_ENCRYPTION_KEY/);
  assert.doesNotMatch(complaints, /short-secret|9000|too-short-a-key/);
});

Deno.test("a base URL that points at this machine is refused for a hosted project", async () => {
  for (
    const url of ["http://127.0.0.1:4000", "http://localhost:1", "http://slack.localhost", "http://[::1]:3"]
  ) {
    assert.match(
      await complaintsOf({ ...complete, SLACK_BASE_URL: url }),
      /SLACK_BASE_URL points at this machine/,
    );
  }
  assert.ok((await read({ ...complete, ANTHROPIC_BASE_URL: "https://proxy.example.com" })).ok);
});

Deno.test("a missing wake-up secret is made anew, long and each time another", async () => {
  const { WAKE_UP_SECRET: _, ...rest } = complete;
  const [one, other] = [await read(rest), await read(rest)];
  assert.ok(one.ok && other.ok);
  assert.ok(one.settings.wakeUpSecretIsNew);
  assert.match(one.settings.wakeUpSecret, /^[\w-]{43}$/);
  assert.equal(one.settings.functionSecrets.get("WAKE_UP_SECRET"), one.settings.wakeUpSecret);
  assert.notEqual(one.settings.wakeUpSecret, other.settings.wakeUpSecret);
});

Deno.test("the database's password leaves its URL", async () => {
  const result = await read({
    ...complete,
    DEPLOY_DATABASE_URL: "postgresql://postgres:p%40ss@db.example.com:5432/postgres",
  });
  assert.ok(result.ok);
  assert.deepEqual(result.settings.database, {
    url: "postgresql://postgres@db.example.com:5432/postgres",
    password: "p@ss",
  });
});

Deno.test("whoever hosts Supabase needs no account, only the database and the functions' address", async () => {
  assert.match(
    await complaintsOf({ DEPLOY_DATABASE_URL: "postgresql://postgres@db/postgres" }),
    /DEPLOY_FUNCTIONS_URL is missing/,
  );
  const result = await read({
    DEPLOY_DATABASE_URL: "postgresql://postgres@db/postgres",
    DEPLOY_FUNCTIONS_URL: "http://kong:8000/functions/v1/",
  });
  assert.ok(result.ok);
  assert.equal(result.settings.hosted, undefined);
  assert.equal(result.settings.functionsUrl, "http://kong:8000/functions/v1");
});
