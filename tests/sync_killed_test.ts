/**
 * A sync that is killed at any of its calls, to the database or to the platform, before the call had an effect or after
 * it: the next one goes on from what is stored, and in the end nothing is missing, doubled or taken for deleted. Mostly the
 * worker dies in process, where any call of it can be its last; a few times a real process is killed with -9.
 */
import assert from "node:assert/strict";
import { seededRandom } from "../scripts/local/workplace/world/random.ts";
import { heldContent, selectedSources } from "../scripts/sync_faults/held_content.ts";
import { beginLife } from "../scripts/sync_faults/life.ts";
import type { Moment } from "../scripts/in_process/mortal.ts";
import { PLATFORMS } from "../scripts/sync_faults/platform_world.ts";
import { openStageDatabase } from "../scripts/in_process/stage_database.ts";
import { storeGrant } from "../scripts/sync_faults/store_grant.ts";
import { faultsOf, isClean, judge } from "../scripts/sync_faults/verdict.ts";
import { WORLDS } from "../scripts/sync_faults/worlds.ts";
import { openScene } from "./scene.ts";

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

Deno.test("the process of a sync is killed with -9 while a platform answers, and the next one goes on where it was", async (test) => {
  await using scene = await openScene();
  const { stack, workplace, pipeline } = scene;
  const encryptionKey = stack.env["INTEGRATION_ENCRYPTION_KEY"] ?? "";
  for (const platform of PLATFORMS) {
    const open = WORLDS[platform];
    await test.step({
      name: platform,
      ignore: open === undefined,
      async fn() {
        if (open === undefined) return;
        const time = { now: workplace.clock.now, passed: 0, advance: workplace.clock.advance };
        const world = await open({ seed: 11, time, workplace });
        const { faults } = {
          slack: workplace.slack,
          notion: workplace.notion,
          gmail: workplace.google,
          calendar: workplace.google,
        }[platform];
        for (const call of [1, 3, 5]) {
          const person = await scene.signUp();
          const connection = await storeGrant(pipeline, world.grant, {
            userId: person.userId,
            encryptionKey,
          });
          const plan = faults.at({
            call,
            after: async () => {
              assert.ok(await stack.functions.kill("sync") > 0, "sync was running and was killed");
            },
          });
          await pipeline.call("sync_now", { p_connection: connection, p_platform: platform });
          await scene.crank(person);
          assert.equal(plan.played, 1);
          const selected = await selectedSources(stack.database, person.userId, platform);
          const verdict = judge(
            world.wanted(selected),
            await heldContent(stack.database, person.userId, platform),
          );
          assert.ok(verdict.wanted >= 20);
          assert.deepEqual(faultsOf(verdict).slice(0, 3), [], `killed in call ${call}`);
        }
      },
    });
  }
});
