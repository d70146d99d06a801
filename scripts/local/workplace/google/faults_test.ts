import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import type { GoogleFault } from "./faults.ts";
import { GoogleClient, OPENING, post, reasonOf } from "./google_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING, days: 7 });
const method = "gmail.users.messages.list";

/** Plans a fault for the next listing and makes it. */
function meet(client: GoogleClient, fault: GoogleFault) {
  client.workplace.google.faults.at({ method, call: 1, fault });
  return client.gmail("messages", { maxResults: 4 });
}

Deno.test("refusals come in Google's form, with a Retry-After only if one was planned", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { journal } = workplace.google;
  const limited = await meet(client, { kind: "rate_limited", status: 403 });
  assert.deepEqual([limited.status, reasonOf(limited)], [403, "userRateLimitExceeded"]);
  await meet(client, { kind: "rate_limited", retryAfter: 17 });
  const [first, second] = journal.calls({ method });
  assert.deepEqual([first?.status, first?.retryAfter, second?.status, second?.retryAfter], [
    403,
    undefined,
    429,
    17,
  ]);
  assert.deepEqual([first?.account, first?.units], [workplace.google.grant.account.email, 5]);
  const refused = await meet(client, { kind: "google_error", status: 404, reason: "notFound" });
  assert.deepEqual([refused.status, reasonOf(refused)], [404, "notFound"]);
  assert.equal((await client.gmail("messages", { maxResults: 4 })).body.messages?.length, 4);
});

Deno.test("an expired token works again after a refresh, a revoked one never", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { grants, grant, faults } = workplace.google;
  const { clientId, clientSecret } = grants.client;
  const refresh = () =>
    post(workplace, "/token", {
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: "refresh_token",
      refresh_token: grant.refreshToken,
    });
  assert.equal((await meet(client, { kind: "expired_token" })).status, 401);
  assert.equal((await client.gmail("profile")).status, 401);
  client.token = (await refresh()).body.access_token ?? "";
  assert.equal((await client.gmail("profile")).status, 200);
  faults.at({
    method: "oauth2.token",
    call: 1,
    fault: { kind: "oauth_error", error: "temporarily_unavailable" },
  });
  assert.equal((await refresh()).body.error, "temporarily_unavailable");
  faults.at({
    method: "oauth2.token",
    account: grant.account.email,
    call: 1,
    fault: { kind: "revoked_token" },
  });
  assert.equal((await refresh()).body.error, "invalid_grant");
  assert.equal((await refresh()).body.error, "invalid_grant");
  assert.equal((await client.gmail("profile")).status, 401);
});

Deno.test("broken wires: 5xx, reset, timeout, half a body, no body", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  await assert.rejects(meet(client, { kind: "http_status", status: 503 }), SyntaxError);
  await assert.rejects(meet(client, { kind: "connection_reset" }), TypeError);
  await assert.rejects(meet(client, { kind: "truncated_json" }), SyntaxError);
  await assert.rejects(meet(client, { kind: "empty_200" }), SyntaxError);
  const giveUp = new AbortController();
  workplace.google.faults.at({ method, call: 1, fault: { kind: "timeout" }, before: () => giveUp.abort() });
  const headers = { authorization: `Bearer ${client.token}` };
  const hanging = fetch(`${workplace.googleUrl}/gmail/v1/users/me/messages`, {
    headers,
    signal: giveUp.signal,
  });
  await assert.rejects(hanging, { name: "AbortError" });
  const statuses = workplace.google.journal.calls({ method }).map(({ status }) => status);
  assert.deepEqual(statuses, [503, undefined, 200, 200, undefined]);
});

Deno.test("a dropped page claims to be the last, a repeated page token leads to the same page", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const dropped = await meet(client, { kind: "dropped_page" });
  assert.deepEqual(Object.keys(dropped.body), ["resultSizeEstimate"]);
  const first = await meet(client, { kind: "repeated_page_token" });
  const second = await client.gmail("messages", { maxResults: 4, pageToken: first.body.nextPageToken });
  assert.deepEqual(second.body.messages, first.body.messages);
  assert.notEqual(second.body.nextPageToken, first.body.nextPageToken);
  workplace.google.faults.at({
    method: "calendar.events.list",
    call: 1,
    fault: { kind: "repeated_page_token" },
  });
  const events = (await client.events("primary", { maxResults: 2500 })).body;
  assert.equal(events.nextSyncToken, undefined);
  const again = (await client.events("primary", { maxResults: 2500, pageToken: events.nextPageToken })).body;
  assert.deepEqual([again.items, again.nextSyncToken !== undefined], [events.items, true]);
});
