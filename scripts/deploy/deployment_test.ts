import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { secretsOf } from "../deploy.ts";
import { projectFolder } from "../postgres/installation.ts";
import { supabase } from "../supabase_cli.ts";
import { deploymentSteps } from "./deployment.ts";
import { readSettings, type Settings } from "./settings.ts";
import { HostedPlatform, REF, TOKEN } from "./stand_ins/hosted_platform.ts";
import { copyProject } from "./stand_ins/project_copy.ts";
import { redactor, runSteps, type Step } from "./step.ts";

const noWait = { attempts: 1, wait: () => Promise.resolve() };

/** Awkward on purpose: an env file, a shell or JSON would each break another one of them. */
const variables = {
  SUPABASE_PROJECT_REF: REF,
  SUPABASE_ACCESS_TOKEN: TOKEN,
  WAKE_UP_SECRET: 'wake-up "secret" # with $HOME \\ in it',
  INTEGRATION_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  ANTHROPIC_API_KEY: "sk-ant-not-a-key-0001",
  RESEND_API_KEY: "re_not_a_key_0002",
  RESEND_FROM_EMAIL: "O'Hara's pipeline <digest@example.com>",
  // These two are in many a shell, and are the platform's to set.
  SUPABASE_URL: "http://127.0.0.1:54321",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_of_another_place"}',
} as const;

async function settingsFor(workdir: string, platform: HostedPlatform, more: Record<string, string> = {}) {
  const values: Record<string, string> = {
    ...variables,
    DEPLOY_FUNCTIONS_URL: platform.functionsUrl,
    ...more,
  };
  const read = await readSettings(workdir, (name) => values[name], await platform.platform());
  assert.ok(read.ok, JSON.stringify(read));
  return read.settings;
}

async function run(settings: Settings, steps: readonly Step[]) {
  const lines: string[] = [];
  const done = await runSteps(steps, redactor(secretsOf(settings)), (line) => lines.push(line));
  return { done, output: lines.join("\n") };
}

/** Repeated in fewer steps, for time's sake. */
function withoutLinkAndMigrations(settings: Settings): Step[] {
  return deploymentSteps(settings, noWait).filter(({ title }) => !["link", "migrations"].includes(title));
}

/** A database with a Vault and nothing else: PGlite, and the SQL of the local stack's Vault. */
async function databaseWithVault(): Promise<PGlite> {
  const database = await PGlite.create({ extensions: { pgcrypto } });
  const vault = await Deno.readTextFile(
    join(projectFolder(), "scripts/local/extensions/supabase_vault--0.3.1.sql"),
  );
  await database.exec(
    "create schema extensions; create extension pgcrypto schema extensions; create schema vault;",
  );
  await database.exec(vault);
  return database;
}

Deno.test("a deployment by the real CLI uploads functions that boot and refuse strangers, sets our secrets only, and can be repeated", async () => {
  await using project = await copyProject();
  const database = await databaseWithVault();
  await using platform = new HostedPlatform({
    query: async (statement, parameters) => (await database.query(statement, [...parameters])).rows,
  });
  platform.secrets.set("WAKE_UP_SECRET_PREVIOUS", "of the last rotation");
  const settings = await settingsFor(project.workdir, platform);
  // A Postgres on a port is not at hand on every machine; whole_deployment_test.ts has the step with one.
  const steps = deploymentSteps(settings, noWait).filter(({ title }) => title !== "migrations");

  const first = await run(settings, steps);
  assert.ok(first.done, first.output);

  for (const name of settings.functionNames) {
    const upload = platform.uploads.get(name);
    assert.ok(upload, `${name} was not uploaded`);
    assert.equal(upload.metadata.verify_jwt, false);
    assert.equal(upload.metadata.import_map_path, "import_map.json");
    assert.equal(upload.metadata.entrypoint_path, `supabase/functions/${name}/index.ts`);
    for (const path of await localModules(project.workdir, upload.metadata.entrypoint_path)) {
      assert.ok(upload.files.has(path), `the upload of ${name} lacks ${path}`);
    }
  }
  assert.deepEqual(Object.fromEntries(platform.secrets), {
    WAKE_UP_SECRET: variables.WAKE_UP_SECRET,
    INTEGRATION_ENCRYPTION_KEY: variables.INTEGRATION_ENCRYPTION_KEY,
    ANTHROPIC_API_KEY: variables.ANTHROPIC_API_KEY,
    RESEND_API_KEY: variables.RESEND_API_KEY,
    RESEND_FROM_EMAIL: variables.RESEND_FROM_EMAIL,
  });
  assert.equal(platform.exposedSchemas, "public,graphql_public,pipeline");
  const inVault = "select name, decrypted_secret from vault.decrypted_secrets order by name";
  assert.deepEqual((await database.query(inVault)).rows, [
    { name: "functions_url", decrypted_secret: platform.functionsUrl },
    { name: "wake_up_secret", decrypted_secret: variables.WAKE_UP_SECRET },
  ]);

  platform.requests.length = 0;
  const second = await run(settings, withoutLinkAndMigrations({ ...settings, functionNames: ["sync"] }));
  assert.ok(second.done, second.output);
  assert.match(second.output, /functions_url unchanged, wake_up_secret unchanged/);
  assert.match(second.output, /already served/);
  assert.deepEqual(
    platform.requests.filter(({ method }) => method === "PATCH" || method === "DELETE"),
    [],
  );

  const rotated = await settingsFor(project.workdir, platform, {
    WAKE_UP_SECRET: "another-wake-up-secret",
    WAKE_UP_SECRET_PREVIOUS: variables.WAKE_UP_SECRET,
  });
  const third = await run(rotated, withoutLinkAndMigrations({ ...rotated, functionNames: ["sync"] }));
  assert.match(third.output, /functions_url unchanged, wake_up_secret changed/);
  assert.equal(platform.secrets.get("WAKE_UP_SECRET_PREVIOUS"), variables.WAKE_UP_SECRET);
  // The functions know the new secret before the database signs with it.
  const order = platform.requests.map(({ method, path, body }) =>
    `${method} ${path} ${body.includes("update_secret")}`
  );
  const lastUpload = order.findLastIndex((line) => line.startsWith("POST /functions/deploy"));
  assert.ok(order.findIndex((line) => line === "POST /database/query true") > lastUpload, order.join("\n"));

  for (const secret of [TOKEN, ...Object.values(variables).slice(2), "another-wake-up-secret"]) {
    for (const { output } of [first, second, third]) assert.ok(!output.includes(secret), output);
  }
  await database.close();
});

