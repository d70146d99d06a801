import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { DataApi, newApiKeys } from "./data_api.ts";
import { openPglite } from "./database/pglite.ts";
import { openPostgres } from "./database/postgres.ts";
import { prepareDatabase } from "./database/prepare.ts";
import { startGateway } from "./gateway.ts";

const keys = newApiKeys();
// The same on a real Postgres, where nothing waits at the lock.
const databaseUrl = Deno.env.get("STACK_TEST_DATABASE_URL");
const database = databaseUrl === undefined ? await openPglite() : await openPostgres(databaseUrl);
const dataApi = new DataApi(database, keys);
await prepareDatabase(database, () => dataApi.ensureAuth());
const gateway = startGateway({
  database,
  dataApi,
  keys,
  port: 0,
  functions: {
    fetch: (name, request) => Promise.resolve(Response.json({ name, path: new URL(request.url).pathname })),
  },
});

Deno.test.afterAll(async () => {
  await gateway.close();
  await database.close();
});

function client(key: string, accessToken?: string): SupabaseClient {
  return createClient(gateway.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(accessToken === undefined ? {} : { accessToken: () => Promise.resolve(accessToken) }),
  });
}

async function signUp(email: string): Promise<{ id: string; client: SupabaseClient }> {
  const { data, error } = await client(keys.publishableKey).auth.signUp({
    email,
    password: "a long password",
  });
  assert.equal(error, null);
  assert.ok(data.session && data.user);
  return { id: data.user.id, client: client(keys.publishableKey, data.session.access_token) };
}

Deno.test("each key runs as its own role, even while no table has row level security", async () => {
  await database.script(`
    create function public.who_am_i() returns text language sql as $$ select current_user::text $$;
    grant execute on function public.who_am_i() to anon, authenticated, service_role;`);
  const user = await signUp("role@example.com");
  assert.equal((await client(keys.publishableKey).rpc("who_am_i")).data, "anon");
  assert.equal((await client(keys.secretKey).rpc("who_am_i")).data, "service_role");
  assert.equal((await user.client.rpc("who_am_i")).data, "authenticated");
  const without = await fetch(`${gateway.url}/rest/v1/rpc/who_am_i`, { method: "POST" });
  assert.equal(without.status, 401);
  await without.body?.cancel();
});

Deno.test("the first request grants nothing: a table without grants stays closed though it has row level security", async () => {
  await database.script(`
    create table public.closed (id int primary key);
    alter table public.closed enable row level security;
    create policy "all" on public.closed using (true);
    grant select on public.closed to service_role;`);
  assert.equal((await client(keys.publishableKey).from("closed").select()).error?.code, "42501");
  assert.equal((await client(keys.secretKey).from("closed").select()).error, null);
  assert.equal((await client(keys.secretKey).from("closed").insert({ id: 1 })).error?.code, "42501");
});

Deno.test("1,200 concurrent requests of two users and the service key: no row of another user, no wrong role", async () => {
  await database.script(`
    create table public.notes (id bigint generated always as identity, user_id uuid not null, body text);
    alter table public.notes enable row level security;
    create policy own on public.notes for all to authenticated using (user_id = (select auth.uid()));
    grant select, insert on public.notes to authenticated, service_role;
    create function public.my_notes() returns table (user_id uuid, role text) language sql stable as
      $$ select n.user_id, current_user::text from public.notes as n $$;
    grant execute on function public.my_notes() to authenticated, service_role;`);
  const users = [await signUp("one@example.com"), await signUp("two@example.com")];
  const service = client(keys.secretKey);
  for (const user of users) {
    const { error } = await service.from("notes").insert(
      [1, 2, 3].map((n) => ({ user_id: user.id, body: `${n}` })),
    );
    assert.equal(error, null);
  }
  let foreignRows = 0;
  let wrongRoles = 0;
  let failures = 0;
  const check = async (asked: SupabaseClient, role: string, rows: number, owner?: string) => {
    const { data, error } = await asked.rpc("my_notes");
    if (error || data.length !== rows) failures++;
    for (const row of data ?? []) {
      if (owner !== undefined && row.user_id !== owner) foreignRows++;
      if (row.role !== role) wrongRoles++;
    }
  };
  await Promise.all(Array.from({ length: 1_200 }, (_, index) => {
    const user = users[index % 3];
    return user ? check(user.client, "authenticated", 3, user.id) : check(service, "service_role", 6);
  }));
  assert.deepEqual({ foreignRows, wrongRoles, failures }, { foreignRows: 0, wrongRoles: 0, failures: 0 });
});

