import assert from "node:assert/strict";
import { startStack } from "./stack.ts";

const fixtures = new URL("./fixtures/", import.meta.url);
const stack = await startStack({
  port: 0,
  loops: false,
  databaseUrl: Deno.env.get("STACK_TEST_DATABASE_URL"),
  migrations: new URL("migrations/", fixtures),
  functions: { folder: fixtures, wallClockSeconds: 60 },
  env: { EXTRA: "given" },
});
Deno.test.afterAll(() => stack.close());

Deno.test("a person who signs up sees their own rows through supabase-js, nobody else's", async () => {
  const [one, two] = [
    await stack.signUp(`${crypto.randomUUID()}@a.example`, "a long password"),
    await stack.signUp(`${crypto.randomUUID()}@b.example`, "a long password"),
  ];
  assert.notEqual(one.userId, two.userId);
  assert.equal(
    (await stack.client(one.accessToken).from("calls").insert({ user_id: one.userId })).error,
    null,
  );
  assert.equal((await stack.client(one.accessToken).from("calls").select()).data?.length, 1);
  assert.deepEqual((await stack.client(two.accessToken).from("calls").select()).data, []);
  assert.equal((await stack.client().from("calls").select()).error?.code, "42501");
  assert.equal((await stack.admin().from("calls").select()).error, null);
});

Deno.test("cron wakes a function through pg_net with what the Vault holds, cranked by hand", async () => {
  assert.deepEqual(await stack.cron.run("call"), { jobname: "call", status: "succeeded", message: "1 rows" });
  assert.equal(await stack.net.queued(), 1);
  await stack.settle();
  assert.equal(await stack.net.queued(), 0);
  const [answer] = await stack.database.query<{ status_code: number; content: string }>(
    "select status_code, content from net._http_response order by id desc limit 1",
  );
  assert.equal(answer?.status_code, 200);
  const seen = JSON.parse(answer.content);
  assert.deepEqual(JSON.parse(seen.body), { secret: stack.env.WAKE_UP_SECRET });
  assert.equal(seen.environment.SUPABASE_URL, stack.url);
  assert.equal(seen.environment.EXTRA, "given");
  assert.equal(JSON.parse(seen.environment.SUPABASE_SECRET_KEYS).default, stack.secretKey);
});

Deno.test("the second schema is open to the secret key and closed to people", async () => {
  const called = await stack.admin().schema("pipeline").rpc("call_probe", { p_path: "echo" });
  assert.equal(called.error, null);
  await stack.settle();
  const person = await stack.signUp(`${crypto.randomUUID()}@c.example`, "a long password");
  const refused = await stack.client(person.accessToken).schema("pipeline").rpc("call_probe", {
    p_path: "echo",
  });
  assert.equal(refused.error?.code, "42501");
  assert.equal(await stack.net.queued(), 0);
});

Deno.test("migrations that the database has had are not applied again", async () => {
  const { migrate } = await import("./database/migrate.ts");
  assert.deepEqual(stack.migrated.length === 0 || stack.migrated, [
    "20260101000000_extensions",
    "20260101000100_calls",
  ]);
  assert.deepEqual(await migrate(stack.database, { migrations: new URL("migrations/", fixtures) }), []);
});

Deno.test("a migration that fails is named with its line, and leaves nothing behind", async () => {
  const { migrate } = await import("./database/migrate.ts");
  const folder = new URL(`file://${await Deno.makeTempDir()}/`);
  await Deno.writeTextFile(
    new URL("29990101000000_broken.sql", folder),
    "create table public.half (id int);\nselect nonsense;\n",
  );
  await assert.rejects(
    migrate(stack.database, { migrations: folder }),
    /Migration 29990101000000_broken failed: .*nonsense.*line 2/,
  );
  assert.deepEqual(await stack.database.query("select to_regclass('public.half') as half"), [{ half: null }]);
  await Deno.remove(folder, { recursive: true });
});
