import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { startWorkplace } from "../workplace.ts";

/** An app that answers as told and keeps what it was sent. */
function startApp(status: (nth: number) => number = () => 200) {
  const got: { headers: Headers; body: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const body = await request.text();
    const { type, challenge } = JSON.parse(body);
    if (type === "url_verification") return Response.json({ challenge });
    got.push({ headers: request.headers, body });
    return new Response("", { status: status(got.length) });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    got,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const open = () => startWorkplace({ seed: 3, days: 7, now: () => new Date("2026-11-05T10:00:00Z") });

Deno.test("nothing waits before somebody subscribes, and nothing is sent by itself after", async () => {
  await using workplace = await open();
  await using app = startApp();
  const { slack: { events }, team: { chat } } = workplace;
  chat.post({ channel: "general", by: "pager", text: "Before" });
  assert.equal(events.waiting.length, 0);
  await events.subscribe(app.url);
  chat.post({ channel: "general", by: "pager", text: "After" });
  assert.equal(events.waiting.length, 1);
  assert.equal(app.got.length, 0);
  const [delivery] = await events.deliver();
  assert.deepEqual(delivery?.statuses, [200]);
  assert.deepEqual([app.got.length, events.waiting.length], [1, 0]);
});

Deno.test("a post, an edit, a reply and deletions are told as Slack tells them", async () => {
  await using workplace = await open();
  await using app = startApp();
  const { slack: { events }, team } = workplace;
  await events.subscribe(app.url);
  const general = team.chat.channel("general").id;
  const { ts } = team.chat.post({ channel: "general", by: "pager", text: "One" });
  team.chat.edit({ channel: "general", ts, text: "Two" });
  const reply = team.chat.reply({ channel: "general", by: "pager", text: "Answer", threadTs: ts });
  team.chat.remove({ channel: "general", ts });
  team.chat.remove({ channel: "general", ts: reply.ts });
  const told = (await events.deliver()).map(({ envelope }) => envelope.event);
  assert.deepEqual(told.map(({ subtype, ts }) => [subtype ?? "post", ts]).slice(0, 1), [["post", ts]]);
  assert.deepEqual(told.map(({ subtype }) => subtype ?? "post"), [
    "post",
    "message_changed",
    "post",
    "message_changed",
    "message_deleted",
    "message_deleted",
  ]);
  assert.ok(
    told.every(({ type, channel, channel_type }) =>
      type === "message" && channel === general && channel_type === "channel"
    ),
  );
  const [, edited, answer, stone, replyGone, stoneGone] = told.map(Object);
  assert.deepEqual([edited.message.text, edited.previous_message.text, edited.message.ts], [
    "Two",
    "One",
    ts,
  ]);
  assert.equal(answer.thread_ts, ts);
  assert.deepEqual([stone.message.subtype, stone.message.ts, stone.previous_message.text], [
    "tombstone",
    ts,
    "Two",
  ]);
  assert.deepEqual([replyGone.deleted_ts, stoneGone.deleted_ts], [reply.ts, ts]);
});

Deno.test("what our bot cannot see is not told", async () => {
  await using workplace = await open();
  await using app = startApp();
  const { slack: { events }, team } = workplace;
  await events.subscribe(app.url);
  team.chat.post({ channel: "random", by: "pager", text: "Anything but work" });
  team.chat.post({ channel: "board-prep", by: "pager", text: "Slides" });
  assert.equal(events.waiting.length, 0);
  team.chat.leave({ channel: "customers", by: team.botKey, silent: true });
  team.chat.post({ channel: "customers", by: "pager", text: "After we left" });
  assert.deepEqual(events.waiting.map(({ event: { type, user } }) => [type, user]), [
    ["member_left_channel", team.bot.userId],
  ]);
});

Deno.test("every post is signed over its raw body, has an id of its own, and names its team", async () => {
  await using workplace = await open();
  await using app = startApp();
  const { slack: { events, installations }, team } = workplace;
  const { team: other } = workplace.addTeam();
  await events.subscribe(app.url);
  for (const { chat } of [team, other]) chat.post({ channel: "general", by: "pager", text: "Grüße" });
  const envelopes = (await events.deliver()).map(({ envelope }) => envelope);
  assert.deepEqual(envelopes.map(({ team_id }) => team_id), [team.id, other.id]);
  assert.equal(new Set(envelopes.map(({ event_id }) => event_id)).size, 2);
  for (const { headers, body } of app.got) {
    const signed = `v0:${headers.get("x-slack-request-timestamp")}:${body}`;
    const expected = createHmac("sha256", installations.app.signingSecret).update(signed).digest("hex");
    assert.equal(headers.get("x-slack-signature"), `v0=${expected}`);
  }
});

Deno.test("a post that is refused is tried three times more, under the same id", async () => {
  await using workplace = await open();
  await using app = startApp((nth) => nth < 3 ? 503 : 200);
  const { slack: { events }, team } = workplace;
  await events.subscribe(app.url);
  team.chat.post({ channel: "general", by: "pager", text: "Again" });
  const [delivery] = await events.deliver();
  assert.deepEqual(delivery?.statuses, [503, 503, 200]);
  assert.deepEqual(app.got.map(({ headers }) => headers.get("x-slack-retry-num")), [null, "1", "2"]);
  assert.equal(new Set(app.got.map(({ body }) => body)).size, 1);
  await using down = startApp(() => 500);
  await events.subscribe(down.url);
  team.chat.post({ channel: "general", by: "pager", text: "Never" });
  assert.deepEqual((await events.deliver())[0]?.statuses, [500, 500, 500, 500]);
});

Deno.test("who does not answer the challenge is not subscribed", async () => {
  await using workplace = await open();
  const { slack: { events }, team } = workplace;
  await assert.rejects(events.subscribe(`${workplace.url}/nowhere`), /challenge/);
  team.chat.post({ channel: "general", by: "pager", text: "Nobody listens" });
  assert.equal(events.waiting.length, 0);
});
