import assert from "node:assert/strict";
import { createKeyRing } from "../crypto/key_ring.ts";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import { resealTokens } from "./reseal_tokens.ts";
import { openToken, sealToken } from "./tokens.ts";

const key = (fill: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const user_id = "11111111-1111-4111-8111-111111111111";
const provider = "google" as const;
const idOf = (n: number) => `22222222-2222-4222-8222-${String(n).padStart(12, "0")}`;

/** `count` connections whose tokens the key `fill` sealed; every second has a refresh token. */
async function stored(count: number, fill: number) {
  const ring = await createKeyRing(key(fill));
  return await Promise.all(Array.from({ length: count }, async (_, n) => ({
    connection_id: idOf(n),
    user_id,
    provider,
    access_token: await sealToken(ring, `access-${n}`, user_id, provider, "access_token"),
    refresh_token: n % 2 === 0
      ? null
      : await sealToken(ring, `refresh-${n}`, user_id, provider, "refresh_token"),
  })));
}

function databaseOf(rows: Awaited<ReturnType<typeof stored>>, stopAfter = Number.POSITIVE_INFINITY) {
  let writes = 0;
  return rpcStandIn({
    tokens_to_reseal: ({ p_active_kid, p_after = "", p_limit = 100 }) =>
      rows.filter(({ connection_id, access_token, refresh_token }) =>
        connection_id > p_after &&
        [access_token, refresh_token].some((one) => one !== null && one.split(".")[1] !== p_active_kid)
      ).slice(0, p_limit).map((row) => ({ ...row, refresh_token: row.refresh_token as string })),
    reseal_tokens: ({ p_connection, p_was, p_access_token, p_refresh_token }) => {
      if (++writes > stopAfter) throw new TypeError("the machine was switched off");
      const row = rows.find(({ connection_id }) => connection_id === p_connection);
      if (row === undefined || row.access_token !== p_was) return false;
      Object.assign(row, { access_token: p_access_token, refresh_token: p_refresh_token ?? null });
      return true;
    },
  });
}

Deno.test("every token is sealed with the active key, in batches, and opens without the old one", async () => {
  const rows = await stored(25, 1);
  const steps: number[] = [];
  const counts = await resealTokens({
    database: databaseOf(rows),
    ring: await createKeyRing(key(2), key(1)),
    batchSize: 10,
    onBatch: ({ resealed }) => steps.push(resealed),
  });
  assert.deepEqual(counts, { resealed: 25, changedMeanwhile: 0, unreadable: 0 });
  assert.deepEqual(steps, [10, 20, 25]);
  const without = await createKeyRing(key(2));
  for (const [n, row] of rows.entries()) {
    assert.equal(
      await openToken(without, row.access_token, user_id, provider, "access_token"),
      `access-${n}`,
    );
    if (row.refresh_token !== null) {
      assert.equal(
        await openToken(without, row.refresh_token, user_id, provider, "refresh_token"),
        `refresh-${n}`,
      );
    }
  }
});

Deno.test("stopped in the middle, the next run does the rest and nothing twice", async () => {
  const rows = await stored(20, 1);
  const ring = await createKeyRing(key(2), key(1));
  await assert.rejects(resealTokens({ database: databaseOf(rows, 7), ring }));
  const again = databaseOf(rows);
  assert.equal((await resealTokens({ database: again, ring })).resealed, 13);
  assert.equal(again.argumentsOf("reseal_tokens").length, 13);
  assert.equal((await resealTokens({ database: again, ring })).resealed, 0);
});

Deno.test("a token that no key opens is counted, left alone and stops nobody", async () => {
  const rows = await stored(3, 1);
  const lost = (await stored(2, 9))[1];
  assert.ok(lost !== undefined);
  rows.splice(1, 1, lost);
  const before = lost.access_token;
  const counts = await resealTokens({
    database: databaseOf(rows),
    ring: await createKeyRing(key(2), key(1)),
  });
  assert.deepEqual(counts, { resealed: 2, changedMeanwhile: 0, unreadable: 1 });
  assert.equal(rows[1]?.access_token, before);
});

Deno.test("a token that was renewed between reading and writing is not overwritten", async () => {
  const rows = await stored(1, 1);
  const database = databaseOf(rows);
  const ring = await createKeyRing(key(2), key(1));
  const renewed = await sealToken(ring, "renewed", user_id, provider, "access_token");
  const racing = {
    ...database,
    call: (async (name, args) => {
      const answer = await database.call(name, args);
      if (name === "tokens_to_reseal" && rows[0] !== undefined) {
        const seen = structuredClone(answer);
        rows[0].access_token = renewed;
        return seen;
      }
      return answer;
    }) as typeof database.call,
  };
  const counts = await resealTokens({ database: racing, ring });
  assert.deepEqual(counts, { resealed: 0, changedMeanwhile: 1, unreadable: 0 });
  assert.equal(rows[0]?.access_token, renewed);
});
