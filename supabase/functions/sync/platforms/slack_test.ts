import assert from "node:assert/strict";
import { startWorkplace } from "../../../../scripts/local/workplace/workplace.ts";
import { z } from "zod";
import { type Connector, PlatformError, type SourceToRead } from "./connector.ts";
import { createSlackConnector } from "./slack.ts";
import { ChannelStore } from "./slack/channel_store.ts";
import { readCursor } from "./slack/slack_cursor.ts";
import {
  connectorTo,
  DAY,
  expected,
  held,
  HOUR,
  OPENING,
  openWorkplace,
  sourceOf,
  storeOf,
  talk,
} from "./slack/workplace_channel.ts";

for (const name of ["general", "engineering", "incidents", "customers", "leadership"]) {
  Deno.test(`a first pass and later ones over #${name} hold the truth, threads included, no more and no less`, async () => {
    await using workplace = await openWorkplace(startWorkplace);
    const { connector } = connectorTo(workplace);
    const store = storeOf(workplace);
    const source = sourceOf(workplace, name);
    await store.pass(connector, source);
    assert.ok(store.items.size > 5);
    assert.deepEqual(held(store), expected(workplace, name));
    for (const round of [1, 2, 3]) {
      talk(workplace, name, round);
      await store.pass(connector, source);
      assert.deepEqual(held(store), expected(workplace, name));
    }
    const { gaps, threads } = readCursor(store.cursor);
    assert.deepEqual([gaps, threads], [[], []]);
  });
}

Deno.test("a pass that finds nothing new is one call, also when it looks through the last month by the way", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector, directory } = connectorTo(workplace);
  for (const { external_id, name } of (await connector.discover()).people) directory.set(external_id, name);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "general");
  await store.pass(connector, source);
  const daysListed = async () => {
    const { journal } = workplace.slack;
    const before = journal.latest;
    workplace.clock.advance(HOUR);
    await store.pass(connector, source);
    const now = workplace.clock.now().getTime();
    return journal.calls({ after: before }).map(({ args }) =>
      Math.floor((now - Number(args["oldest"]) * 1000) / DAY)
    );
  };
  const passes = [];
  for (let pass = 0; pass < 7; pass += 1) passes.push(await daysListed());
  assert.deepEqual(passes, [[30], [2], [2], [2], [2], [30], [2]]);
});

Deno.test("the one listing of the newest part and the month is not believed when it comes back empty, however quiet the channel", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "customers");
  const later = async (hours: number) => {
    workplace.clock.advance(hours * HOUR);
    await store.pass(connector, source);
  };
  await store.pass(connector, source);
  await later(1);
  // The newest messages are deleted: what every pass reads is empty, and said so twice.
  const { chat } = workplace.team;
  for (const { ts } of chat.truth("customers").toReversed()) {
    if (workplace.clock.now().getTime() / 1000 - Number(ts) > 4 * DAY / 1000) break;
    chat.remove({ channel: "customers", ts });
  }
  await later(1);
  assert.ok(readCursor(store.cursor).quiet);
  assert.notDeepEqual(expected(workplace, "customers"), {});
  const before = workplace.slack.journal.latest;
  workplace.slack.faults.at({
    call: 1,
    fault: { kind: "dropped_page" },
    method: "conversations.history",
  });
  await later(6);
  const listings = workplace.slack.journal.calls({ after: before, method: "conversations.history" });
  assert.equal(listings.length, 2, "read twice");
  assert.equal(listings[0]?.args["oldest"], listings[1]?.args["oldest"]);
});

Deno.test("under the slow cohort, with small passes that are stopped after any page, the truth is reached all the same", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  workplace.slack.rateLimits.cohort = "commercial";
  const { connector } = connectorTo(workplace, { first: 60, later: 25 });
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "engineering");
  for (const [round, most] of [1, 3, 2, 9, 1, 4].entries()) {
    await store.pass(connector, source, { most });
    talk(workplace, "engineering", round % 3);
  }
  let passes = 0;
  for (; passes < 60; passes += 1) {
    await store.pass(connector, source);
    const { gaps, threads } = readCursor(store.cursor);
    if (gaps.length + threads.length === 0) break;
  }
  assert.ok(passes < 60, "the cursor still has gaps");
  assert.deepEqual(held(store), expected(workplace, "engineering"));
  const pages = workplace.slack.journal.calls().filter(({ method }) => /history|replies/.test(method));
  assert.ok(pages.every(({ objects = 0 }) => objects <= 15));
});

Deno.test("permalinks are the ones that Slack would give, for messages, parents and replies", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector, client } = connectorTo(workplace);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "leadership");
  talk(workplace, "leadership", 2);
  await store.pass(connector, source);
  const byType = Map.groupBy(store.items.values(), ({ content_type }) => content_type);
  assert.deepEqual([...byType.keys()].toSorted(), ["message", "thread_reply"]);
  const answer = z.object({ permalink: z.string() });
  for (const item of [...byType.values()].flatMap((items) => items.slice(-6))) {
    const response = await fetch(`${workplace.slackApiUrl}chat.getPermalink`, {
      method: "POST",
      headers: { authorization: `Bearer ${workplace.installation.token}` },
      body: new URLSearchParams({ channel: source.externalId, message_ts: item.item_id }),
    });
    assert.equal(item.permalink, answer.parse(await response.json()).permalink);
  }
  assert.ok(client.taken.length > 0);
});

