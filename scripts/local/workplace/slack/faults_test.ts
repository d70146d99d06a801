import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import type { Fault } from "./faults.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });
const method = "conversations.history";

/** Plans a fault for the next history call and makes it. */
function meet(workplace: Workplace, fault: Fault) {
  workplace.slack.faults.at({ method, call: 1, fault });
  const channel = workplace.team.chat.channel("general").id;
  return sdkClient(workplace).conversations.history({ channel, limit: 4 });
}

/** The first time goes wrong, the second time well. */
async function recovers(workplace: Workplace): Promise<void> {
  const channel = workplace.team.chat.channel("general").id;
  const page = await sdkClient(workplace).conversations.history({ channel, limit: 4 });
  assert.equal(page.messages?.length, 4);
}

Deno.test("a rate limit fault answers 429 with its Retry-After", async () => {
  await using workplace = await open();
  await assert.rejects(meet(workplace, { kind: "rate_limited", retryAfter: 17 }), { retryAfter: 17 });
  await recovers(workplace);
  const [entry] = workplace.slack.journal.calls({ method });
  assert.deepEqual([entry?.status, entry?.error, entry?.retryAfter, entry?.fault], [
    429,
    "ratelimited",
    17,
    "rate_limited",
  ]);
});

for (const status of [500, 503]) {
  Deno.test(`an HTTP ${status} fault reaches the SDK as that status`, async () => {
    await using workplace = await open();
    await assert.rejects(meet(workplace, { kind: "http_status", status }), { statusCode: status });
    await recovers(workplace);
  });
}

Deno.test("a Slack error fault answers 200 with ok:false", async () => {
  await using workplace = await open();
  assert.equal(
    await refusalOf(meet(workplace, { kind: "slack_error", error: "fatal_error" })),
    "fatal_error",
  );
  await recovers(workplace);
});

Deno.test("a timeout fault never answers until the client aborts", async () => {
  await using workplace = await open();
  const giveUp = new AbortController();
  workplace.slack.faults.at({ method, call: 1, fault: { kind: "timeout" }, before: () => giveUp.abort() });
  const channel = workplace.team.chat.channel("general").id;
  await assert.rejects(
    fetch(`${workplace.slackApiUrl}${method}?channel=${channel}`, {
      headers: { authorization: `Bearer ${workplace.installation.token}` },
      signal: giveUp.signal,
    }),
    { name: "AbortError" },
  );
  assert.equal(workplace.slack.journal.calls({ method })[0]?.status, undefined);
  await recovers(workplace);
});

Deno.test("a workplace that closes lets go of calls that were never answered", async () => {
  const workplace = await open();
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  workplace.slack.faults.at({ method, call: 1, fault: { kind: "timeout" }, before: () => resolve() });
  const channel = workplace.team.chat.channel("general").id;
  const hanging = assert.rejects(sdkClient(workplace).conversations.history({ channel }));
  await arrived;
  await workplace.close();
  await hanging;
});

Deno.test("a connection reset loses the call, or after its effect only the answer", async () => {
  await using workplace = await open();
  await assert.rejects(meet(workplace, { kind: "connection_reset" }));
  await recovers(workplace);
  const fault: Fault = { kind: "connection_reset", afterEffect: true };
  const { chat } = workplace.team;
  const before = chat.truth("general").length;
  const plan = workplace.slack.faults.at({ method: "chat.postMessage", call: 1, fault });
  await assert.rejects(
    sdkClient(workplace).chat.postMessage({ channel: chat.channel("general").id, text: "once" }),
  );
  assert.equal(plan.played, 1);
  assert.equal(chat.truth("general").length, before + 1);
  assert.equal(workplace.slack.journal.calls({ method: "chat.postMessage" }).length, 1);
});

Deno.test("truncated JSON and an empty body are no answers that the SDK takes for pages", async () => {
  await using workplace = await open();
  const half = await refusalOf(meet(workplace, { kind: "truncated_json" }));
  assert.ok(half.startsWith('{"ok":true'));
  assert.throws(() => JSON.parse(half));
  assert.equal(await refusalOf(meet(workplace, { kind: "empty_200" })), "");
  await recovers(workplace);
});

Deno.test("a dropped page claims to be the last, a repeated cursor leads to the same page", async () => {
  await using workplace = await open();
  const dropped = await meet(workplace, { kind: "dropped_page" });
  assert.deepEqual([dropped.messages, dropped.has_more, dropped.response_metadata?.next_cursor], [
    [],
    false,
    "",
  ]);
  const first = await meet(workplace, { kind: "repeated_cursor" });
  const channel = workplace.team.chat.channel("general").id;
  const cursor = first.response_metadata?.next_cursor ?? "";
  const second = await sdkClient(workplace).conversations.history({ channel, limit: 4, cursor });
  assert.deepEqual(second.messages, first.messages);
  assert.notEqual(second.response_metadata?.next_cursor, cursor);
});

Deno.test("a fault strikes as many calls as planned, of its method and team only", async () => {
  await using workplace = await open();
  const other = workplace.addTeam();
  const { faults, journal } = workplace.slack;
  faults.at({
    method: "auth.test",
    team: workplace.team.id,
    call: 2,
    times: 2,
    fault: { kind: "slack_error", error: "x" },
  });
  const cancelled = faults.at({ call: 1, fault: { kind: "slack_error", error: "y" } });
  cancelled.cancel();
  const client = sdkClient(workplace);
  await sdkClient(workplace, other.token).auth.test();
  await client.conversations.list();
  for (let call = 0; call < 4; call++) await client.auth.test().catch(() => undefined);
  const errors = journal.calls({ method: "auth.test" }).map(({ error }) => error);
  assert.deepEqual(errors, [undefined, undefined, "x", "x", undefined]);
});

Deno.test("hooks run before and after the effect of their call, while the caller waits", async () => {
  await using workplace = await open();
  const { chat } = workplace.team;
  const count = () => chat.truth("general").length;
  const atStart = count();
  const seen: number[] = [];
  workplace.slack.faults.at({
    method: "chat.postMessage",
    call: 1,
    before: () => void seen.push(count() - atStart),
    after: async () => {
      await Promise.resolve();
      seen.push(count() - atStart);
    },
  });
  await sdkClient(workplace).chat.postMessage({ channel: chat.channel("general").id, text: "hi" });
  assert.deepEqual(seen, [0, 1]);
});
