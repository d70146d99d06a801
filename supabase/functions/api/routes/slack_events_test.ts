import assert from "node:assert/strict";
import { signAsSlack } from "@shared/auth/slack_signature.ts";
import type { RpcAnswers } from "@shared/db/rpc_stand_in.ts";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const now = new Date("2026-11-05T10:00:00Z");
const seconds = now.getTime() / 1000;

const answers: RpcAnswers = {
  receive_live_change: () => ({ readers: 1, hinted: 0 }),
  hint_discovery: () => 1,
  hint_account: () => 1,
  account_revoked: () => 1,
};

interface Sent {
  readonly at?: number;
  readonly signature?: string;
  readonly secret?: string;
  readonly answers?: RpcAnswers;
}

/** Sends a body as Slack would, and tells what was answered and asked of the database. */
async function send(payload: unknown, sent: Sent = {}) {
  const context = contextStandIn({
    answers: sent.answers ?? answers,
    now: () => now,
    variables: { SLACK_SIGNING_SECRET: sent.secret ?? secret },
  });
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const at = sent.at ?? seconds;
  const answer = await createApp(context).request("/api/webhooks/slack", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": sent.signature ?? await signAsSlack(body, secret, at),
    },
  });
  return { status: answer.status, body: await answer.json(), asked: context.database.asked };
}

const callback = (event: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: "event_callback",
  event_id: "Ev0PV52K21",
  event_time: seconds,
  team_id: "T1",
  event,
  ...more,
});
const said = { type: "message", channel: "C1", user: "U1", text: "Hello", ts: "1730800800.000100" };

Deno.test("Slack's first call is answered with its challenge, and nothing is asked of the database", async () => {
  const { status, body, asked } = await send({
    type: "url_verification",
    token: "x",
    challenge: "3eZbrw1aB",
  });
  assert.deepEqual([status, body, asked], [200, { challenge: "3eZbrw1aB" }, []]);
});

Deno.test("what Slack did not sign, or signed too long ago, is refused and nothing is stored", async () => {
  const forged = await send(callback(said), { signature: `v0=${"0".repeat(64)}` });
  assert.deepEqual([forged.status, forged.body.code, forged.asked], [401, "slack_signature_wrong", []]);
  const old = await send(callback(said), { at: seconds - 301 });
  assert.deepEqual([old.status, old.body.code, old.asked], [401, "slack_signature_stale", []]);
  const challenge = await send({ type: "url_verification", challenge: "x" }, { signature: "" });
  assert.deepEqual([challenge.status, challenge.body.code], [401, "slack_signature_missing"]);
});

Deno.test("without a signing secret nothing is believed", async () => {
  const { status, body, asked } = await send(callback(said), { secret: "" });
  assert.deepEqual([status, body.code, asked], [503, "environment_incomplete", []]);
});

Deno.test("a message is passed on by one call, under every subtype", async () => {
  const changed = {
    type: "message",
    subtype: "message_changed",
    channel: "C1",
    ts: "1730800900.000200",
    message: { ...said, text: "Hello, all", edited: { user: "U1", ts: "1730800900.000000" } },
    previous_message: said,
  };
  const { previous_message: _, ...kept } = changed;
  const deleted = {
    type: "message",
    subtype: "message_deleted",
    channel: "C1",
    deleted_ts: said.ts,
    ts: "1.0",
  };
  for (const [event, payload] of [[said, said], [changed, kept], [deleted, deleted]]) {
    const { status, asked } = await send(callback({ ...event }));
    assert.equal(status, 200);
    assert.deepEqual(asked, [{
      name: "receive_live_change",
      args: {
        p_provider: "slack",
        p_accounts: ["T1"],
        p_platform: "slack",
        p_unit: "C1",
        p_event_id: "Ev0PV52K21",
        p_payload: payload,
      },
    }]);
  }
});

Deno.test("an event of a channel that teams share names the team that sent it and the team that we are in", async () => {
  const { asked } = await send(callback(said, { context_team_id: "T2" }));
  assert.deepEqual(Object(asked[0]?.args).p_accounts, ["T1", "T2"]);
});

Deno.test("a message that is too large to keep is told without its content", async () => {
  const { status, asked } = await send(callback({ ...said, text: "x".repeat(70_000) }));
  assert.deepEqual([status, Object(asked[0]?.args).p_payload], [200, null]);
});

Deno.test("a channel that is renamed, closed or left is listed again", async () => {
  const concerned = async (event: Record<string, unknown>) => {
    const { asked } = await send(callback(event));
    const { p_source, p_person } = Object(asked[0]?.args);
    return [asked.length, asked[0]?.name, p_source, p_person];
  };
  const told = [1, "hint_discovery", "C1", undefined];
  assert.deepEqual(await concerned({ type: "channel_rename", channel: { id: "C1", name: "new" } }), told);
  assert.deepEqual(await concerned({ type: "channel_archive", channel: "C1", user: "U1" }), told);
  assert.deepEqual(await concerned({ type: "group_deleted", channel: "C1" }), told);
  assert.deepEqual(await concerned({ type: "member_left_channel", channel: "C1", user: "U9" }), [
    1,
    "hint_discovery",
    "C1",
    "U9",
  ]);
});

Deno.test("an app that was removed, and tokens that were revoked, end the connections they concern", async () => {
  const common = { p_provider: "slack", p_accounts: ["T1"], p_at: "2026-11-05T10:00:00.000Z" };
  const removed = await send(callback({ type: "app_uninstalled" }));
  assert.deepEqual(removed.asked.map(({ args }) => args), [
    { ...common, p_reason: "Our app was removed from it." },
  ]);
  const revoked = await send(callback({ type: "tokens_revoked", tokens: { oauth: ["U1"], bot: ["U2"] } }));
  assert.deepEqual(revoked.asked.map(({ args }) => args), [
    { ...common, p_reason: "Slack revoked our access to it.", p_people: ["U1", "U2"] },
  ]);
});

Deno.test("when Slack holds events of a team back, the team is synced instead", async () => {
  const { status, asked } = await send({ type: "app_rate_limited", team_id: "T1", minute_rate_limited: 1 });
  assert.deepEqual([status, asked], [200, [{
    name: "hint_account",
    args: { p_provider: "slack", p_accounts: ["T1"], p_platform: "slack" },
  }]]);
});

Deno.test("what is nothing to us is taken without a call, so that Slack does not send it again", async () => {
  const nothing = [
    callback({ type: "reaction_added", user: "U1" }),
    callback({ type: "message" }),
    callback({ type: "tokens_revoked" }),
    callback({ ...said }, { event_id: "E".repeat(101) }),
    { type: "event_callback" },
    { type: "invented_tomorrow" },
    [],
    "not JSON",
  ];
  for (const payload of nothing) {
    const { status, asked } = await send(payload);
    assert.deepEqual([status, asked], [200, []], JSON.stringify(payload));
  }
});

Deno.test("when the database does not take an event, Slack is told to send it again", async () => {
  const failing = { receive_live_change: () => Promise.reject(new Error("no database")) };
  const { status, body } = await send(callback(said), { answers: failing });
  assert.deepEqual([status, body.code], [500, "internal_error"]);
});

Deno.test("a body of more than 256 KB is not read", async () => {
  const { status, asked } = await send(callback({ ...said, text: "x".repeat(300_000) }));
  assert.deepEqual([status, asked], [413, []]);
});
