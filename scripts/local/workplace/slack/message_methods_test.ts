import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { BOT_SCOPES } from "./installations.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });
const DAY = 86_400_000;

/** Reads a channel and all its threads page by page, as a careful client does. */
async function readAll(workplace: Workplace, name: string, limit: number) {
  const client = sdkClient(workplace);
  const channel = workplace.team.chat.channel(name).id;
  const messages = new Map<string, { text: string; edited: boolean; threadTs: string | undefined }>();
  const keep = (
    found: readonly { ts?: string; text?: string; edited?: unknown; thread_ts?: string; hidden?: boolean }[],
  ) => {
    for (const { ts = "", text = "", edited, thread_ts: threadTs, ...rest } of found) {
      if (!rest.hidden) messages.set(ts, { text, edited: edited !== undefined, threadTs });
    }
  };
  const threads: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.history({ channel, limit, ...(cursor && { cursor }) });
    keep(page.messages ?? []);
    for (const { ts, reply_count: replies = 0 } of page.messages ?? []) {
      if (ts && replies > 0) threads.push(ts);
    }
    cursor = page.response_metadata?.next_cursor;
    assert.equal(page.has_more, Boolean(cursor));
  } while (cursor);
  for (const ts of threads) {
    do {
      const page = await client.conversations.replies({ channel, ts, limit, ...(cursor && { cursor }) });
      keep(page.messages ?? []);
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
  }
  return messages;
}

for (const name of ["general", "engineering", "incidents", "leadership"]) {
  Deno.test(`paging over #${name} and its threads finds the truth, no more and no less`, async () => {
    await using workplace = await open();
    workplace.slack.rateLimits.enforced = false;
    const found = await readAll(workplace, name, 7);
    const truth = workplace.team.chat.truth(name);
    assert.ok(truth.length > 5);
    const expected = truth.map(({ ts, text, edited, threadTs }) => [ts, { text, edited, threadTs }]);
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
  });
}

Deno.test("history is newest first, cuts by limit, and honours oldest, latest and inclusive", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { chat } = workplace.team;
  const channel = chat.channel("general").id;
  const roots = chat.truth("general").filter(({ isReply, subtype }) =>
    !isReply || subtype === "thread_broadcast"
  )
    .map(({ ts }) => ts);
  const [low = "", next = "", high = ""] = roots.slice(10, 13);
  const ask = async (args: { oldest?: string; latest?: string; inclusive?: boolean; limit?: number }) => {
    const { messages = [] } = await client.conversations.history({ channel, ...args });
    return messages.map(({ ts }) => ts);
  };
  assert.deepEqual(await ask({ limit: 5 }), roots.slice(-5).reverse());
  assert.deepEqual(await ask({ oldest: low, latest: high }), [next]);
  assert.deepEqual(await ask({ oldest: low, latest: high, inclusive: true }), [high, next, low]);
  assert.deepEqual(await ask({ latest: low, inclusive: true, limit: 1 }), [low]);
  assert.deepEqual(await ask({ oldest: "9999999999" }), []);
  assert.deepEqual(await ask({ oldest: "0", latest: low }), roots.slice(0, 10).reverse());
});

Deno.test("history has a parent's thread figures and broadcasts, and no other replies", async () => {
  await using workplace = await open();
  const { chat } = workplace.team;
  const [first = "", second = ""] = workplace.team.company.people.map(({ key }) => key);
  const parent = chat.post({ channel: "general", by: first, text: "Who has the key?" });
  const thread = { channel: "general", threadTs: parent.ts };
  const hidden = chat.reply({ ...thread, by: second, text: "I do" });
  const shown = chat.reply({ ...thread, by: first, text: "Found it", broadcast: true });
  const { messages = [] } = await sdkClient(workplace).conversations.history({
    channel: parent.channelId,
    limit: 2,
  });
  assert.deepEqual(messages.map(({ ts }) => ts), [shown.ts, parent.ts]);
  const [broadcast, root] = messages;
  assert.equal(broadcast?.subtype, "thread_broadcast");
  assert.equal(broadcast?.root?.ts, parent.ts);
  assert.equal(root?.thread_ts, parent.ts);
  assert.equal(root?.reply_count, 2);
  assert.equal(root?.latest_reply, shown.ts);
  assert.deepEqual(root?.reply_users, [hidden.author.userId, parent.author.userId]);
});

