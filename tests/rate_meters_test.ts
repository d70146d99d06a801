import assert from "node:assert/strict";
import postgres from "postgres";
import { openScene } from "./scene.ts";

/** Many sessions at once need a real Postgres; PGlite has one. */
const databaseUrl = Deno.env.get("DATABASE_URL");
const ignore = databaseUrl === undefined;

const sessions = 16;
const callsEach = 60;
const pace = { allowed: 6000, seconds: 60 };
/** What Gmail's calls cost. */
const costs = [2, 5, 20, 40];

Deno.test({
  name: "sixteen sessions that reserve at once share one window: no unit is given twice, and none is wasted",
  ignore,
  async fn() {
    await using _scene = await openScene();
    const sql = postgres(databaseUrl ?? "", { max: sessions, onnotice: () => {} });
    const key = `mailbox:${crypto.randomUUID()}`;
    try {
      const reserveSome = async (session: number) => {
        const taken: { start: number; units: number; wait: number }[] = [];
        for (let call = 0; call < callsEach; call++) {
          const units = costs[(session + call) % costs.length] ?? 1;
          taken.push(
            // The meter stays locked until the transaction ends, so its last instant is this call's.
            await sql.begin(async (own) => {
              const [reserved] = await own`
                select pipeline.reserve(${key}, ${pace.allowed}, ${pace.seconds}, null, ${units}) as wait`;
              const [meter] = await own`
                select (extract(epoch from taken[cardinality(taken)]) * 1e6)::bigint::text as start
                  from pipeline.rate_meters where key = ${key}`;
              return { start: Number(meter?.["start"]), units, wait: Number(reserved?.["wait"]) };
            }),
          );
        }
        return taken;
      };
      const calls = (await Promise.all(Array.from({ length: sessions }, (_, session) =>
        reserveSome(session))))
        .flat().toSorted((one, other) => one.start - other.start);

      assert.equal(calls.length, sessions * callsEach);
      const period = pace.seconds * 1e6;
      let [oldest, held, fullest] = [0, 0, 0];
      for (const call of calls) {
        held += call.units;
        for (
          let first = calls[oldest];
          first && first.start <= call.start - period;
          first = calls[++oldest]
        ) {
          held -= first.units;
        }
        fullest = Math.max(fullest, held);
      }
      assert(fullest <= pace.allowed, `a window held ${fullest} units`);
      assert(fullest > pace.allowed - Math.max(...costs), `no window held more than ${fullest} units`);
      const total = calls.reduce((sum, { units }) => sum + units, 0);
      const best = (Math.ceil(total / pace.allowed) - 1) * pace.seconds;
      const longest = Math.max(...calls.map(({ wait }) => wait));
      assert(
        longest <= best * 1.02 + 1,
        `the last call waits ${longest} s, the best schedule takes ${best} s`,
      );
    } finally {
      await sql`delete from pipeline.rate_meters where key = ${key}`;
      await sql.end();
    }
  },
});
