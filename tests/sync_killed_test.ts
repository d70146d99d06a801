/**
 * A sync that is killed at any of its calls, to the database or to the platform, before the call had an effect or after
 * it: the next one goes on from what is stored, and in the end nothing is missing, doubled or taken for deleted. Here the
 * worker is killed in process, at every call; that a killed process comes back too is proven by killed_functions_test.ts.
 */
import assert from "node:assert/strict";
import { seededRandom } from "../scripts/local/workplace/world/random.ts";
import { beginLife } from "../scripts/sync_faults/life.ts";
import type { Moment } from "../scripts/sync_faults/mortal.ts";
import { PLATFORMS } from "../scripts/sync_faults/platform_world.ts";
import { openStageDatabase } from "../scripts/sync_faults/stage_database.ts";
import { faultsOf, isClean } from "../scripts/sync_faults/verdict.ts";
import { WORLDS } from "../scripts/sync_faults/worlds.ts";

/** Kills of each platform's first sync; KILLS=all kills at every call, before and after. */
const kills = Deno.env.get("KILLS") === "all" ? Infinity : 8;

const database = await openStageDatabase();
Deno.test.afterAll(() => database.close());

for (const platform of PLATFORMS) {
  const open = WORLDS[platform];
  Deno.test({
    name: `a ${platform} sync that is killed at any call goes on where it was`,
    ignore: open === undefined,
    async fn() {
      if (open === undefined) return;
      const begin = () => beginLife({ database, open, seed: 7 });
      let calls = 0;
      {
        await using life = await begin();
        await life.connect();
        await life.pass();
        calls = life.mortal.awaits;
        const verdict = await life.verdict();
        assert.deepEqual(faultsOf(verdict), [], "without a kill the first sync is right");
        assert.ok(verdict.wanted >= 20, "there is something to lose");
      }
      const all = Array.from({ length: calls }, (_, at) => at + 1).flatMap((call) =>
        (["before", "after"] as const).map((moment): [number, Moment] => [call, moment])
      );
      for (const [call, moment] of seededRandom(7).fork(platform).sample(all, Math.min(all.length, kills))) {
        await using life = await begin();
        await life.connect();
        life.mortal.dieAt(call, moment);
        await life.pass();
        const where = `killed ${moment} call ${call} of ${calls}`;
        assert.equal(life.mortal.deaths, 1, where);
        const verdict = await life.verdict();
        assert.ok(isClean(verdict), `${where}: ${JSON.stringify(faultsOf(verdict).slice(0, 3))}`);
        const [doubled] = await database.query(
          "select container_id, item_id from public.platform_content where user_id = $1 group by 1, 2 having count(*) > 1",
          [life.userId],
        );
        assert.equal(doubled, undefined, where);
        assert.deepEqual(await life.standing(), { status: "active", notices: 0 }, where);
      }
    },
  });
}
