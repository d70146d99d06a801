import assert from "node:assert/strict";
import { type Message, message as schema } from "./slack_answers.ts";
import { idsIn, isContent, isTombstone, itemOf, type SlackScene, threadStateOf } from "./slack_item.ts";
import { instantOf } from "./slack_time.ts";

const names = new Map([["U01ANA", "Ana"], ["U02BO", "Bo"]]);
const scene: SlackScene = {
  channelId: "C01GEN",
  teamUrl: "https://acme.slack.com/",
  ownId: "U01ANA",
  nameOf: (id) => names.get(id),
};
const ts = "1700000000.000100";
const said = (parts: Record<string, unknown>): Message => schema.parse({ ts, text: "Hello", ...parts });

Deno.test("a message becomes an item with its channel, author, text, link and instant", () => {
  assert.deepEqual(itemOf(said({ user: "U02BO", text: "Hi <@U01ANA>" }), scene), {
    container_id: "C01GEN",
    item_id: ts,
    sources: ["C01GEN"],
    content_type: "message",
    thread_id: null,
    title: null,
    content: "Hi @Ana",
    author: "Bo",
    author_id: "U02BO",
    is_user_authored: false,
    permalink: "https://acme.slack.com/archives/C01GEN/p1700000000000100",
    metadata: { ts },
    source_timestamp: "2023-11-14T22:13:20.000100Z",
    edited_at: null,
  });
});

Deno.test("a reply, also one shown in the channel, links into its thread; its parent does not", () => {
  const reply = itemOf(said({ thread_ts: "1699999999.000200" }), scene);
  assert.equal(reply.content_type, "thread_reply");
  assert.equal(reply.thread_id, "1699999999.000200");
  assert.equal(
    reply.permalink,
    "https://acme.slack.com/archives/C01GEN/p1700000000000100?thread_ts=1699999999.000200&cid=C01GEN",
  );
  const parent = itemOf(said({ thread_ts: ts, reply_count: 2, latest_reply: "1700000001.000000" }), scene);
  assert.equal(parent.content_type, "message");
  assert.equal(parent.thread_id, ts);
  assert.equal(parent.permalink, "https://acme.slack.com/archives/C01GEN/p1700000000000100");
  assert.deepEqual(parent.metadata, { ts, reply_count: 2, latest_reply: "1700000001.000000" });
});

Deno.test("without the team's address there is no link rather than a wrong one", () => {
  assert.equal(itemOf(said({}), { ...scene, teamUrl: undefined }).permalink, null);
});

Deno.test("a timestamp keeps every microsecond", () => {
  for (const micros of ["000000", "000001", "123456", "500000", "999999"]) {
    assert.equal(instantOf(`1700000000.${micros}`), `2023-11-14T22:13:20.${micros}Z`);
  }
  assert.equal(instantOf("4102444799.999999"), "2099-12-31T23:59:59.999999Z");
});

Deno.test("a timestamp that came as a number is refused, because its digits are lost already", () => {
  for (const wrong of [1700000000.0001, "1700000000.1", "1700000000", "x"]) {
    assert.equal(schema.safeParse({ ts: wrong }).success, false, String(wrong));
  }
});

Deno.test("authors: the name known for the id, else the name posted under, else the bot's, else the id", () => {
  const author = (parts: Record<string, unknown>) => {
    const { author, author_id, is_user_authored } = itemOf(said(parts), scene);
    return [author, author_id, is_user_authored];
  };
  assert.deepEqual(author({ user: "U01ANA" }), ["Ana", "U01ANA", true]);
  assert.deepEqual(author({ user: "U09ZOE" }), ["U09ZOE", "U09ZOE", false]);
  assert.deepEqual(author({ user: "U09ZOE", username: "zoe" }), ["zoe", "U09ZOE", false]);
  assert.deepEqual(author({ bot_id: "B01", username: "Pager" }), ["Pager", "B01", false]);
  assert.deepEqual(author({ bot_id: "B01", bot_profile: { name: "Deploys" } }), ["Deploys", "B01", false]);
  assert.deepEqual(author({ bot_id: "B01" }), ["B01", "B01", false]);
  assert.deepEqual(author({}), [null, null, false]);
  const nobody = { ...scene, ownId: undefined };
  assert.equal(itemOf(said({}), nobody).is_user_authored, false);
});

Deno.test("attachments and files are part of what was said", () => {
  const { content } = itemOf(
    said({
      text: "",
      attachments: [
        { title: "Down", text: "API &gt; 5 s", fallback: "unseen" },
        { fallback: "Only this" },
        {},
      ],
      files: [{ title: "Plan", name: "plan.pdf" }, { name: "b.csv", title: "" }, {}],
    }),
    scene,
  );
  assert.equal(content, "Down: API > 5 s\nOnly this\n[file: Plan]\n[file: b.csv]\n[file: untitled]");
});

