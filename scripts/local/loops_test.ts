import assert from "node:assert/strict";
import { CronLoop } from "./cron_loop.ts";
import { openPglite } from "./database/pglite.ts";
import { prepareDatabase } from "./database/prepare.ts";
import { NetLoop } from "./net_loop.ts";

const database = await openPglite();
await prepareDatabase(database, async () => {
  await database.connection.exec("create schema if not exists auth");
});
await database.script(
  "create extension pg_cron; create extension pg_net with schema extensions; create extension supabase_vault",
);

interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}
const arrivals: Arrival[] = [];
let hold: Promise<void> | undefined;
const receiver = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
  const url = new URL(request.url);
  arrivals.push({
    method: request.method,
    path: url.pathname + url.search,
    headers: request.headers,
    body: await request.text(),
  });
  await hold;
  return Response.json({ seen: url.pathname }, { status: 202 });
});
const base = `http://127.0.0.1:${receiver.addr.port}`;

Deno.test.beforeEach(async () => {
  arrivals.length = 0;
  await database.script(
    "delete from net.http_request_queue; delete from net._http_response; delete from cron.job; delete from cron.job_run_details",
  );
});
Deno.test.afterAll(async () => {
  await receiver.shutdown();
  await database.close();
});

async function post(path: string, body: unknown = {}, timeout = 5_000): Promise<number> {
  const [row] = await database.query<{ id: number }>(
    'select net.http_post(url := $1, body := $2::jsonb, params := \'{"a b": "ü&="}\', headers := \'{"X-Mine": "1"}\', timeout_milliseconds := $3) as id',
    [base + path, JSON.stringify(body), timeout],
  );
  return row?.id ?? 0;
}

Deno.test("a post arrives with its body, headers and encoded parameters, and its answer can be read", async () => {
  const net = new NetLoop({ database });
  const id = await post("/one", { hello: "wörld" });
  assert.equal(await net.turn(), 1);
  assert.equal(arrivals[0]?.path, "/one?a%20b=%C3%BC%26%3D");
  assert.equal(arrivals[0]?.headers.get("x-mine"), "1");
  assert.equal(arrivals[0]?.headers.get("content-type"), "application/json");
  assert.deepEqual(JSON.parse(arrivals[0]?.body ?? ""), { hello: "wörld" });
  const [answer] = await database.query(
    "select status_code, content, timed_out, error_msg from net._http_response where id = $1",
    [id],
  );
  assert.deepEqual(answer, {
    status_code: 202,
    content: '{"seen":"/one"}',
    timed_out: false,
    error_msg: null,
  });
  assert.equal(await net.queued(), 0);
  assert.equal(await net.turn(), 0);
});

Deno.test("the request stays queued until its answer is in, and the database is free meanwhile", async () => {
  const net = new NetLoop({ database });
  const gate = Promise.withResolvers<void>();
  hold = gate.promise;
  await post("/slow");
  const turn = net.turn();
  while (arrivals.length === 0) await database.query("select 1");
  assert.equal(await net.queued(), 1);
  gate.resolve();
  await turn;
  hold = undefined;
  assert.equal(await net.queued(), 0);
});

Deno.test("a loop that dies within a batch sends the whole batch again", async () => {
  const gate = Promise.withResolvers<void>();
  hold = gate.promise;
  await post("/a");
  await post("/b");
  const dying = new AbortController();
  const turn = new NetLoop({ database }).turn(dying.signal);
  while (arrivals.length < 2) await database.query("select 1");
  dying.abort(new Error("killed"));
  await assert.rejects(turn, /killed/);
  gate.resolve();
  hold = undefined;
  assert.equal(await new NetLoop({ database }).turn(), 2);
  assert.deepEqual(arrivals.map((arrival) => arrival.path.slice(0, 2)).sort(), ["/a", "/a", "/b", "/b"]);
});

Deno.test("a timeout and a refused connection are written as such, and a bad content type is refused at once", async () => {
  const net = new NetLoop({ database });
  const gate = Promise.withResolvers<void>();
  hold = gate.promise;
  const late = await post("/late", {}, 50);
  const [nowhere] = await database.query<{ id: number }>("select net.http_get('http://127.0.0.1:1/') as id");
  await net.turn();
  gate.resolve();
  hold = undefined;
  const rows = await database.query<{ id: number; timed_out: boolean | null; error_msg: string | null }>(
    "select id, timed_out, error_msg from net._http_response order by id",
  );
  assert.deepEqual(rows[0], { id: late, timed_out: true, error_msg: "Timeout of 50 ms reached" });
  assert.equal(rows[1]?.id, nowhere?.id);
  assert.ok(rows[1]?.error_msg);
  await assert.rejects(
    database.query(`select net.http_post('${base}', '{}', '{}', '{"content-type": "text/plain"}')`),
    /Content-Type header must be 'application\/json'/,
  );
});