Deno.test("names come from the directory; only who is not in it is asked for", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector, directory } = connectorTo(workplace);
  for (const { external_id, name } of (await connector.discover()).people) directory.set(external_id, name);
  const store = storeOf(workplace);
  await store.pass(connector, sourceOf(workplace, "general"));
  assert.deepEqual(workplace.slack.journal.calls({ method: "users.info" }), []);

  const stranger = "U0GUEST00X";
  const { chat } = workplace.team;
  const boss = workplace.team.company.people[0]?.key ?? "";
  chat.post({ channel: "general", by: boss, text: `Ask <@${stranger}>` });
  await store.pass(connector, sourceOf(workplace, "general"));
  assert.equal([...store.items.values()].at(-1)?.content, `Ask @${stranger}`);
  assert.equal([...store.items.values()].at(-1)?.is_user_authored, true);
  const asked = workplace.slack.journal.calls({ method: "users.info" });
  assert.deepEqual(asked.map(({ args }) => args["user"]), [stranger]);
});

Deno.test("discovery lists every channel that can be read or joined, the busiest first, and everybody's name", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { sources, ranked, people } = await connectorTo(workplace).connector.discover();
  assert.deepEqual(sources.map(({ name }) => name).toSorted(), [
    "#customers",
    "#engineering",
    "#general",
    "#incidents",
    "#leadership",
    "#random",
  ]);
  const random = sources.find(({ name }) => name === "#random");
  assert.equal(random?.metadata["is_member"], false);
  assert.equal(ranked.at(-1), random?.external_id);
  assert.equal(ranked.length, sources.length);
  const sizes = ranked.slice(0, -1).map((id) => workplace.team.chat.channel(id).members.size);
  assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
  for (const { userId, displayName, name, email } of workplace.team.chat.members) {
    const person = people.find(({ external_id }) => external_id === userId);
    assert.deepEqual([person?.name, person?.email], [displayName || name, email]);
  }
});

Deno.test("a listing that comes in pages is read to its end, and one that turns in circles is refused", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  workplace.slack.faults.at({
    method: "conversations.list",
    call: 1,
    times: Infinity,
    fault: { kind: "repeated_cursor" },
  });
  await assert.rejects(
    connector.discover(),
    (thrown) => thrown instanceof PlatformError && thrown.code === "provider_down",
  );
});

Deno.test("a public channel that the app is not in is joined once and read", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "random");
  await store.pass(connector, source);
  await store.pass(connector, source);
  assert.ok(store.items.size > 5);
  assert.deepEqual(held(store), expected(workplace, "random"));
  const joins = workplace.slack.journal.calls({ method: "conversations.join" });
  assert.equal(joins.length, 1);
});

async function refusalOf(connector: Connector, source: SourceToRead): Promise<string> {
  try {
    await new ChannelStore(() => OPENING).pass(connector, source);
  } catch (thrown) {
    if (thrown instanceof PlatformError) return `${thrown.code}${thrown.final ? ", final" : ""}`;
    throw thrown;
  }
  return "read";
}

Deno.test("a private channel without the app, an unknown one, and one left since are refused for good, and never joined", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  assert.equal(await refusalOf(connector, sourceOf(workplace, "board-prep")), "not_found, final");
  const unknown = { externalId: "C0UNKNOWN0", kind: "channel", name: "#gone", metadata: {} } as const;
  assert.equal(await refusalOf(connector, unknown), "not_found, final");
  workplace.slack.faults.at({
    method: "conversations.history",
    call: 1,
    fault: { kind: "slack_error", error: "not_in_channel" },
  });
  assert.equal(await refusalOf(connector, sourceOf(workplace, "leadership")), "access_denied, final");
  const joins = workplace.slack.journal.calls({ method: "conversations.join" });
  assert.deepEqual(joins, []);
});

Deno.test("a fault at any call of a pass loses nothing: the next pass goes on from what is stored", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  workplace.slack.rateLimits.cohort = "commercial";
  const { connector } = connectorTo(workplace);
  const source = sourceOf(workplace, "incidents");
  const reference = storeOf(workplace);
  await reference.pass(connector, source);
  const calls = workplace.slack.journal.calls().length;
  const truth = expected(workplace, "incidents");
  const kinds = [
    { kind: "connection_reset" },
    { kind: "truncated_json" },
    { kind: "rate_limited", retryAfter: 5 },
    { kind: "http_status", status: 500 },
  ] as const;
  for (let call = 1; call <= calls; call += 3) {
    workplace.slack.faults.clear();
    const fault = kinds[call % kinds.length];
    workplace.slack.faults.at({ call, ...(fault && { fault }) });
    const store = storeOf(workplace);
    await assert.rejects(store.pass(connector, source), PlatformError);
    await store.pass(connector, source);
    assert.deepEqual(held(store), truth, `after a fault at call ${call}`);
  }
});

