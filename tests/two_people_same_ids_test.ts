/**
 * Two people whose platforms use the same ids for everything (team, channels, messages, mails, events, pages) while what
 * stands behind the ids differs: each holds their own truth, sees no row of the other's, and outlives the other's leaving.
 */
import assert from "node:assert/strict";
import type { Database } from "../scripts/local/database/database.ts";
import { beginLife, type Life } from "../scripts/sync_faults/life.ts";
import { type Platform, PLATFORMS } from "../scripts/sync_faults/platform_world.ts";
import { openStageDatabase } from "../scripts/in_process/stage_database.ts";
import { faultsOf } from "../scripts/sync_faults/verdict.ts";
import { WORLDS } from "../scripts/sync_faults/worlds.ts";

const database = await openStageDatabase();
Deno.test.afterAll(() => database.close());

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly key: string;
  readonly content: string;
  readonly changed_at: string;
}

/** What a signed-in person gets when they ask for everything. */
async function seenBy(person: Life, platform: Platform): Promise<Row[]> {
  return await asPerson(
    database,
    person.userId,
    "select id, user_id, container_id || '/' || item_id as key, content, changed_at from public.platform_content where platform = $1::public.platform order by 3",
    [platform],
  );
}

async function asPerson(db: Database, userId: string, sql: string, parameters: unknown[]): Promise<Row[]> {
  return await db.transaction(async (transaction) => {
    await transaction.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: userId, role: "authenticated" }),
    ]);
    await transaction.query("select set_config('request.jwt.claim.sub', $1, true)", [userId]);
    await transaction.query("set local role authenticated");
    return await transaction.query<Row>(sql, parameters);
  });
}

for (const platform of PLATFORMS) {
  const open = WORLDS[platform];
  Deno.test({
    name: `two people with the same ids on ${platform} never see or overwrite each other's rows`,
    ignore: open === undefined,
    async fn() {
      if (open === undefined) return;
      await using ada = await beginLife({ database, open, seed: 7 });
      const bob = await beginLife({ database, open, seed: 7 });
      let isGone = false;
      try {
        for (const person of [ada, bob]) {
          await person.connect();
          await person.pass();
          assert.deepEqual(faultsOf(await person.verdict()), []);
        }
        const [adas, bobs] = [await seenBy(ada, platform), await seenBy(bob, platform)];
        assert.ok(adas.length >= 20, "there is something to mix up");
        assert.deepEqual(bobs.map(({ key }) => key), adas.map(({ key }) => key), "all ids are the same");
        assert.ok(adas.every(({ user_id }) => user_id === ada.userId));
        assert.ok(bobs.every(({ user_id }) => user_id === bob.userId));
        assert.equal(new Set([...adas, ...bobs].map(({ id }) => id)).size, adas.length + bobs.length);

        // From here on the same ids stand for different things.
        bob.time.advance(31 * 60_000);
        bob.world.change();
        await bob.pass();
        await ada.pass();
        assert.deepEqual(await seenBy(ada, platform), adas, "not a row of hers has moved");
        assert.deepEqual(faultsOf(await ada.verdict()), []);
        assert.notDeepEqual(
          (await seenBy(bob, platform)).map(({ content }) => content),
          bobs.map(({ content }) => content),
        );

        await bob[Symbol.asyncDispose]();
        isGone = true;
        assert.deepEqual(await seenBy(ada, platform), adas, "nor when he leaves");
      } finally {
        if (!isGone) await bob[Symbol.asyncDispose]();
      }
    },
  });
}
