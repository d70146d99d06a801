import assert from "node:assert/strict";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError, type SyncErrorCode } from "../connector.ts";
import { history, memberList } from "./slack_answers.ts";
import { createSlackClient, slackCodeOf } from "./slack_client.ts";
import { standingToken, type WorkplaceClient, workplaceClient } from "./workplace_client.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");

/** A workplace whose clock stands still and that meters no call; faults and the cohort are each test's own. */
async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  workplace.slack.rateLimits.enforced = false;
  return workplace;
}

const read = (workplace: Workplace, client: WorkplaceClient, channel = "general") =>
  client.call("conversations.history", {
    channel: workplace.team.chat.channels.find(({ name }) => name === channel)?.id ?? channel,
    limit: 20,
  }, history);

async function refusalOf(call: Promise<unknown>): Promise<PlatformError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof PlatformError) return thrown;
    throw thrown;
  }
  throw new Error("The call was not refused");
}

Deno.test("a call is paid for under its team and method, and its answer is read by the schema", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  const { messages, has_more } = await read(workplace, client);
  assert.equal(messages.length, 20);
  assert.equal(has_more, true);
  assert.deepEqual(client.taken, [{
    key: `slack:${workplace.team.id}:conversations.history`,
    allowed: 50,
    periodSeconds: 61,
  }]);
  await client.call("users.list", { limit: 5 }, memberList);
  assert.equal(client.taken[1]?.allowed, 20);
});

const refusals: readonly [slack: string, ours: SyncErrorCode, final: boolean][] = [
  ["invalid_auth", "needs_reauth", true],
  ["token_revoked", "needs_reauth", true],
  ["token_expired", "needs_reauth", true],
  ["account_inactive", "needs_reauth", true],
  ["missing_scope", "access_denied", true],
  ["not_in_channel", "access_denied", true],
  ["channel_not_found", "not_found", true],
  ["thread_not_found", "not_found", true],
  ["ratelimited", "rate_limited", false],
  ["internal_error", "provider_down", false],
  ["fatal_error", "provider_down", false],
  ["a_code_of_tomorrow", "internal", false],
];

Deno.test("Slack's refusals come in our categories, and only what a person must mend is final", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  for (const [error, ours, final] of refusals) {
    workplace.slack.faults.clear();
    workplace.slack.faults.at({ call: 1, fault: { kind: "slack_error", error } });
    const refusal = await refusalOf(read(workplace, client));
    assert.deepEqual([refusal.code, refusal.final, slackCodeOf(refusal)], [ours, final, error]);
  }
  assert.deepEqual(client.heldBack.map(({ seconds }) => seconds), [61]);
});

Deno.test("a revoked token and a closed account ask to be reconnected, and the error never holds the token", async () => {
  for (const state of ["revoked", "inactive"] as const) {
    await using workplace = await openWorkplace();
    const client = workplaceClient(workplace);
    workplace.slack.installations.end(workplace.installation.token, state);
    const refusal = await refusalOf(read(workplace, client));
    assert.equal(refusal.code, "needs_reauth");
    assert.ok(!JSON.stringify([refusal.problem, client.lines]).includes(workplace.installation.token));
  }
  await using workplace = await openWorkplace();
  const stranger = workplaceClient(workplace, { token: "xoxb-unknown" });
  assert.equal((await refusalOf(read(workplace, stranger))).code, "needs_reauth");
});

Deno.test("429 is rate_limited with Slack's own wait, and everybody is held back for as long", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  workplace.slack.faults.at({ call: 1, fault: { kind: "rate_limited", retryAfter: 37 } });
  const refusal = await refusalOf(read(workplace, client));
  assert.deepEqual([refusal.code, refusal.retryAfterSeconds, refusal.final], ["rate_limited", 37, false]);
  assert.deepEqual(client.heldBack, [{
    key: `slack:${workplace.team.id}:conversations.history`,
    seconds: 37,
  }]);
  assert.equal(workplace.slack.journal.calls().length, 1);
});

Deno.test("a 429 without a Retry-After that can be read waits a minute and is no sign of the slow cohort", async () => {
  for (const header of [undefined, "", "soon"]) {
    let released = false;
    const body = new ReadableStream({
      cancel() {
        released = true;
      },
    });
    const egress = createEgress({
      log: createLog({ write: () => {} }),
      transport: () =>
        Promise.resolve(
          new Response(body, {
            status: 429,
            ...(header !== undefined && { headers: { "retry-after": header } }),
          }),
        ),
    });
    const held: number[] = [];
    const client = createSlackClient({
      accessToken: standingToken("xoxb-1"),
      teamId: "T01",
      egress,
      signal: new AbortController().signal,
      budget: {
        take: () => Promise.resolve(),
        holdBack: (_, seconds) => Promise.resolve(void held.push(seconds)),
      },
    });
    const refusal = await refusalOf(client.call("users.list", {}, memberList));
    assert.deepEqual([refusal.code, refusal.retryAfterSeconds, held], ["rate_limited", 61, [61]]);
    assert.equal(released, true, "the answer's connection is still held");
  }
});

