/** A Postgres that dies and comes back, under a stack's connections. It needs a cluster of its own to kill. */
import assert from "node:assert/strict";
import { openPostgres } from "../scripts/local/database/postgres.ts";
import { startCluster } from "../scripts/postgres/cluster.ts";
import { prepare } from "../scripts/postgres/prepare.ts";

Deno.test({
  name:
    "a crash of Postgres costs the work in flight and nothing else: every caller is answered, all connections come back",
  // CI runs this where Postgres 17 is there to be crashed; its rows are in no way those of DATABASE_URL.
  ignore: Deno.env.get("DATABASE_URL") === undefined,
  async fn() {
    await using resources = new AsyncDisposableStack();
    const cluster = await startCluster(await prepare(), { durable: true, authStub: false });
    resources.defer(() => cluster.stop());
    const database = await openPostgres(cluster.databaseUrl);
    resources.defer(() => database.close());
    await database.script("create table public.kept (id int primary key)");
    let heard = 0;
    await database.listen("news", () => heard++);

    // More than there are sessions, so that some wait for one; in transactions, so that some are lost between statements.
    const under = Promise.withResolvers<void>();
    const work = Array.from({ length: 40 }, (_, id) =>
      database.transaction(async (transaction) => {
        await transaction.query("insert into public.kept values ($1)", [id]);
        under.resolve();
        await transaction.query("select pg_sleep(0.2)");
        await transaction.query("insert into public.kept values ($1)", [id + 1000]);
      }));
    const outcomes = Promise.allSettled(work);
    await under.promise;
    await cluster.crash();
    await assert.rejects(database.query("select 1"), "it is down");
    await cluster.restart();
    const lost = (await outcomes).filter(({ status }) => status === "rejected").length;
    assert.ok(lost > 0, "some were in flight");

    const [kept] = await database.query<{ count: number; halves: number }>(
      `select count(*)::int as count,
              count(*) filter (where not exists (select from public.kept o where o.id = (k.id + 1000) % 2000))::int as halves
         from public.kept k`,
    );
    assert.deepEqual(
      kept,
      { count: (40 - lost) * 2, halves: 0 },
      "what committed is whole, what did not is gone",
    );
    await Promise.all(Array.from({ length: 40 }, () => database.query("select 1")));
    while (heard === 0) await database.query("select pg_notify('news', '')");
  },
});
