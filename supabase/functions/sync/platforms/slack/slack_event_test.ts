import assert from "node:assert/strict";
import { applySlackEvents, readSlackEvent } from "./slack_event.ts";

const channel = "C01GEN";
const ts = "1700000000.000100";
const said = (parts: Record<string, unknown> = {}) => ({
  type: "message",
  channel,
  user: "U01ANA",
  text: "Hello",
  ts,
  event_ts: ts,
  channel_type: "channel",
  ...parts,
});
const edited = (text: string, at: string, of = ts) =>
  said({
    subtype: "message_changed",
    ts: at,
    message: { type: "message", user: "U01ANA", text, ts: of, edited: { user: "U01ANA", ts: at } },
    previous_message: { type: "message", user: "U01ANA", text: "Hello", ts: of },
  });
const removed = (of = ts) =>
  said({ subtype: "message_deleted", ts: "1700000500.000100", deleted_ts: of, hidden: true });
const wrapped = (event: unknown) => ({ type: "event_callback", team_id: "T01", event_id: "Ev01", event });

const naming = {
  teamUrl: "https://acme.slack.com",
  ownId: "U01ANA",
  peopleNamed: (ids: readonly string[]) =>
    Promise.resolve(new Map(ids.filter((id) => id === "U01ANA").map((id) => [id, "Ana"]))),
};
const apply = (...events: unknown[]) => applySlackEvents({ id: channel }, events, naming);

Deno.test("an event says what it changes, in Slack's envelope or without it", () => {
  for (const form of [wrapped, (event: unknown) => event]) {
    const plain = readSlackEvent(form(said()));
    assert.deepEqual([plain.kind, plain.channel, plain.ts], ["stored", channel, ts]);
    const change = readSlackEvent(form(edited("Hi", "1700000100.000000")));
    assert.deepEqual([change.kind, change.ts], ["stored", ts]);
    assert.equal(change.kind === "stored" && change.message.text, "Hi");
    assert.deepEqual(readSlackEvent(form(removed())), { kind: "gone", channel, ts });
  }
});

Deno.test("bots, broadcasts and files are stored as they are; what Slack says of the channel's life is ignored", () => {
  const kinds = ["bot_message", "thread_broadcast", "file_share", "me_message", "a_subtype_of_tomorrow"];
  for (const subtype of kinds) {
    assert.equal(readSlackEvent(said({ subtype, user: undefined, bot_id: "B01" })).kind, "stored", subtype);
  }
  for (const subtype of ["channel_join", "group_topic", "channel_archive"]) {
    assert.equal(readSlackEvent(said({ subtype })).kind, "ignored", subtype);
  }
});

Deno.test("a parent that was deleted while it has replies becomes a tombstone, and that is its deletion", () => {
  const message = {
    type: "message",
    subtype: "tombstone",
    user: "USLACKBOT",
    text: "This message was deleted.",
    ts,
  };
  const event = said({ subtype: "message_changed", ts: "1700000100.000000", message });
  assert.deepEqual(readSlackEvent(event), { kind: "gone", channel, ts });
});

Deno.test("nothing that can be sent makes the reading of an event fail", () => {
  const hostile = [
    undefined,
    null,
    7,
    "x",
    [],
    {},
    { event: null },
    { event: { type: "message" } },
    said({ ts: 1700000000.0001 }),
    said({ channel: 5 }),
    said({ subtype: "message_changed", message: { text: "no ts" } }),
    said({ subtype: "message_deleted" }),
    said({ text: 5 }),
    { event: { type: "reaction_added", item: { ts } } },
  ];
  for (const payload of hostile) {
    assert.equal(readSlackEvent(payload).kind, "ignored", JSON.stringify(payload));
  }
});

Deno.test("of all edits of a message the last one counts, in whatever order they arrive", async () => {
  const events = [said(), edited("One", "1700000100.000000"), edited("Two", "1700000200.000000")];
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1, 2]]) {
    const { items, gone } = await apply(...order.map((at) => wrapped(events[at])));
    assert.deepEqual(items.map(({ item_id, content, edited_at }) => [item_id, content, edited_at]), [
      [ts, "Two", "2023-11-14T22:16:40.000000Z"],
    ]);
    assert.deepEqual(gone, []);
  }
});

Deno.test("a deleted message is gone even when an edit of it arrives later", async () => {
  for (const events of [[said(), removed()], [removed(), said(), edited("Late", "1700000400.000000")]]) {
    const { items, gone } = await apply(...events);
    assert.deepEqual([items, gone], [[], [{ container_id: channel, item_id: ts }]]);
  }
});

Deno.test("a batch becomes items with names, threads and links; other channels are passed over", async () => {
  const asked: (readonly string[])[] = [];
  const { items } = await applySlackEvents(
    { id: channel },
    [
      said({ channel: "C02RND", ts: "1700000001.000000" }),
      said({ ts: "1700000003.000000", thread_ts: ts, text: "*See* <@U09ZOE> :tada:" }),
      said({ text: "First", reply_count: 1, latest_reply: "1700000003.000000", thread_ts: ts }),
    ],
    { ...naming, peopleNamed: (ids) => (asked.push(ids), naming.peopleNamed(ids)) },
  );
  assert.deepEqual(
    items.map((
      { content, author, content_type, thread_id, sources },
    ) => [content, author, content_type, thread_id, sources]),
    [
      ["First", "Ana", "message", ts, [channel]],
      ["See @U09ZOE 🎉", "Ana", "thread_reply", ts, [channel]],
    ],
  );
  assert.deepEqual(asked.map((ids) => ids.toSorted()), [["U01ANA", "U09ZOE"]]);
  // What no pass has read must not look as if one had: polling repairs what events missed.
  assert.ok(items.every(({ metadata }) => !("thread_read" in metadata)));
});

Deno.test("a thread with replies is named once, with the newest reply that any event tells, and its parent is left as it is", async () => {
  const replied = (more: Record<string, unknown>, of = ts) =>
    said({
      subtype: "message_replied",
      ts: "1700000900.000100",
      message: {
        type: "message",
        user: "U01ANA",
        text: "Hello",
        ts: of,
        thread_ts: of,
        reply_count: 2,
        ...more,
      },
    });
  const reply = (at: string) => ({ user: "U01ANA", ts: at });
  const other = "1700000050.000100";
  const { items, gone, threads } = await apply(
    wrapped(replied({ latest_reply: "1700000300.000000" })),
    replied({ replies: [reply("1700000200.000000"), reply("1700000100.000000")] }),
    replied({}, other),
    replied({ latest_reply: "soon", replies: "many" }, other),
    said({ channel: "C02RND", subtype: "message_replied", message: { ts } }),
    said({ subtype: "message_replied" }),
  );
  assert.deepEqual([items, gone], [[], []]);
  assert.deepEqual(threads, [
    { thread_id: ts, latest_reply: "1700000300.000000" },
    { thread_id: other, latest_reply: null },
  ]);
});

Deno.test("an empty batch asks nobody", async () => {
  const none = { ...naming, peopleNamed: () => Promise.reject(new Error("asked")) };
  assert.deepEqual(await applySlackEvents({ id: channel }, [removed(), {}], none), {
    items: [],
    gone: [{ container_id: channel, item_id: ts }],
    threads: [],
  });
});