Deno.test("replies come oldest first in pages, and no window hides the parent", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { chat } = workplace.team;
  const parent = chat.post({ channel: "general", by: "pager", text: "Count with me" });
  const channel = parent.channelId;
  const replies = ["one", "two", "three", "four"].map((text) =>
    chat.reply({ channel, threadTs: parent.ts, by: "pager", text }).ts
  );
  const first = await client.conversations.replies({ channel, ts: parent.ts, limit: 3 });
  assert.deepEqual(first.messages?.map(({ ts }) => ts), [parent.ts, ...replies.slice(0, 2)]);
  const cursor = first.response_metadata?.next_cursor ?? "";
  const rest = await client.conversations.replies({ channel, ts: parent.ts, limit: 3, cursor });
  assert.deepEqual(rest.messages?.map(({ ts }) => ts), replies.slice(2));
  assert.equal(rest.has_more, false);
  const [, second = "", third = ""] = replies;
  const late = await client.conversations.replies({ channel, ts: parent.ts, oldest: second });
  assert.deepEqual(late.messages?.map(({ ts }) => ts), [parent.ts, third, replies[3]]);
  assert.equal(
    await refusalOf(client.conversations.replies({ channel, ts: "1.000001" })),
    "thread_not_found",
  );
});

Deno.test("the next reading has late replies, edits, deletions and tombstones", async () => {
  await using workplace = await open();
  const { chat } = workplace.team;
  const at = new Date(OPENING.getTime() - 9 * DAY);
  const parent = chat.post({ channel: "customers", by: "pager", text: "old", at });
  const channel = parent.channelId;
  const late = chat.reply({ channel, threadTs: parent.ts, by: "pager", text: "late" });
  chat.edit({ channel, ts: parent.ts, text: "new" });
  const read = async () => {
    const { messages = [] } = await sdkClient(workplace).conversations
      .history({ channel, oldest: parent.ts, latest: parent.ts, inclusive: true });
    return messages[0];
  };
  assert.equal((await read())?.text, "new");
  assert.ok((await read())?.edited?.ts);
  assert.equal((await read())?.latest_reply, late.ts);
  chat.remove({ channel, ts: parent.ts });
  assert.equal((await read())?.subtype, "tombstone");
  assert.equal(chat.truth("customers").some(({ ts }) => ts === parent.ts), false);
  assert.equal(chat.truth("customers").some(({ ts }) => ts === late.ts), true);
  chat.remove({ channel, ts: late.ts });
  assert.equal(await read(), undefined);
});

Deno.test("a posted message has the clock's ts, its blocks, and metadata for those who ask", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const channel = workplace.team.chat.channel("general").id;
  const metadata = { event_type: "delivery", event_payload: { id: "d-1" } };
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: "*Digest*" } }];
  const posted = await client.chat.postMessage({ channel, text: "Digest", blocks, metadata });
  assert.equal(posted.ts?.slice(0, 10), String(OPENING.getTime() / 1000));
  const asked = { channel, limit: 1 };
  const plain = await client.conversations.history(asked);
  assert.equal(plain.messages?.[0]?.ts, posted.ts);
  assert.equal(plain.messages?.[0]?.metadata, undefined);
  assert.deepEqual(plain.messages?.[0]?.blocks, blocks);
  const full = await client.conversations.history({ ...asked, include_all_metadata: true });
  assert.deepEqual(full.messages?.[0]?.metadata, metadata);
  const { permalink = "" } = await client.chat.getPermalink({ channel, message_ts: posted.ts ?? "" });
  assert.ok(permalink.endsWith(`/archives/${channel}/p${posted.ts?.replace(".", "")}`));
});

Deno.test("a direct message goes to the conversation with that user, opened once", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const [person] = workplace.team.company.people;
  const users = workplace.team.chat.member(person?.key ?? "").userId;
  const opened = await client.conversations.open({ users });
  const again = await client.conversations.open({ users });
  assert.equal(again.channel?.id, opened.channel?.id);
  assert.equal(again.already_open, true);
  const posted = await client.chat.postMessage({ channel: users, text: "For you" });
  assert.equal(posted.channel, opened.channel?.id);
});

