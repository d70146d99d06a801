import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import type { NotionFault } from "./faults.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 3, now: () => OPENING });
const method = "blocks.children.list";

function read(workplace: Workplace, more: { page_size?: number; start_cursor?: string } = {}) {
  const { deploys } = workplace.notion.workspace.places;
  return sdkClient(workplace).blocks.children.list({ block_id: deploys, ...more });
}

/** Plans a fault for the next listing and makes it. */
function meet(workplace: Workplace, fault: NotionFault) {
  workplace.notion.faults.at({ method, call: 1, fault });
  return read(workplace);
}

Deno.test("a rate limit fault answers 429 with its Retry-After and its reason", async () => {
  await using workplace = await open();
  const reason = "public_api_space_request_rate_limit";
  await assert.rejects(
    meet(workplace, { kind: "rate_limited", retryAfter: 75, reason }),
    (
      error: { status?: number; code?: string; headers?: Headers; additional_data?: Record<string, string> },
    ) => {
      assert.deepEqual([error.status, error.code], [429, "rate_limited"]);
      assert.equal(error.headers?.get("retry-after"), "75");
      assert.equal(error.additional_data?.rate_limit_reason, reason);
      return true;
    },
  );
  assert.equal((await read(workplace)).results.length, 100);
  const [entry, recovered] = workplace.notion.journal.calls({ method });
  assert.deepEqual([entry?.status, entry?.error, entry?.retryAfter, entry?.fault], [
    429,
    "rate_limited",
    75,
    "rate_limited",
  ]);
  assert.deepEqual([recovered?.status, recovered?.objects], [200, 100]);
});

for (
  const [status, code] of [
    [500, "internal_server_error"],
    [503, "service_unavailable"],
    [529, "service_overload"],
    [401, "unauthorized"],
  ] as const
) {
  Deno.test(`an error fault reaches the SDK as ${status} ${code}`, async () => {
    await using workplace = await open();
    const retryAfter = status === 529 ? { retryAfter: 90 } : {};
    assert.equal(
      await refusalOf(meet(workplace, { kind: "notion_error", status, code, ...retryAfter })),
      `${status} ${code}`,
    );
    assert.equal((await read(workplace)).results.length, 100);
    assert.equal(workplace.notion.journal.calls({ method })[0]?.retryAfter, retryAfter.retryAfter);
  });
}

Deno.test("a gateway's error has no body of Notion's", async () => {
  await using workplace = await open();
  assert.equal(
    await refusalOf(meet(workplace, { kind: "http_status", status: 502 })),
    "502 notionhq_client_response_error",
  );
});

Deno.test("half a body, no body and a reset connection are no answers", async () => {
  await using workplace = await open();
  for (const kind of ["truncated_json", "empty_200", "connection_reset"] as const) {
    await assert.rejects(meet(workplace, { kind }), kind);
    assert.equal((await read(workplace)).results.length, 100);
  }
});

Deno.test("a timeout fault never answers until the client aborts", async () => {
  await using workplace = await open();
  const giveUp = new AbortController();
  workplace.notion.faults.at({
    method: "users.me",
    call: 1,
    fault: { kind: "timeout" },
    before: () => giveUp.abort(),
  });
  const { token } = workplace.notion.connection;
  await assert.rejects(
    fetch(`${workplace.notionApiUrl}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}`, "notion-version": "2025-09-03" },
      signal: giveUp.signal,
    }),
    { name: "AbortError" },
  );
  assert.equal(workplace.notion.journal.calls({ method: "users.me" })[0]?.status, undefined);
});

Deno.test("a dropped page claims that there is nothing more", async () => {
  await using workplace = await open();
  const { results, has_more, next_cursor } = await meet(workplace, { kind: "dropped_page" });
  assert.deepEqual([results, has_more, next_cursor], [[], false, null]);
});

Deno.test("a repeated cursor leads to the same page again, in every listing", async () => {
  await using workplace = await open();
  const first = await read(workplace, { page_size: 40 });
  const second = { page_size: 40, start_cursor: first.next_cursor ?? "" };
  const fault: NotionFault = { kind: "repeated_cursor" };
  workplace.notion.faults.at({ method, call: 1, times: 2, fault });
  const page = await read(workplace, second);
  const again = await read(workplace, { ...second, start_cursor: page.next_cursor ?? "" });
  assert.deepEqual(again.results, page.results);

  const client = sdkClient(workplace);
  workplace.notion.faults.at({ method: "search", call: 1, fault });
  const found = await client.search({ page_size: 10 });
  const foundAgain = await client.search({ page_size: 10, start_cursor: found.next_cursor ?? "" });
  assert.deepEqual(foundAgain.results, found.results);

  const data_source_id = workplace.notion.workspace.places.tables.tasks;
  workplace.notion.faults.at({ method: "dataSources.query", call: 1, fault });
  const rows = await client.dataSources.query({ data_source_id });
  const rowsAgain = await client.dataSources.query({ data_source_id, start_cursor: rows.next_cursor ?? "" });
  assert.deepEqual(rowsAgain.results, rows.results);
});

Deno.test("a lost answer of a refresh has used up the refresh token", async () => {
  await using workplace = await open();
  const { connections, connection } = workplace.notion;
  const { clientId: client_id, clientSecret: client_secret } = connections.app;
  workplace.notion.faults.at({
    ...{ method: "oauth.token", call: 1 },
    fault: { kind: "connection_reset", afterEffect: true },
  });
  const client = sdkClient(workplace, { token: "" });
  const grant = { grant_type: "refresh_token", refresh_token: connection.refreshToken } as const;
  await assert.rejects(client.oauth.token({ client_id, client_secret, ...grant }));
  assert.notEqual(connection.refreshToken, grant.refresh_token);
  await assert.rejects(client.oauth.token({ client_id, client_secret, ...grant }));
});

Deno.test("a fault can be kept for one workspace, and taken back", async () => {
  await using workplace = await open();
  const { token, workspace } = workplace.notion.addWorkspace();
  const fault: NotionFault = { kind: "notion_error", status: 500, code: "internal_server_error" };
  const planned = workplace.notion.faults.at({ workspace: workspace.id, call: 1, times: Infinity, fault });
  assert.equal((await sdkClient(workplace).users.me({})).type, "bot");
  assert.equal(await refusalOf(sdkClient(workplace, { token }).users.me({})), "500 internal_server_error");
  planned.cancel();
  assert.equal((await sdkClient(workplace, { token }).users.me({})).type, "bot");
  assert.equal(planned.played, 1);
});
