import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { BOT_SCOPES } from "./installations.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const now = () => OPENING;

Deno.test("the directory comes in pages with people, bots, Slackbot and the colleague who left", async () => {
  await using workplace = await startWorkplace({ seed: 7, now });
  const client = sdkClient(workplace);
  const members = [];
  let cursor: string | undefined;
  do {
    const page = await client.users.list({ limit: 5, ...(cursor && { cursor }) });
    members.push(...(page.members ?? []));
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  const ids = [...workplace.team.chat.members.map(({ userId }) => userId), "USLACKBOT"];
  assert.deepEqual(members.map(({ id }) => id).sort(), ids.sort());
  assert.equal(members.filter(({ deleted }) => deleted).length, 1);
  assert.ok(members.some(({ is_bot: isBot, id }) => isBot && id === workplace.team.bot.userId));
});

Deno.test("people are found by id and by mail address, and addresses need their scope", async () => {
  await using workplace = await startWorkplace({ seed: 7, now });
  const client = sdkClient(workplace);
  const [person] = workplace.team.company.people;
  const email = person?.email ?? "";
  assert.ok(email.endsWith(".example"));
  const found = await client.users.lookupByEmail({ email });
  assert.equal(found.user?.real_name, person?.name);
  const user = found.user?.id ?? "";
  assert.equal((await client.users.info({ user })).user?.profile?.email, email);
  assert.equal(await refusalOf(client.users.info({ user: "U0NOBODY" })), "user_not_found");
  assert.equal(await refusalOf(client.users.lookupByEmail({ email: "no@one.example" })), "users_not_found");
  const scopes = BOT_SCOPES.filter((scope) => scope !== "users:read.email");
  const narrow = sdkClient(workplace, workplace.slack.installations.issue(workplace.team, scopes).token);
  assert.equal((await narrow.users.info({ user })).user?.profile?.email, undefined);
  assert.equal(await refusalOf(narrow.users.lookupByEmail({ email })), "missing_scope");
});