Deno.test("reading and posting are refused by Slack's codes", async () => {
  await using workplace = await open();
  workplace.slack.rateLimits.enforced = false;
  const client = sdkClient(workplace);
  const { chat, archivedChannel } = workplace.team;
  const id = (name: string) => chat.channel(name).id;
  const history = (args: { channel: string; cursor?: string; oldest?: string }) =>
    refusalOf(client.conversations.history(args));
  assert.equal(await history({ channel: "C0NOWHERE" }), "channel_not_found");
  assert.equal(await history({ channel: "general" }), "channel_not_found");
  assert.equal(await history({ channel: id("board-prep") }), "channel_not_found");
  assert.equal(await history({ channel: id("random") }), "not_in_channel");
  assert.equal(await history({ channel: id("general"), cursor: "bm90IG91cnM=" }), "invalid_cursor");
  assert.equal(await history({ channel: id("general"), oldest: "yesterday" }), "invalid_ts_oldest");
  assert.equal(await refusalOf(client.apiCall("conversations.history")), "invalid_arguments");
  assert.equal(await refusalOf(client.apiCall("conversations.dance")), "unknown_method");
  const post = (channel: string, text: string, more = {}) =>
    refusalOf(client.chat.postMessage({ channel, text, ...more }));
  assert.equal(await post(id(archivedChannel), "hi"), "is_archived");
  assert.equal(await post(id("random"), "hi"), "not_in_channel");
  assert.equal(await post(id("general"), ""), "no_text");
  assert.equal(await post(id("general"), "x".repeat(40_001)), "msg_too_long");
  assert.equal(await post(id("general"), "hi", { thread_ts: "1.000001" }), "thread_not_found");
  assert.equal(await post(id("general"), "hi", { blocks: [{ type: "section" }] }), "invalid_blocks");
  const metadata = { event_type: "", event_payload: {} };
  assert.equal(await post(id("general"), "hi", { metadata }), "invalid_metadata_format");
  const heavy = { event_type: "x", event_payload: { text: "x".repeat(8_000) } };
  assert.equal(await post(id("general"), "hi", { metadata: heavy }), "metadata_too_large");
});

Deno.test("the journal shows what was posted, also where the answer was lost", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { chat } = workplace.team;
  const channel = chat.channel("general").id;
  const metadata = { event_type: "delivery", event_payload: { id: "d-1" } };
  workplace.slack.rateLimits.enforced = false;
  workplace.slack.faults.at({
    method: "chat.postMessage",
    call: 1,
    fault: { kind: "http_status", status: 502, afterEffect: true },
  });
  workplace.slack.faults.at({
    method: "chat.postMessage",
    call: 2,
    fault: { kind: "slack_error", error: "fatal_error" },
  });
  await assert.rejects(client.chat.postMessage({ channel, text: "Digest", metadata }));
  await assert.rejects(client.chat.postMessage({ channel, text: "Digest", metadata }));
  const root = chat.truth("general").at(-1)?.ts ?? "";
  await client.chat.postMessage({ channel, text: "More", thread_ts: root });
  assert.deepEqual(workplace.slack.journal.posts(), [
    { channel, ts: root, text: "Digest", blocks: [], metadata },
    { channel, ts: chat.truth("general").at(-1)?.ts, threadTs: root, text: "More", blocks: [] },
  ]);
});

Deno.test("a direct message's history needs a scope of its own, and no channel's reader meets it", async () => {
  await using workplace = await open();
  const person = workplace.team.company.people[0]?.key ?? "";
  const { userId } = workplace.team.chat.member(person);
  const posted = await sdkClient(workplace).chat.postMessage({ channel: userId, text: "For you" });
  const channel = posted.channel ?? "";
  const { messages = [] } = await sdkClient(workplace).conversations.history({ channel });
  assert.deepEqual(messages.map(({ text }) => text), ["For you"]);
  assert.equal(workplace.team.readableChannels().some(({ id }) => id === channel), false);
  const lesser = workplace.slack.installations.issue(
    workplace.team,
    BOT_SCOPES.filter((scope) => scope !== "im:history"),
  );
  const refused = sdkClient(workplace, lesser.token).conversations.history({ channel });
  assert.equal(await refusalOf(refused), "missing_scope");
});

Deno.test("a JSON body with a Bearer header works as well as a form", async () => {
  await using workplace = await open();
  const answer = await fetch(`${workplace.slackApiUrl}conversations.history`, {
    method: "POST",
    headers: {
      "authorization": `Bearer ${workplace.installation.token}`,
      "content-type": "application/json; charset=utf-8",
    },
    body: JSON.stringify({ channel: workplace.team.chat.channel("general").id, limit: 3, inclusive: true }),
  });
  const body = await answer.json();
  assert.equal(body.ok, true);
  assert.equal(body.messages.length, 3);
});
