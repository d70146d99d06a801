import assert from "node:assert/strict";
import type { AccessToken } from "../connections/access_token.ts";
import { rpcStandIn } from "../db/rpc_stand_in.ts";
import { createEgress, type Egress } from "../http/egress.ts";
import { createLog } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { openDirectMessage, type Posted, postToSlack, type SlackPost } from "./slack.ts";
import type { SlackConnection } from "./slack_call.ts";
import { slackParts } from "./slack_message.ts";

const [message = { text: "", blocks: [] }] = slackParts({ title: "Digest", body: ["Hi"] });
const post: SlackPost = {
  deliveryId: "6f9619ff-8b86-4011-b42d-00c04fc964ff",
  part: 1,
  message,
  channel: "C1",
};
const taken = { ok: true, channel: "C1", ts: "1700000000.000100" };

interface Options {
  readonly answer?: (
    request: { url: string; token: string; body: URLSearchParams },
  ) => Response | Promise<Response>;
  readonly wait?: number;
  readonly accessToken?: AccessToken;
  readonly signal?: AbortSignal;
}

/** Slack as one function, and what was asked of the meters. */
function slack({ answer = () => Response.json(taken), wait = 0, accessToken, signal }: Options = {}) {
  const asked: { url: string; token: string; body: URLSearchParams }[] = [];
  const paused: number[] = [];
  const database = rpcStandIn({ reserve: () => wait, hold_back: () => undefined });
  const transport: Egress = async (input, init) => {
    const token = new Headers(init?.headers).get("authorization") ?? "";
    const request = { url: String(input), token, body: new URLSearchParams(String(init?.body)) };
    asked.push(request);
    return await answer(request);
  };
  const connection: SlackConnection = {
    accessToken: accessToken ??
      { current: () => Promise.resolve("xoxb-1"), renewed: () => Promise.reject(dead) },
    teamId: "T1",
    database,
    egress: createEgress({ log: createLog({ write: () => {} }), transport }),
    signal: signal ?? new AbortController().signal,
    pause: (seconds) => (paused.push(seconds), Promise.resolve()),
  };
  return { connection, asked, paused, database };
}

const dead = new PipelineError({ code: "needs_reauth", message: "dead", status: 409 });
const told = (posted: Posted) =>
  posted.outcome === "retry"
    ? `retry ${posted.fate} ${posted.problem.code} ${posted.retryAfterSeconds ?? "-"}`
    : posted.outcome === "refused"
    ? `refused ${posted.problem.code}`
    : posted.outcome;

Deno.test("a post carries its blocks, its metadata, and nothing that Slack would fetch or link", async () => {
  const { connection, asked } = slack();
  const posted = await postToSlack({ ...post, threadTs: "1.000001" }, connection);
  assert.deepEqual(posted, { outcome: "posted", ts: taken.ts });
  const [call] = asked;
  assert.deepEqual([call?.url, call?.token], ["https://slack.com/api/chat.postMessage", "Bearer xoxb-1"]);
  assert.deepEqual(Object.fromEntries(call?.body ?? []), {
    channel: "C1",
    text: message.text,
    blocks: JSON.stringify(message.blocks),
    metadata: JSON.stringify({
      event_type: "yarnnn_delivery",
      event_payload: { delivery_id: post.deliveryId, part: 1 },
    }),
    unfurl_links: "false",
    unfurl_media: "false",
    link_names: "false",
    parse: "none",
    thread_ts: "1.000001",
  });
});

Deno.test("each refusal of Slack becomes refused, retry or a look-up first, in our own words", async () => {
  const cases: [string, string][] = [
    ["not_in_channel", "refused slack_not_in_channel"],
    ["channel_not_found", "refused slack_channel_not_found"],
    ["is_archived", "refused slack_channel_archived"],
    ["user_not_found", "refused slack_person_not_found"],
    ["user_disabled", "refused slack_person_not_found"],
    ["cannot_dm_bot", "refused slack_person_not_found"],
    ["messages_tab_disabled", "refused slack_person_not_found"],
    ["missing_scope", "refused slack_scope_missing"],
    ["msg_too_long", "refused slack_message_invalid"],
    ["msg_blocks_too_long", "refused slack_message_invalid"],
    ["invalid_blocks", "refused slack_message_invalid"],
    ["invalid_blocks_format", "refused slack_message_invalid"],
    ["no_text", "refused slack_message_invalid"],
    ["invalid_arguments", "refused slack_message_invalid"],
    ["invalid_metadata_format", "refused slack_message_invalid"],
    ["metadata_too_large", "refused slack_message_invalid"],
    ["restricted_action", "refused slack_refused"],
    ["restricted_action_read_only_channel", "refused slack_refused"],
    ["ekm_access_denied", "refused slack_refused"],
    ["something_new_CANARY", "refused slack_refused"],
    ["invalid_auth", "refused needs_reauth"],
    ["not_authed", "refused needs_reauth"],
    ["token_expired", "refused needs_reauth"],
    ["token_revoked", "refused needs_reauth"],
    ["account_inactive", "refused needs_reauth"],
    ["ratelimited", "retry not_sent slack_rate_limited 30"],
    ["rate_limited", "retry not_sent slack_rate_limited 30"],
    ["message_limit_exceeded", "retry not_sent slack_rate_limited 30"],
    ["team_added_to_org", "retry not_sent slack_failing 300"],
    ["internal_error", "retry unknown slack_failing -"],
    ["fatal_error", "retry unknown slack_failing -"],
    ["service_unavailable", "retry unknown slack_failing -"],
    ["request_timeout", "retry unknown slack_failing -"],
    ["thread_not_found", "thread_gone"],
    ["cannot_reply_to_message", "thread_gone"],
  ];
  for (const [error, expected] of cases) {
    const { connection } = slack({ answer: () => Response.json({ ok: false, error, detail: "CANARY" }) });
    const posted = await postToSlack(post, connection);
    assert.equal(told(posted), expected, error);
    if (posted.outcome === "refused" || posted.outcome === "retry") {
      assert.doesNotMatch(JSON.stringify(posted.problem), /CANARY/);
    }
  }
});

