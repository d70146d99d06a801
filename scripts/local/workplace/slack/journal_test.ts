import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { OPENING, sdkClient } from "./sdk_client.ts";

Deno.test("the journal has every call with its method, team, figures and error, and no secret", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => OPENING, cohort: "commercial" });
  const { journal } = workplace.slack;
  const { token, team } = workplace.installation;
  const client = sdkClient(workplace);
  const channel = team.chat.channel("general").id;
  await client.conversations.history({ channel, token });
  const { latest } = journal;
  workplace.clock.advance(1000);
  await assert.rejects(client.conversations.history({ channel }));
  await assert.rejects(client.conversations.info({ channel: "C0" }));
  await assert.rejects(sdkClient(workplace, "xoxb-wrong").auth.test());
  await assert.rejects(client.oauth.v2.access({ client_id: "me", client_secret: "s3cret", code: "c0de" }));

  const seen = journal.calls().map((
    { seq, method, team: of, status, error },
  ) => [seq, method, of, status, error]);
  assert.deepEqual(seen, [
    [1, "conversations.history", team.id, 200, undefined],
    [2, "conversations.history", team.id, 429, "ratelimited"],
    [3, "conversations.info", team.id, 200, "channel_not_found"],
    [4, "auth.test", undefined, 200, "invalid_auth"],
    [5, "oauth.v2.access", team.id, 200, "invalid_client_id"],
  ]);
  const [first, second] = journal.calls({ method: "conversations.history" });
  assert.deepEqual([first?.objects, first?.args.channel, first?.args.token], [15, channel, "[redacted]"]);
  assert.deepEqual([second?.retryAfter, second?.at], [59, "2026-11-05T10:00:01.000Z"]);
  assert.equal(journal.countRateLimited(), 1);
  assert.deepEqual(journal.countByMethod(latest), {
    "auth.test": 1,
    "conversations.history": 1,
    "conversations.info": 1,
    "oauth.v2.access": 1,
  });
  const text = JSON.stringify(journal.calls());
  for (const secret of [token, "s3cret", "c0de", "xoxb-wrong"]) assert.equal(text.includes(secret), false);
});