Deno.test("functions get their requests by name, an unknown path is 404, the root tells its health", async () => {
  const called = await (await fetch(`${gateway.url}/functions/v1/sync/now?x=1`)).json();
  assert.deepEqual(called, { name: "sync", path: "/functions/v1/sync/now" });
  const unknown = await fetch(`${gateway.url}/storage/v1/object`);
  assert.equal(unknown.status, 404);
  await unknown.body?.cancel();
  assert.deepEqual(await (await fetch(gateway.url)).json(), { status: "ok", database: database.kind });
});

Deno.test("the SQL console needs the secret key, answers every statement and leaves no transaction or role behind", async () => {
  const ask = (sql: string, key: string) =>
    fetch(`${gateway.url}/local/v1/sql`, {
      method: "POST",
      headers: { apikey: key },
      body: JSON.stringify({ sql }),
    });
  for (const key of ["", keys.publishableKey]) {
    const refused = await ask("select 1", key);
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
  }
  const answered =
    await (await ask("select 1 as a; select 9007199254740993 as b, '\\x00ff'::bytea as c", keys.secretKey))
      .json();
  assert.deepEqual(answered.results.map((result: { rows: unknown }) => result.rows), [
    [{ a: 1 }],
    [{ b: "9007199254740993", c: "\\x00ff" }],
  ]);
  await (await ask("begin; create table public.never (id int); set local role anon", keys.secretKey)).body
    ?.cancel();
  const after = await database.query(
    "select current_user::text as role, to_regclass('public.never') as never",
  );
  assert.deepEqual(after, [{ role: "postgres", never: null }]);
  const failed = await ask("select nonsense", keys.secretKey);
  assert.equal(failed.status, 400);
  assert.match((await failed.json()).message, /nonsense/);
});

Deno.test("a port that is taken is named when it was asked for, and passed over when it was not", async () => {
  const port = Number(new URL(gateway.url).port);
  const options = {
    database,
    dataApi,
    keys,
    functions: { fetch: () => Promise.reject(new Error("unused")) },
  };
  assert.throws(() => startGateway({ ...options, port }), new RegExp(`Port ${port} is taken`));
  const [first, second] = [startGateway(options), startGateway(options)];
  assert.notEqual(first.url, second.url);
  await Promise.all([first.close(), second.close()]);
});

Deno.test("a request that nobody answers does not keep a gateway from closing, and does not end the process", async () => {
  const never = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  const closing = startGateway({
    database,
    dataApi,
    keys,
    port: 0,
    functions: {
      fetch: () => {
        asked.resolve();
        return never.promise;
      },
    },
  });
  const answer = fetch(`${closing.url}/functions/v1/silent`);
  await asked.promise;
  await closing.close();
  never.resolve(new Response("at last"));
  assert.equal(await (await answer).text(), "at last");
});

Deno.test("who stands around the data API may answer in its place", async () => {
  const around = startGateway({
    database,
    dataApi,
    keys,
    port: 0,
    functions: { fetch: () => Promise.resolve(new Response()) },
    aroundData: async (request, answer) => {
      const { status } = await answer(request);
      return Response.json({ status }, { status: 502 });
    },
  });
  const answer = await fetch(`${around.url}/rest/v1/nothing`, { headers: { apikey: keys.secretKey } });
  assert.equal(answer.status, 502);
  assert.deepEqual(await answer.json(), { status: 404 });
  await around.close();
});