Deno.test("whatever breaks on the way is provider_down after one try", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  const faults = [
    { kind: "http_status", status: 500 },
    { kind: "http_status", status: 503 },
    { kind: "connection_reset" },
    { kind: "truncated_json" },
    { kind: "empty_200" },
  ] as const;
  for (const fault of faults) {
    workplace.slack.faults.clear();
    const before = workplace.slack.journal.calls().length;
    workplace.slack.faults.at({ call: 1, fault });
    const refusal = await refusalOf(read(workplace, client));
    assert.deepEqual([refusal.code, refusal.final], ["provider_down", false], JSON.stringify(fault));
    assert.doesNotMatch(refusal.message, /upstream|messages/);
    assert.equal(workplace.slack.journal.calls().length, before + 1);
  }
  assert.deepEqual(client.heldBack, []);
});

Deno.test("an answer of another shape is provider_down, and quotes nothing of it", async () => {
  const egress = createEgress({
    log: createLog({ write: () => {} }),
    transport: () => Promise.resolve(Response.json({ ok: true, messages: [{ ts: 17.5, text: "CANARY" }] })),
  });
  const client = createSlackClient({
    accessToken: standingToken("xoxb-1"),
    teamId: "T01",
    egress,
    signal: new AbortController().signal,
    budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
  });
  const refusal = await refusalOf(client.call("conversations.history", { channel: "C01" }, history));
  assert.equal(refusal.code, "provider_down");
  assert.doesNotMatch(JSON.stringify(refusal.problem), /CANARY/);
});

Deno.test("a stop during a call is thrown as it was given, and none is made after it", async () => {
  await using workplace = await openWorkplace();
  const stop = new AbortController();
  const client = workplaceClient(workplace, { signal: stop.signal });
  const reason = new Error("deadline");
  workplace.slack.faults.at({ call: 1, before: () => stop.abort(reason) });
  await assert.rejects(read(workplace, client), (thrown) => thrown === reason);
  await assert.rejects(read(workplace, client), (thrown) => thrown === reason);
  assert.equal(workplace.slack.journal.calls().length, 1);
});

/** A client whose token can be renewed, before a Slack that accepts these tokens only. */
function renewing(accepted: readonly string[], renewals: readonly string[], refusal = "token_expired") {
  const used: string[] = [];
  const renewed: string[] = [];
  const client = createSlackClient({
    accessToken: {
      current: () => Promise.resolve("xoxb-old"),
      renewed(refused) {
        renewed.push(refused);
        const token = renewals[renewed.length - 1];
        if (token !== undefined) return Promise.resolve(token);
        return Promise.reject(
          new PipelineError({ code: "needs_reauth", message: "It cannot be renewed.", status: 409 }),
        );
      },
    },
    teamId: "T01",
    egress: createEgress({
      log: createLog({ write: () => {} }),
      transport: (input, init) => {
        const token =
          new Headers(init?.headers ?? new Request(input).headers).get("authorization")?.slice(7) ?? "";
        used.push(token);
        return Promise.resolve(
          Response.json(accepted.includes(token) ? { ok: true, members: [] } : { ok: false, error: refusal }),
        );
      },
    }),
    signal: new AbortController().signal,
    budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
  });
  return { client, used, renewed };
}

Deno.test("a token that has expired is renewed once, and the call is made again with the new one", async () => {
  for (const refusal of ["token_expired", "invalid_auth"]) {
    const { client, used, renewed } = renewing(["xoxb-new"], ["xoxb-new"], refusal);
    assert.deepEqual(await client.call("users.list", {}, memberList), { members: [], response_metadata: {} });
    assert.deepEqual([used, renewed], [["xoxb-old", "xoxb-new"], ["xoxb-old"]]);
  }
});

Deno.test("a new token that is refused, too, and one that cannot be renewed, ask to be reconnected", async () => {
  const twice = renewing([], ["xoxb-new", "xoxb-newer"]);
  assert.equal((await refusalOf(twice.client.call("users.list", {}, memberList))).code, "needs_reauth");
  assert.deepEqual(twice.used, ["xoxb-old", "xoxb-new"]);
  const never = renewing([], []);
  const refusal = await refusalOf(never.client.call("users.list", {}, memberList));
  assert.deepEqual([refusal.code, slackCodeOf(refusal)], ["needs_reauth", "token_expired"]);
});

Deno.test("a token that was revoked is not renewed: it was taken back on purpose", async () => {
  const { client, renewed } = renewing([], ["xoxb-new"], "token_revoked");
  assert.equal((await refusalOf(client.call("users.list", {}, memberList))).code, "needs_reauth");
  assert.deepEqual(renewed, []);
});

Deno.test("the slow pace is told to the meters of both reading methods", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  await client.keepSlowPace();
  const learnt = { allowed: 1, periodSeconds: 61 };
  assert.deepEqual(
    client.heldBack,
    ["conversations.history", "conversations.replies"].map((method) => ({
      key: `slack:${workplace.team.id}:${method}`,
      seconds: 0,
      learnt,
    })),
  );
});
