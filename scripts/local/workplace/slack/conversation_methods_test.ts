import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });

async function listed(
  workplace: Workplace,
  args: { types?: string; exclude_archived?: boolean; limit?: number },
) {
  const client = sdkClient(workplace);
  const names: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.list({ ...args, ...(cursor && { cursor }) });
    sizes.push(page.channels?.length ?? 0);
    names.push(...(page.channels ?? []).map(({ name = "" }) => name));
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return { names: names.sort(), sizes };
}

Deno.test("the list shows public channels and the bot's private ones, by type, in pages", async () => {
  await using workplace = await open();
  const { archivedChannel } = workplace.team;
  const publicOnes = ["customers", "engineering", "general", "incidents", "random"];
  assert.deepEqual((await listed(workplace, {})).names, [...publicOnes, archivedChannel].sort());
  const types = "public_channel,private_channel";
  const both = await listed(workplace, { types, limit: 2 });
  assert.deepEqual(both.names, [...publicOnes, "leadership", archivedChannel].sort());
  assert.deepEqual(both.sizes, [2, 2, 2, 1]);
  assert.deepEqual((await listed(workplace, { types: "private_channel" })).names, ["leadership"]);
});

Deno.test("archived channels leave a page after it was cut: it may be empty and not the last", async () => {
  await using workplace = await open();
  const { names, sizes } = await listed(workplace, { exclude_archived: true, limit: 1 });
  assert.equal(names.includes(workplace.team.archivedChannel), false);
  assert.equal(names.length, 5);
  assert.deepEqual([...sizes].sort(), [0, 1, 1, 1, 1, 1]);
});

Deno.test("joining opens a public channel's history, warns twice, and refuses elsewhere", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { chat, archivedChannel } = workplace.team;
  const channel = chat.channel("random").id;
  assert.equal((await client.conversations.info({ channel })).channel?.is_member, false);
  await client.conversations.join({ channel });
  const { messages = [] } = await client.conversations.history({ channel, limit: 2 });
  assert.equal(messages[0]?.subtype, "channel_join");
  assert.equal(messages[1]?.ts, chat.truth("random").at(-2)?.ts);
  assert.equal((await client.conversations.join({ channel })).warning, "already_in_channel");
  const refused = (name: string) => refusalOf(client.conversations.join({ channel: chat.channel(name).id }));
  assert.equal(await refused(archivedChannel), "is_archived");
  assert.equal(await refused("leadership"), "method_not_supported_for_channel_type");
  assert.equal(await refused("board-prep"), "channel_not_found");
});
