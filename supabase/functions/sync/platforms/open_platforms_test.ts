import assert from "node:assert/strict";
import { sealToken } from "@shared/connections/tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import type { Item } from "../content/item.ts";
import { type Connection, openPlatforms } from "./open_platforms.ts";

const key = btoa(String.fromCharCode(...new Uint8Array(32).fill(1)));
const userId = "22222222-2222-4222-8222-222222222222";

function contextFor(workplace: Workplace) {
  const database = rpcStandIn({
    reserve: () => 0,
    people_named: ({ p_ids }) =>
      workplace.team.chat.members.filter(({ userId }) => p_ids.includes(userId)).map((member) => ({
        external_id: member.userId,
        name: `Known ${member.name}`,
      })),
  });
  const log = createLog({ write: () => {} });
  const open = openPlatforms({
    environment: {
      INTEGRATION_ENCRYPTION_KEY: key,
      INTEGRATION_ENCRYPTION_KEYS_OLD: undefined,
      SLACK_BASE_URL: `${workplace.url}/slack`,
      SLACK_CLIENT_ID: undefined,
      SLACK_CLIENT_SECRET: undefined,
      GOOGLE_BASE_URL: workplace.googleUrl,
      GOOGLE_CLIENT_ID: undefined,
      GOOGLE_CLIENT_SECRET: undefined,
      NOTION_BASE_URL: workplace.notionApiUrl,
      NOTION_CLIENT_ID: undefined,
      NOTION_CLIENT_SECRET: undefined,
    },
    database,
    log,
    egress: createEgress({ log, overrides: [workplace.url] }),
  });
  const connection: Connection = {
    id: "44444444-4444-4444-8444-444444444444",
    user_id: userId,
    provider: "slack",
    status: "active",
    account_id: workplace.team.id,
    account_name: "Acme",
    metadata: {
      team_url: "https://acme.slack.com",
      authed_user_id: workplace.team.chat.member(workplace.team.company.people[0]?.key ?? "").userId,
    },
  };
  return { open, connection, database };
}

Deno.test("a connection is opened with its own token, address, member and meters", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => new Date("2026-11-05T10:00:00Z") });
  const { open, connection, database } = contextFor(workplace);
  const { token } = workplace.installation;
  const accessToken = await sealToken(await createKeyRing(key), token, userId, "slack", "access_token");
  const connector = await open({
    connection,
    platform: "slack",
    tokens: { access_token: accessToken, refresh_token: null, expires_at: null },
    signal: new AbortController().signal,
  });
  const { id } = workplace.team.chat.channel("leadership");
  const items: Item[] = [];
  const unit = {
    id,
    sources: [{ externalId: id, kind: "channel" as const, name: "#leadership", metadata: {} }],
  };
  const pass = {
    startedAt: new Date("2026-11-05T10:00:00Z"),
    tier: "free" as const,
    notionRowsPerPass: 50,
    stored: () => Promise.resolve(new Map()),
  };
  for await (const page of connector.sync(unit, null, pass)) {
    items.push(...page.items);
  }
  assert.ok(items.length > 5);
  assert.ok(
    items.every(({ author, permalink }) =>
      author?.startsWith("Known ") && permalink?.startsWith("https://acme.slack.com/archives/")
    ),
  );
  assert.ok(items.some(({ is_user_authored }) => is_user_authored));
  const [reserved] = database.argumentsOf("reserve");
  assert.equal(Object(reserved).p_key, `slack:${workplace.team.id}:conversations.history`);
});

Deno.test("a token that was sealed for somebody else is not opened, and nothing is called", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => new Date("2026-11-05T10:00:00Z") });
  const { open, connection } = contextFor(workplace);
  const other = "11111111-1111-4111-8111-111111111111";
  const accessToken = await sealToken(
    await createKeyRing(key),
    "xoxb-CANARY",
    other,
    "slack",
    "access_token",
  );
  const connector = await open({
    connection,
    platform: "slack",
    tokens: { access_token: accessToken, refresh_token: null, expires_at: null },
    signal: new AbortController().signal,
  });
  await assert.rejects(
    connector.discover(),
    (thrown) => thrown instanceof PipelineError && thrown.code === "token_unreadable",
  );
  assert.deepEqual(workplace.slack.journal.calls(), []);
});

Deno.test("every platform has its connector, which reads at the address that stands in for its own", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => new Date("2026-11-05T10:00:00Z") });
  const { open, connection } = contextFor(workplace);
  const { grant, grants } = workplace.google;
  const google = { provider: "google" as const, token: grants.accessToken(grant), account_id: "sub-1" };
  const notion = {
    provider: "notion" as const,
    token: workplace.notion.connection.token,
    account_id: workplace.notion.workspace.id,
  };
  const kinds: unknown[] = [];
  for (
    const [platform, { provider, token, account_id }] of [
      ["gmail", google],
      ["calendar", google],
      ["notion", notion],
    ] as const
  ) {
    const connector = await open({
      connection: { ...connection, provider, account_id },
      platform,
      tokens: {
        access_token: await sealToken(await createKeyRing(key), token, userId, provider, "access_token"),
        refresh_token: null,
        expires_at: null,
      },
      signal: new AbortController().signal,
    });
    const { sources, ranked } = await connector.discover();
    assert.ok(ranked.length > 0, platform);
    kinds.push([platform, ...new Set(sources.map(({ kind }) => kind))].sort());
  }
  assert.deepEqual(kinds, [["gmail", "label"], ["calendar", "calendar"], ["database", "notion", "page"]]);
});
