import assert from "node:assert/strict";
import { ann, apps, connectingScene as scene } from "../connecting/scene_stand_in.ts";

Deno.test("what is connected is told with what could be, as the database and the installation know it", async () => {
  const integration = {
    id: "6e1fd0de-2c0e-4ad9-8a36-4a1b8c1d9c10",
    provider: "slack",
    status: "needs_reauth",
    status_reason: "Slack refused the stored access.",
    account_name: "Acme",
    scopes: ["users:read"],
    missing_features: [],
    connected_at: "2026-11-04T10:00:00+00:00",
    last_synced_at: null,
    platforms: [{
      platform: "slack",
      sources_available: 3,
      sources_selected: 2,
      sources_failing: 2,
      last_synced_at: null,
      next_sync_at: null,
    }],
  };
  const { NOTION_CLIENT_SECRET: _, ...variables } = apps;
  const it = scene({
    variables,
    answers: {
      integrations_of: ({ p_user, p_provider = "slack" }) =>
        p_user === ann.id && p_provider === "slack" ? [integration] : [],
    },
  });
  const answer = await it.ask("/integrations");
  assert.deepEqual(await answer.json(), {
    integrations: [integration],
    providers: [
      { provider: "slack", connected: true, configured: true },
      { provider: "google", connected: false, configured: true },
      { provider: "notion", connected: false, configured: false },
    ],
  });
  assert.deepEqual(await (await it.ask("/integrations/slack")).json(), integration);
  const none = await it.ask("/integrations/notion");
  assert.deepEqual([none.status, (await none.json()).code], [404, "unknown_connection"]);
});

Deno.test("disconnecting deletes here even when the token cannot be opened or the provider has no app any more", async () => {
  const stored = {
    account_id: "T1",
    bot_id: null,
    access_token: "v1.gone.AAAA.BBBB",
    refresh_token: null,
    shared: false,
  };
  for (const variables of [apps, {}]) {
    const it = scene({ variables, answers: { tokens_of: () => stored, disconnect: () => true } });
    const answer = await it.ask("/integrations/slack", { method: "DELETE" });
    const body = await answer.json();
    assert.deepEqual([answer.status, body.disconnected, body.revoked], [200, true, false]);
    assert.equal(body.grants_url, "https://slack.com/apps/manage");
    assert.equal(it.database.argumentsOf("disconnect").length, 1);
    assert.equal(it.sent.length, 0);
  }
});

Deno.test("of two people who leave one account at once, each seeing the other, the last one ends the grant", async () => {
  const stored = { account_id: "T1", bot_id: null, access_token: null, refresh_token: null, shared: true };
  for (const isLeft of [true, false]) {
    const it = scene({
      answers: { tokens_of: () => stored, disconnect: () => true, account_is_connected: () => isLeft },
    });
    const body = await (await it.ask("/integrations/slack", { method: "DELETE" })).json();
    assert.deepEqual([body.disconnected, body.revoked], [true, !isLeft]);
    assert.deepEqual(it.database.asked.map(({ name }) => name).slice(-2), [
      "disconnect",
      "account_is_connected",
    ]);
    assert.equal(/Another person here has connected/.test(body.message), isLeft);
  }
});