Deno.test("answers that are none leave the fate unknown; a limit says how long to wait, and all workers hear of it", async () => {
  const cases: [() => Response | Promise<Response>, string][] = [
    [() => new Response("<html>", { status: 502 }), "retry unknown slack_answer_unreadable -"],
    [() => Response.json({ busy: true }, { status: 503 }), "retry unknown slack_failing -"],
    [() => new Response(""), "retry unknown slack_answer_unreadable -"],
    [() => new Response('{"ok":true,"ts":"17'), "retry unknown slack_answer_unreadable -"],
    [() => Response.json({ ok: true }), "retry unknown slack_answer_unreadable -"],
    [() => Response.json({ ok: true, ts: 1700000000.0001 }), "retry unknown slack_answer_unreadable -"],
    [() => Response.json([]), "retry unknown slack_answer_unreadable -"],
    [() => Promise.reject(new TypeError("reset")), "retry unknown egress_unreachable -"],
    [
      () => new Response("", { status: 429, headers: { "retry-after": "7" } }),
      "retry not_sent slack_rate_limited 7",
    ],
    [
      () => new Response("", { status: 429, headers: { "retry-after": "0" } }),
      "retry not_sent slack_rate_limited 1",
    ],
    [
      () => new Response("", { status: 429, headers: { "retry-after": "soon" } }),
      "retry not_sent slack_rate_limited 30",
    ],
    [() => new Response("", { status: 429 }), "retry not_sent slack_rate_limited 30"],
  ];
  for (const [answer, expected] of cases) {
    const { connection, database } = slack({ answer });
    assert.equal(told(await postToSlack(post, connection)), expected);
    assert.equal(database.argumentsOf("hold_back").length, expected.includes("rate_limited") ? 1 : 0);
  }
});

Deno.test("posts keep a second's distance in a channel; a meter that is used up for long is waited for outside", async () => {
  const soon = slack({ wait: 1.1 });
  assert.equal((await postToSlack(post, soon.connection)).outcome, "posted");
  assert.deepEqual(soon.paused, [1.1]);
  assert.deepEqual(soon.database.argumentsOf("reserve"), [{
    p_key: "slack:T1:chat.postMessage:C1",
    p_allowed: 1,
    p_period_seconds: 1.1,
    p_longest_wait_seconds: 10,
    p_units: 1,
  }]);
  const late = slack({ wait: 55.2 });
  assert.equal(told(await postToSlack(post, late.connection)), "retry not_sent slack_rate_limited 56");
  assert.deepEqual(late.asked, []);
});

Deno.test("a refused token is renewed once, and the post goes out with the new one", async () => {
  const renewed: string[] = [];
  const { connection, asked } = slack({
    answer: ({ token }) =>
      Response.json(token === "Bearer xoxb-2" ? taken : { ok: false, error: "token_expired" }),
    accessToken: {
      current: () => Promise.resolve("xoxb-1"),
      renewed: (refused) => (renewed.push(refused), Promise.resolve("xoxb-2")),
    },
  });
  assert.equal((await postToSlack(post, connection)).outcome, "posted");
  assert.deepEqual([renewed, asked.map(({ token }) => token)], [["xoxb-1"], [
    "Bearer xoxb-1",
    "Bearer xoxb-2",
  ]]);
});

Deno.test("a token that cannot be opened or renewed for another reason is nobody's decision here", async () => {
  const down = new PipelineError({ code: "provider_down", message: "down", status: 503 });
  const accessToken = { current: () => Promise.reject(down), renewed: () => Promise.reject(down) };
  const { connection, asked } = slack({ accessToken });
  await assert.rejects(() => postToSlack(post, connection), (thrown) => thrown === down);
  assert.deepEqual(asked, []);
});

Deno.test("the caller's signal is thrown, because whoever lost the lease decides nothing", async () => {
  const controller = new AbortController();
  const reason = new Error("lease lost");
  const { connection } = slack({
    signal: controller.signal,
    answer: () => {
      controller.abort(reason);
      return Promise.reject(new Error("aborted"));
    },
  });
  await assert.rejects(() => postToSlack(post, connection), (thrown) => thrown === reason);
});

Deno.test("a direct conversation is opened with one person", async () => {
  const { connection, asked } = slack({ answer: () => Response.json({ ok: true, channel: { id: "D1" } }) });
  assert.deepEqual(await openDirectMessage("UANN", connection), { outcome: "answered", answer: "D1" });
  assert.equal(asked[0]?.body.get("users"), "UANN");
});
