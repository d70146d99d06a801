import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { OPENING, sdkClient } from "./sdk_client.ts";

const now = () => OPENING;

/** How many calls go through before one is rate limited, and the Retry-After it was told. */
async function untilLimited(call: () => Promise<unknown>): Promise<{ calls: number; retryAfter: unknown }> {
  for (let calls = 0; calls < 1000; calls++) {
    try {
      await call();
    } catch (error) {
      if (error instanceof Error && "retryAfter" in error) return { calls, retryAfter: error.retryAfter };
      throw error;
    }
  }
  throw new Error("A thousand calls went through");
}

Deno.test("the marketplace cohort gets the published tiers, method by method", async () => {
  await using workplace = await startWorkplace({ now });
  const client = sdkClient(workplace);
  const channel = workplace.team.chat.channel("general").id;
  const minute = { retryAfter: 60 };
  assert.deepEqual(await untilLimited(() => client.conversations.list()), { calls: 20, ...minute });
  assert.deepEqual(await untilLimited(() => client.users.list({})), { calls: 20, ...minute });
  assert.deepEqual(await untilLimited(() => client.conversations.history({ channel })), {
    calls: 50,
    ...minute,
  });
  const post = () => client.chat.postMessage({ channel, text: "hi" });
  assert.deepEqual(await untilLimited(post), { calls: 1, retryAfter: 1 });
  assert.equal(workplace.slack.journal.countRateLimited(), 4);
});

Deno.test("the commercial cohort reads 15 objects once a minute, and switches while running", async () => {
  await using workplace = await startWorkplace({ now, cohort: "commercial" });
  const client = sdkClient(workplace);
  const channel = workplace.team.chat.channel("engineering").id;
  const page = await client.conversations.history({ channel, limit: 200 });
  assert.equal(page.messages?.length, 15);
  const read = () => client.conversations.history({ channel });
  assert.deepEqual(await untilLimited(read), { calls: 0, retryAfter: 60 });
  workplace.clock.advance(20_500);
  assert.deepEqual(await untilLimited(read), { calls: 0, retryAfter: 40 });
  workplace.clock.advance(39_500);
  assert.deepEqual(await untilLimited(read), { calls: 1, retryAfter: 60 });
  // The other reading method has a window of its own; other methods keep their tier.
  const thread = workplace.team.chat.truth("engineering").find(({ replyCount }) => replyCount > 0);
  const replies = () => client.conversations.replies({ channel, ts: thread?.ts ?? "" });
  assert.deepEqual(await untilLimited(replies), { calls: 1, retryAfter: 60 });
  assert.deepEqual(await untilLimited(() => client.conversations.list()), { calls: 20, retryAfter: 60 });
  workplace.slack.rateLimits.cohort = "marketplace";
  assert.equal(
    (await client.conversations.history({ channel, limit: 200 })).messages?.length,
    rootsIn(workplace),
  );
});

function rootsIn(
  { team: { chat } }: {
    team: { chat: { truth(channel: string): { isReply: boolean; subtype?: string }[] } };
  },
) {
  return chat.truth("engineering").filter(({ isReply, subtype }) =>
    !isReply || subtype === "thread_broadcast"
  ).length;
}

Deno.test("each team has its own windows", async () => {
  await using workplace = await startWorkplace({ now, cohort: "commercial" });
  const other = workplace.addTeam();
  const channel = workplace.team.chat.channel("general").id;
  await sdkClient(workplace).conversations.history({ channel });
  const page = await sdkClient(workplace, other.token).conversations.history({ channel });
  assert.equal(page.ok, true);
});

Deno.test("a clock that runs faster opens the windows sooner", async () => {
  let real = OPENING.getTime();
  await using workplace = await startWorkplace({
    now: () => new Date(real),
    scale: 60,
    cohort: "commercial",
  });
  const client = sdkClient(workplace);
  const channel = workplace.team.chat.channel("general").id;
  await client.conversations.history({ channel });
  real += 999;
  await assert.rejects(client.conversations.history({ channel }));
  real += 1;
  assert.equal((await client.conversations.history({ channel })).ok, true);
});
