import assert from "node:assert/strict";
import { OPENING, sdkClient } from "./slack/sdk_client.ts";
import { startWorkplace } from "./workplace.ts";

const now = () => OPENING;

Deno.test("two workplaces of one seed answer the SDK alike, token for token", async () => {
  await using left = await startWorkplace({ seed: "tea", now });
  await using right = await startWorkplace({ seed: "tea", now });
  assert.equal(left.installation.token, right.installation.token);
  const read = async (workplace: typeof left) => {
    const client = sdkClient(workplace);
    const { channels = [] } = await client.conversations.list({ types: "public_channel,private_channel" });
    const members = channels.filter(({ is_member: isMember }) => isMember);
    const pages = members.map(({ id = "" }) => client.conversations.history({ channel: id, limit: 999 }));
    return JSON.stringify([channels, await Promise.all(pages), await client.users.list({})]);
  };
  assert.equal(await read(left), await read(right));
});

Deno.test("a busy port rejects, and a closed workplace frees its own", async () => {
  const first = await startWorkplace({ now });
  const port = Number(new URL(first.url).port);
  await assert.rejects(startWorkplace({ now, port }), /EADDRINUSE|AddrInUse|in use/);
  await first.close();
  await using second = await startWorkplace({ now, port });
  assert.equal((await sdkClient(second).auth.test()).ok, true);
});

Deno.test("live() lets every team go on to the clock's present", async () => {
  await using workplace = await startWorkplace({ seed: 7, now });
  workplace.addTeam({ seed: 8 });
  const counts = () => workplace.teams.map(({ chat }) => chat.truth("engineering").length);
  const [first = 0, second = 0] = counts();
  workplace.clock.advance(7 * 86_400_000);
  workplace.live();
  const [firstLater = 0, secondLater = 0] = counts();
  assert.ok(firstLater > first && secondLater > second);
});