Deno.test("edits, reactions, bots and subtypes are kept as facts beside the text", () => {
  const { metadata } = itemOf(
    said({
      edited: { user: "U01ANA", ts: "1700000009.000000" },
      bot_id: "B01",
      subtype: "bot_message",
      reactions: [{ name: "eyes", count: 2, users: ["U01ANA", "U02BO"] }],
    }),
    scene,
  );
  assert.deepEqual(metadata, {
    ts,
    edited_ts: "1700000009.000000",
    bot_id: "B01",
    subtype: "bot_message",
    reactions: [{ name: "eyes", count: 2 }],
  });
});

Deno.test("what our own bot posts is no content; what other bots post is", () => {
  assert.equal(isContent(said({ user: "UBOT" }), "UBOT"), false);
  assert.equal(isContent(said({ user: "UOTHER" }), "UBOT"), true);
  assert.equal(isContent(said({ user: "UBOT" }), undefined), true, "whose bot it is has to be known");
});

Deno.test("housekeeping of a channel is no content; what people and bots say is, whatever its subtype", () => {
  const housekeeping = ["join", "leave", "topic", "purpose", "name", "archive", "unarchive"].flatMap((
    verb,
  ) => [
    `channel_${verb}`,
    `group_${verb}`,
  ]);
  for (const subtype of [...housekeeping, "tombstone"]) {
    assert.equal(isContent(said({ subtype }), "UBOT"), false, subtype);
  }
  for (
    const subtype of [
      undefined,
      "bot_message",
      "thread_broadcast",
      "file_share",
      "me_message",
      "reminder_add",
    ]
  ) {
    assert.equal(isContent(said({ subtype }), "UBOT"), true, String(subtype));
  }
});

Deno.test("the people of a page are its authors and whom they mention, each once", () => {
  const page = [
    said({ user: "U01ANA", text: "<@U02BO> <@U03CI>" }),
    said({ user: "U02BO", text: "<@U01ANA>" }),
    said({ bot_id: "B01" }),
  ];
  assert.deepEqual(idsIn(page), ["U01ANA", "U02BO", "U03CI"]);
});

Deno.test("what an app says in blocks is read when it says it nowhere else, with the app as author", () => {
  const blocks = [{ type: "section", text: { type: "mrkdwn", text: "*Build* by <@U02BO>" } }];
  const app = { bot_id: "B01", subtype: "bot_message", username: "Builds", blocks };
  const inBlocks = itemOf(said({ ...app, text: "" }), scene);
  assert.deepEqual([inBlocks.content, inBlocks.author], ["Build by @Bo", "Builds"]);
  assert.equal(itemOf(said({ ...app, text: "Build" }), scene).content, "Build");
  assert.deepEqual(idsIn([said({ ...app, text: "" })]), ["U02BO"]);
  const inAttachment = itemOf(said({ text: "", attachments: [{ blocks, fallback: "unseen" }] }), scene);
  assert.equal(inAttachment.content, "Build by @Bo");
});

Deno.test("attachments and blocks of any shape lose no message", () => {
  const odd = said({
    attachments: [7, { text: 5, fields: "x" }, null],
    blocks: [null, 3],
    files: [null, { name: 1 }],
    text: null,
  });
  assert.equal(itemOf(odd, scene).content, "[file: untitled]\n[file: untitled]");
});

Deno.test("an edit says when, to the microsecond; a time that is none is left out", () => {
  const edited = (ts: string) => itemOf(said({ edited: { ts } }), scene).edited_at;
  assert.equal(edited("1700000009.000123"), "2023-11-14T22:13:29.000123Z");
  assert.equal(edited("soon"), null);
});

Deno.test("a thread's state is kept only when it is read", () => {
  const parent = said({ thread_ts: ts, reply_count: 2, latest_reply: "1700000001.000000" });
  assert.equal(itemOf(parent, scene, threadStateOf(parent)).metadata["thread_read"], "2:1700000001.000000");
  assert.equal("thread_read" in itemOf(parent, scene).metadata, false);
  assert.equal(threadStateOf(said({})), undefined);
});

Deno.test("a tombstone is no content: it is Slack's word that a message was deleted", () => {
  assert.equal(isTombstone(said({ subtype: "tombstone" })), true);
  assert.equal(isContent(said({ subtype: "tombstone" }), undefined), false);
});