Deno.test("faults drop a request without a trace or send it twice", async () => {
  const net = new NetLoop({
    database,
    drop: (request) => request.url.includes("/lost"),
    duplicate: (request) => request.url.includes("/twice"),
  });
  await post("/lost");
  await post("/twice");
  assert.equal(await net.turn(), 2);
  assert.deepEqual(arrivals.map((arrival) => arrival.path.split("?")[0]), ["/twice", "/twice"]);
  assert.equal((await database.query("select from net._http_response")).length, 1);
});

Deno.test("running by itself it wakes at the commit, without waiting for its next look", async () => {
  const net = new NetLoop({ database });
  await net.start();
  const began = Date.now();
  await post("/awake");
  while (arrivals.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(Date.now() - began < 2_000);
  await net.stop();
});

Deno.test("a cron job runs as its own user, and its details are written, success or failure", async () => {
  const cron = new CronLoop({ database });
  await database.script(`
    create table public.ran (who text);
    grant insert on public.ran to service_role;
    set role service_role;
    select cron.schedule('good', '5 seconds', $$insert into public.ran values (current_user)$$);
    select cron.schedule('bad', '* * * * *', $$select 1/0$$);`);
  assert.equal((await cron.run("good")).status, "succeeded");
  assert.deepEqual(await cron.run("bad"), {
    jobname: "bad",
    status: "failed",
    message: "ERROR:  division by zero",
  });
  assert.deepEqual(await database.query("select who from public.ran"), [{ who: "service_role" }]);
  const details = await database.query(
    "select status, return_message, username from cron.job_run_details order by runid",
  );
  assert.deepEqual(details, [
    { status: "succeeded", return_message: "1 rows", username: "service_role" },
    { status: "failed", return_message: "ERROR:  division by zero", username: "service_role" },
  ]);
  await assert.rejects(cron.run("none"), /no job 'none'/);
});

Deno.test("due jobs run once per slot, a changed schedule is picked up, an unscheduled job stops", async () => {
  const cron = new CronLoop({ database });
  const start = new Date("2026-11-01T00:00:00Z").getTime();
  const second = async (n: number) => {
    await cron.look(new Date(start + n * 1_000));
    await cron.idle();
  };
  const runs = async () => (await database.query("select from cron.job_run_details")).length;
  await database.query("select cron.schedule('tick', '5 seconds', 'select 1')");
  for (let n = 0; n <= 10; n++) await second(n);
  assert.equal(await runs(), 2);
  await database.query("select cron.schedule('tick', '* * * * *', 'select 1')");
  for (let n = 11; n <= 60; n++) await second(n);
  assert.equal(await runs(), 3);
  await database.query("select cron.unschedule('tick')");
  for (let n = 61; n <= 120; n++) await second(n);
  assert.equal(await runs(), 3);
});

Deno.test("a schedule that pg_cron would refuse is refused, and the ones it takes are taken", async () => {
  for (
    const bad of [
      "61 * * * *",
      "* * * *",
      "60 seconds",
      "0 seconds",
      "* 24 * * *",
      "*/0 * * * *",
      "5-1 * * * *",
      "x",
    ]
  ) {
    await assert.rejects(
      database.query("select cron.schedule('bad', $1, 'select 1')", [bad]),
      /invalid schedule/,
      bad,
    );
  }
  for (const good of ["59 seconds", "*/5 * * * *", "0,30 8-18 * jan-mar mon-fri", "0 0 $ * *", "1 second"]) {
    await database.query("select cron.schedule('good', $1, 'select 1')", [good]);
  }
  assert.deepEqual(await database.query("select schedule from cron.job"), [{ schedule: "1 second" }]);
});

Deno.test("Vault gives a secret back to its owner only, and not in clear in its table", async () => {
  await database.query("select vault.create_secret('s3cret', 'mine', 'a test')");
  const read = "select decrypted_secret from vault.decrypted_secrets where name = 'mine'";
  assert.deepEqual(await database.query(read), [{ decrypted_secret: "s3cret" }]);
  const [stored] = await database.query<{ id: string; secret: string }>(
    "select id, secret from vault.secrets where name = 'mine'",
  );
  assert.ok(stored && !atob(stored.secret.replaceAll("\n", "")).includes("s3cret"));
  await database.query("select vault.update_secret($1, 'another')", [stored.id]);
  assert.deepEqual(await database.query(read), [{ decrypted_secret: "another" }]);
  await assert.rejects(database.script(read, { role: "service_role" }), /permission denied/);
  await assert.rejects(
    database.script("select vault.create_secret('x')", { role: "service_role" }),
    /permission denied/,
  );
});