Deno.test("a page that promises more and holds nothing is a failure, not the end of the channel", async () => {
  const connector = createSlackConnector({
    client: {
      keepSlowPace: () => Promise.resolve(),
      call: (_method, _args, answer) => Promise.resolve(answer.parse({ messages: [], has_more: true })),
    },
    teamUrl: undefined,
    ownId: undefined,
    peopleNamed: () => Promise.resolve(new Map()),
  });
  const source = { externalId: "C01", kind: "channel", name: "#general", metadata: {} } as const;
  assert.equal(await refusalOf(connector, source), "provider_down");
});

Deno.test("a thread that Slack does not find is asked for once more; one that is gone is passed over", async () => {
  for (const times of [1, 2]) {
    await using workplace = await openWorkplace(startWorkplace);
    const { connector } = connectorTo(workplace);
    talk(workplace, "general", 3);
    const store = storeOf(workplace);
    const fault = { kind: "slack_error", error: "thread_not_found" } as const;
    workplace.slack.faults.at({ method: "conversations.replies", call: 1, times, fault });
    await store.pass(connector, sourceOf(workplace, "general"));
    assert.deepEqual(readCursor(store.cursor).threads, []);
    const [asked] = workplace.slack.journal.calls({ method: "conversations.replies" });
    const missing = workplace.team.chat.truth("general")
      .filter(({ ts, subtype = "" }) => !store.items.has(ts) && !subtype.startsWith("channel_"));
    assert.equal(missing.length > 0, times === 2);
    assert.ok(missing.every(({ isReply, threadTs }) => isReply && threadTs === asked?.args["ts"]));
    workplace.clock.advance(HOUR);
    await store.pass(connector, sourceOf(workplace, "general"));
    assert.deepEqual(held(store), expected(workplace, "general"));
  }
});

Deno.test("a quiet channel whose last message was deleted, and an empty one, end their passes, at every pace", async () => {
  for (const cohort of ["marketplace", "commercial"] as const) {
    await using workplace = await openWorkplace(startWorkplace);
    workplace.slack.rateLimits.cohort = cohort;
    const { chat, company } = workplace.team;
    const by = company.people[0]?.key ?? "";
    chat.channel("general").messages.clear();
    const { connector } = connectorTo(workplace);
    const store = storeOf(workplace);
    const source = sourceOf(workplace, "general");
    await store.pass(connector, source);
    assert.deepEqual(held(store), {});
    const { ts } = chat.post({ channel: "general", by, text: "Only this" });
    await store.pass(connector, source);
    assert.equal(store.items.size, 1);
    chat.remove({ channel: "general", ts });
    for (let pass = 0; pass < 4; pass += 1) {
      workplace.clock.advance(72 * HOUR);
      await store.pass(connector, source);
    }
    assert.deepEqual(held(store), {});
    const before = workplace.slack.journal.latest;
    workplace.clock.advance(HOUR);
    await store.pass(connector, source);
    assert.equal(workplace.slack.journal.latest, before + 1);
    chat.post({ channel: "general", by, text: "And this" });
    await store.pass(connector, source);
    assert.equal(store.items.size, 1);
  }
});

Deno.test("replies below what is no content itself are read, and each is read once", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { chat, company } = workplace.team;
  const [by = "", newcomer = ""] = company.people.filter(({ active }) => active).map(({ key }) => key);
  chat.leave({ channel: "general", by: newcomer, silent: true });
  chat.join({ channel: "general", by: newcomer });
  const joined = [...chat.channel("general").messages.values()].at(-1);
  chat.reply({ channel: "general", by, threadTs: joined?.ts ?? "", text: "Welcome" });
  const deleted = chat.post({ channel: "general", by, text: "Goes, but its thread stays" });
  chat.reply({ channel: "general", by, threadTs: deleted.ts, text: "Stays" });
  chat.remove({ channel: "general", ts: deleted.ts });
  const { connector } = connectorTo(workplace);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "general");
  await store.pass(connector, source);
  assert.deepEqual(held(store), expected(workplace, "general"));
  const before = workplace.slack.journal.latest;
  workplace.clock.advance(HOUR);
  await store.pass(connector, source);
  assert.equal(workplace.slack.journal.countByMethod(before)["conversations.replies"], undefined);
  assert.deepEqual(held(store), expected(workplace, "general"));
});

Deno.test("a page that was edited by an event since is not undone by an older reading", async () => {
  await using workplace = await openWorkplace(startWorkplace);
  const { connector } = connectorTo(workplace);
  const store = storeOf(workplace);
  const source = sourceOf(workplace, "general");
  await store.pass(connector, source);
  const edited = [...store.items.values()].at(-1);
  assert.ok(edited);
  store.apply({ items: [{ ...edited, content: "Edited since", edited_at: "2099-01-01T00:00:00.000000Z" }] });
  workplace.clock.advance(HOUR);
  await store.pass(connector, source);
  assert.equal(store.items.get(edited.item_id)?.content, "Edited since");
});
