import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError, type SyncErrorCode } from "../connector.ts";
import { refusalOf } from "./notion_client.ts";
import { openNotion } from "./workplace_notion.ts";

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 1, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

async function refused(call: Promise<unknown>): Promise<PlatformError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof PlatformError) return thrown;
    throw thrown;
  }
  throw new Error("The call was not refused");
}

Deno.test("a call is paid for by its connection and by its workspace", async () => {
  await using workplace = await openWorkplace();
  const { connection } = workplace.notion;
  const { client, taken } = openNotion(workplace, connection);
  const page = await client.page(workplace.notion.workspace.places.hq);
  assert.equal(page.id, workplace.notion.workspace.places.hq);
  assert.deepEqual(taken, [
    { key: `notion:${connection.botId}`, allowed: 180, periodSeconds: 61 },
    { key: `notion:workspace:${connection.workspace.id}`, allowed: 1200, periodSeconds: 121 },
  ]);
});

Deno.test("Notion's refusals come in our categories, and only what a person must mend is final", async () => {
  await using workplace = await openWorkplace();
  const { client, heldBack } = openNotion(workplace, workplace.notion.connection);
  const refusals: readonly [status: number, notion: string, ours: SyncErrorCode, final: boolean][] = [
    [401, "unauthorized", "needs_reauth", true],
    [403, "restricted_resource", "access_denied", true],
    [404, "object_not_found", "not_found", true],
    [409, "conflict_error", "provider_down", false],
    [500, "internal_server_error", "provider_down", false],
    [503, "service_unavailable", "provider_down", false],
    [529, "service_overload", "rate_limited", false],
    [400, "validation_error", "internal", false],
  ];
  for (const [status, code, ours, final] of refusals) {
    workplace.notion.faults.clear();
    workplace.notion.faults.at({ call: 1, times: 2, fault: { kind: "notion_error", status, code } });
    const refusal = await refused(client.search(null));
    assert.deepEqual([refusal.code, refusal.final], [ours, final], code);
    assert.ok(!refusal.message.includes("Something went wrong on our side"));
  }
  assert.deepEqual(heldBack.map(({ seconds }) => seconds), [60]);
});

Deno.test("a 429 is held back for as long as it says, for the connection or for the whole workspace", async () => {
  await using workplace = await openWorkplace();
  const { connection, faults } = workplace.notion;
  const { client, heldBack } = openNotion(workplace, connection);
  faults.at({ call: 1, fault: { kind: "rate_limited", retryAfter: 17 } });
  const reason = "public_api_space_request_rate_limit";
  faults.at({ call: 2, fault: { kind: "rate_limited", retryAfter: 90, reason } });
  const own = await refused(client.search(null));
  const shared = await refused(client.search(null));
  assert.deepEqual([own.code, own.retryAfterSeconds], ["rate_limited", 17]);
  assert.equal(shared.retryAfterSeconds, 90);
  assert.deepEqual(heldBack, [
    { key: `notion:${connection.botId}`, seconds: 17 },
    { key: `notion:workspace:${connection.workspace.id}`, seconds: 90 },
  ]);
});

Deno.test("a token that expired is renewed once, and one that stays refused asks to be reconnected", async () => {
  await using workplace = await openWorkplace();
  const { connection, connections } = workplace.notion;
  let [token, renewals] = [connection.token, 0];
  const accessToken = {
    current: () => Promise.resolve(token),
    renewed: (refused: string) => {
      assert.equal(refused, token);
      renewals += 1;
      token = connections.refresh(connection.refreshToken).token;
      return Promise.resolve(token);
    },
  };
  const { client, lines } = openNotion(workplace, connection, { accessToken });
  connections.refresh(connection.refreshToken);
  assert.ok((await client.search(null)).results.length > 0);
  assert.equal(renewals, 1);
  connections.end(token);
  const stays = { ...accessToken, renewed: () => Promise.resolve("ntn_other") };
  const dead = openNotion(workplace, connection, { accessToken: stays });
  const refusal = await refused(dead.client.search(null));
  assert.deepEqual([refusal.code, refusalOf(refusal)], ["needs_reauth", "unauthorized"]);
  const said = [...lines, ...dead.lines, refusal.message].join("\n");
  assert.ok(!said.includes(token) && !said.includes("ntn_"));
});

Deno.test("broken answers are the platform's fault: half a body, none, another shape, a cut connection", async () => {
  await using workplace = await openWorkplace();
  const { client } = openNotion(workplace, workplace.notion.connection);
  const kinds = ["truncated_json", "empty_200", "connection_reset"] as const;
  for (const kind of kinds) {
    workplace.notion.faults.clear();
    workplace.notion.faults.at({ call: 1, fault: { kind } });
    assert.equal((await refused(client.search(null))).code, "provider_down", kind);
  }
  // Not Notion's own words: a proxy's 404 deletes no page, and its 401 ends no connection.
  for (const status of [401, 403, 404, 502]) {
    workplace.notion.faults.clear();
    workplace.notion.faults.at({ call: 1, fault: { kind: "http_status", status } });
    assert.equal((await refused(client.search(null))).code, "provider_down");
  }
});

Deno.test("what is no id of Notion's is not found without a call", async () => {
  await using workplace = await openWorkplace();
  const { client, taken } = openNotion(workplace, workplace.notion.connection);
  for (const id of ["", "../users/me", "me", "1234"]) {
    assert.equal((await refused(Promise.resolve().then(() => client.page(id)))).code, "not_found");
  }
  assert.deepEqual(taken, []);
});