Deno.test("the CLI reads config.toml without a warning", async () => {
  await using project = await copyProject();
  await using platform = new HostedPlatform();
  const { profile } = await platform.platform();
  assert.ok(profile);
  const deploy = (slug: string) =>
    supabase(
      project.workdir,
      ["--profile", profile, "functions", "deploy", slug, "--use-api", `--remote=${REF}`, "--yes"],
      { SUPABASE_ACCESS_TOKEN: TOKEN },
    );
  const good = await deploy("sync");
  assert.equal(good.code, 0, good.stderr);
  assert.doesNotMatch(good.stderr, /WARN|not recognize|deprecated/);

  const path = join(project.workdir, "supabase/config.toml");
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace('policy = "per_worker"', 'policy = "sometimes"'));
  const bad = await deploy("sync");
  assert.notEqual(bad.code, 0);
  assert.match(bad.stderr, /edge_runtime\.policy/);
});

Deno.test("a deployment that cannot reach the database says what was done and what was not, and goes no further", async () => {
  await using project = await copyProject();
  await using platform = new HostedPlatform();
  const settings = await settingsFor(project.workdir, platform, {
    // Port 1 on loopback: nobody listens there.
    DEPLOY_DATABASE_URL: "postgresql://postgres:hunter2hunter2@127.0.0.1:1/postgres?sslmode=disable",
  });
  const { done, output } = await run(settings, deploymentSteps(settings, noWait));
  assert.equal(done, false);
  assert.match(output, /2\/7 migrations: .*\n {4}failed: .*supabase db push.* ended with code 1/);
  assert.match(output, /^Done: {5}link$/m);
  assert.match(output, /^Not done: migrations, data API, function secrets, functions, vault, check$/m);
  assert.doesNotMatch(output, /hunter2/);
  assert.deepEqual([platform.uploads.size, platform.secrets.size], [0, 0]);
});

Deno.test("a token that the platform refuses stops the deployment at its first step, and stays hidden", async () => {
  await using project = await copyProject();
  await using platform = new HostedPlatform();
  const token = TOKEN.replaceAll("0", "f");
  const settings = await settingsFor(project.workdir, platform, { SUPABASE_ACCESS_TOKEN: token });
  const { done, output } = await run(settings, deploymentSteps(settings, noWait));
  assert.equal(done, false);
  assert.match(output, /^Done: {5}nothing$/m);
  assert.ok(!output.includes(token));
});

/** The modules of this project that an entry reaches at run time, by Deno's own module graph. */
async function localModules(workdir: string, entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", "--no-lock", "--import-map=import_map.json", entry],
    cwd: workdir,
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { local?: string; specifier: string }[];
  };
  const real = await Deno.realPath(workdir);
  const found = modules.filter(({ specifier }) => specifier.startsWith("file:"))
    .map(({ specifier }) => relative(real, new URL(specifier).pathname));
  assert.ok(found.includes(entry));
  return found;
}
