import assert from "node:assert/strict";
import postgres from "postgres";
import { openScene } from "./scene.ts";

/** Many sessions at once need a real Postgres; PGlite has one. */
const databaseUrl = Deno.env.get("DATABASE_URL");
const ignore = databaseUrl === undefined;

const sessions = 50;
const dayCap = 0.5;
const runCap = 0.25;
const dearest = 0.05;

/** A small generator with a seed, so that a run can be repeated as far as the sessions' order allows. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

interface Ledger {
  readonly sql: postgres.Sql;
  readonly user: string;
  /** What reserves: the pipeline's own function, or one that was broken on purpose. */
  readonly reserve: string;
}

/**
 * One run: it reserves, and then settles at less, settles as an estimate, or vanishes, until it is refused. Returns the
 * code of the refusal.
 */
async function run({ sql, user, reserve }: Ledger, ticket: number): Promise<string> {
  const roll = dice(ticket);
  for (;;) {
    const usd = (0.005 + roll() * (dearest - 0.005)).toFixed(6);
    const taken = await sql`
      select ${sql.unsafe(reserve)}(${user}, ${ticket}, 'write_deliverable', 'claude', ${usd}) as id`
      .catch((thrown: unknown) => {
        if (!(thrown instanceof postgres.PostgresError)) throw thrown;
        return JSON.parse(thrown.message).code as string;
      });
    if (typeof taken === "string") return taken;
    const id = taken[0]?.["id"];
    const fate = roll();
    if (fate < 0.2) {
      // Vanished without a word: ten minutes later its reservation counts no more.
      await sql`update pipeline.llm_usage set reserved_until = clock_timestamp() where id = ${id}`;
    } else {
      const share = fate < 0.3 ? 1 : roll();
      await sql`select pipeline.settle_spend(${id}, ${
        (Number(usd) * share).toFixed(6)
      }, 10, 10, p_estimated => ${fate < 0.3})`;
    }
  }
}

async function spentOf({ sql, user }: Ledger) {
  const [row] = await sql`
    select pipeline.spent_today(${user}) as today,
           (select count(*) from pipeline.llm_usage where user_id = ${user} and settled_at is null and reserved_until > clock_timestamp()) as live,
           (select max(pipeline.spent_by_run(ticket_id)) from pipeline.llm_usage where user_id = ${user}) as dearest_run`;
  return {
    today: Number(row?.["today"]),
    live: Number(row?.["live"]),
    dearestRun: Number(row?.["dearest_run"]),
  };
}

/** All runs at once, while somebody looks again and again whether the caps hold. */
async function together(ledger: Ledger, tickets: readonly number[]) {
  const seen = { today: 0, dearestRun: 0, looks: 0 };
  let over = false;
  const watch = (async () => {
    while (!over) {
      const now = await spentOf(ledger);
      seen.today = Math.max(seen.today, now.today);
      seen.dearestRun = Math.max(seen.dearestRun, now.dearestRun);
      seen.looks += 1;
    }
  })();
  const codes = await Promise.all(tickets.map((ticket) => run(ledger, ticket))).finally(() => {
    over = true;
  });
  await watch;
  return { seen, codes: new Set(codes), end: await spentOf(ledger) };
}

/** Tickets of nobody else; the ledger knows them by number only. */
const ticketsFrom = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);
const cent = 1e-6;

Deno.test({
  name: "fifty runs at once never pass their person's day, nor one its own cap, by a cent, and use them up",
  ignore,
  async fn() {
    await using scene = await openScene();
    const sql = postgres(databaseUrl ?? "", { max: sessions + 1, onnotice: () => {} });
    const broken = `private.reserve_without_lock_${crypto.randomUUID().slice(0, 8)}`;
    const first = 1_000_000_000 + Math.floor(Math.random() * 1e9);
    try {
      const many = { sql, user: (await scene.signUp()).userId, reserve: "pipeline.reserve_spend" };
      const day = await together(many, ticketsFrom(first, sessions));
      assert.ok(day.seen.looks > 3, "somebody looked while they ran");
      for (const spent of [day.seen.today, day.end.today]) {
        assert.ok(spent <= dayCap + cent, `a day cost $${spent}`);
      }
      assert.ok(day.end.today > dayCap - dearest, `only $${day.end.today} of the day was used`);
      assert.deepEqual(day.codes, new Set(["budget_exceeded"]));
      assert.equal(day.end.live, 0, "whoever vanished left no reservation behind");

      // Fifty calls of one and the same run.
      const one = { ...many, user: (await scene.signUp()).userId };
      const same = await together(one, Array(sessions).fill(first + 1000));
      for (const spent of [same.seen.dearestRun, same.end.dearestRun]) {
        assert.ok(spent <= runCap + cent, `a run cost $${spent}`);
      }
      assert.ok(same.end.dearestRun > runCap - dearest, `only $${same.end.dearestRun} of the run was used`);
      assert.deepEqual(same.codes, new Set(["run_budget_exceeded"]));

      // Without its lock the same function lets a day be passed, or this test would prove nothing.
      const [own] = await sql`select pg_get_functiondef('pipeline.reserve_spend'::regproc) as source`;
      await sql.unsafe(
        String(own?.["source"]).replace("pipeline.reserve_spend(", `${broken}(`)
          .replace("perform pg_advisory_xact_lock(", "perform pg_sleep(0.002), (select "),
      );
      let passed = false;
      for (let round = 0; round < 10 && !passed; round++) {
        const careless = { ...many, user: (await scene.signUp()).userId, reserve: broken };
        const { seen, end } = await together(careless, ticketsFrom(first + 2000 + round * 100, sessions));
        passed = Math.max(seen.today, end.today) > dayCap + cent;
      }
      assert.ok(passed, "the function without its lock kept within the day");
    } finally {
      await sql.unsafe(`drop function if exists ${broken}`);
      await sql.end();
    }
  },
});
