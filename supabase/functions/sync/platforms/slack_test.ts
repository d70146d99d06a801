import assert from "node:assert/strict";
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import type { TruthMessage } from "../../../../scripts/local/workplace/slack/truth.ts";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import type { Item } from "../content/item.ts";
import { type Connector, PlatformError, type SourceToRead } from "./connector.ts";
import { createSlackConnector } from "./slack.ts";
import { readCursor } from "./slack/slack_cursor.ts";
import { workplaceClient } from "./slack/workplace_client.ts";

const HOUR = 3_600_000;
const OPENING = new Date("2026-11-05T10:00:00Z");

/** A workplace whose clock stands still and that meters no call; faults and the cohort are each test's own. */
async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  workplace.slack.rateLimits.enforced = false;
  return workplace;
}

function connectorTo(workplace: Workplace, passBudget?: { first: number; later: number }) {
  const client = workplaceClient(workplace);
  /** The directory as `store_people` keeps it. */
  const directory = new Map<string, string>();
  const connector = createSlackConnector({
    client,
    teamUrl: `https://${workplace.team.domain}.slack.example`,
    ownId: workplace.team.chat.member(workplace.team.company.people[0]?.key ?? "").userId,
    peopleNamed: (ids) => Promise.resolve(new Map([...directory].filter(([id]) => ids.includes(id)))),
    ...(passBudget && { passBudget }),
  });
  return { connector, client, directory };
}

function sourceOf(workplace: Workplace, name: string): SourceToRead {
  const { id, kind } = workplace.team.chat.channel(name);
  return { externalId: id, name: `#${name}`, metadata: { is_private: kind === "private" } };
}

/** The content table for one channel, and its cursor. */
class Store {
  readonly items = new Map<string, Item>();
  cursor: Json = null;

  /** Runs one pass, at most so many pages of it. @returns the pages it took */
  async pass(connector: Connector, source: SourceToRead, most = Infinity): Promise<number> {
    let pages = 0;
    for await (const page of connector.sync(source, this.cursor)) {
      for (const item of page.items) this.items.set(item.item_id, item);
      this.cursor = JSON.parse(JSON.stringify(page.cursor));
      pages += 1;
      if (pages >= most) break;
    }
    return pages;
  }
}

/** The text as a person of the workplace reads it, made without our code. */
function readable(workplace: Workplace, { text, attachments }: TruthMessage): string {
  const parts = [text, ...attachments.map(({ title, text }) => `${title}: ${text}`)];
  const { members } = workplace.team.chat;
  return parts.filter((part) => part !== "").join("\n")
    .replace(/<@(\w+)>/g, (_, id) => {
      const member = members.find(({ userId }) => userId === id);
      return `@${member?.displayName || member?.name}`;
    })
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, "$2 ($1)")
    .replace(/<(https?:[^|>]+)>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What the content table must hold of a channel: all but what Slack itself says about its members and topic. */
function expected(workplace: Workplace, name: string): Record<string, unknown> {
  return Object.fromEntries(
    workplace.team.chat.truth(name)
      .filter(({ subtype = "" }) => !/^(channel|group)_/.test(subtype))
      .map((message) => [message.ts, {
        content: readable(workplace, message),
        author: message.author.name,
        thread: message.threadTs ?? null,
        type: message.isReply ? "thread_reply" : "message",
      }]),
  );
}

function held(store: Store): Record<string, unknown> {
  return Object.fromEntries(
    [...store.items.values()].map(({ item_id, content, author, thread_id, content_type }) => [
      item_id,
      { content, author, thread: thread_id, type: content_type },
    ]),
  );
}

/** Something new for the next pass: messages, a thread, a reply that is shown in the channel too. */
function talk(workplace: Workplace, channel: string, round: number): void {
  const { chat } = workplace.team;
  const [ana, bo] = workplace.team.company.people.filter(({ active }) => active);
  const [by, other] = [ana?.key ?? "", bo?.key ?? ""];
  workplace.clock.advance(HOUR);
  chat.post({ channel, by, text: `Round ${round}: R&amp;D asks <@${chat.member(other).userId}>` });
  const { ts } = chat.post({ channel, by: other, text: `A question of round ${round}` });
  for (let n = 1; n <= round; n += 1) {
    chat.reply({ channel, by, threadTs: ts, text: `Answer ${n}`, broadcast: n % 2 === 1 });
  }
}

for (const name of ["general", "engineering", "incidents", "customers", "leadership"]) {
  Deno.test(`a first pass and later ones over #${name} hold the truth, threads included, no more and no less`, async () => {
    await using workplace = await openWorkplace();
    const { connector } = connectorTo(workplace);
    const store = new Store();
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

Deno.test("a pass that finds nothing new is one call", async () => {
  await using workplace = await openWorkplace();
  const { connector } = connectorTo(workplace);
  const store = new Store();
  const source = sourceOf(workplace, "general");
  await store.pass(connector, source);
  const before = workplace.slack.journal.calls().length;
  assert.equal(await store.pass(connector, source), 1);
  assert.equal(workplace.slack.journal.calls().length, before + 1);
});

Deno.test("under the slow cohort, with small passes that are stopped after any page, the truth is reached all the same", async () => {
  await using workplace = await openWorkplace();
  workplace.slack.rateLimits.cohort = "commercial";
  const { connector } = connectorTo(workplace, { first: 60, later: 25 });
  const store = new Store();
  const source = sourceOf(workplace, "engineering");
  for (const [round, most] of [1, 3, 2, 9, 1, 4].entries()) {
    await store.pass(connector, source, most);
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
  await using workplace = await openWorkplace();
  const { connector, client } = connectorTo(workplace);
  const store = new Store();
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
  await using workplace = await openWorkplace();
  const { connector, directory } = connectorTo(workplace);
  for (const { external_id, name } of (await connector.discover()).people) directory.set(external_id, name);
  const store = new Store();
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
  await using workplace = await openWorkplace();
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
  await using workplace = await openWorkplace();
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
  await using workplace = await openWorkplace();
  const { connector } = connectorTo(workplace);
  const store = new Store();
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
    await new Store().pass(connector, source);
  } catch (thrown) {
    if (thrown instanceof PlatformError) return `${thrown.code}${thrown.final ? ", final" : ""}`;
    throw thrown;
  }
  return "read";
}

Deno.test("a private channel without the app, an unknown one, and one left since are refused for good, and never joined", async () => {
  await using workplace = await openWorkplace();
  const { connector } = connectorTo(workplace);
  assert.equal(await refusalOf(connector, sourceOf(workplace, "board-prep")), "not_found, final");
  const unknown = { externalId: "C0UNKNOWN0", name: "#gone", metadata: {} };
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
  await using workplace = await openWorkplace();
  workplace.slack.rateLimits.cohort = "commercial";
  const { connector } = connectorTo(workplace);
  const source = sourceOf(workplace, "incidents");
  const reference = new Store();
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
    const store = new Store();
    await assert.rejects(store.pass(connector, source), PlatformError);
    await store.pass(connector, source);
    assert.deepEqual(held(store), truth, `after a fault at call ${call}`);
  }
});

Deno.test("a page that promises more and holds nothing is a failure, not the end of the channel", async () => {
  const connector = createSlackConnector({
    client: {
      call: (_method, _args, answer) => Promise.resolve(answer.parse({ messages: [], has_more: true })),
    },
    teamUrl: undefined,
    ownId: undefined,
    peopleNamed: () => Promise.resolve(new Map()),
  });
  const source = { externalId: "C01", name: "#general", metadata: {} };
  assert.equal(await refusalOf(connector, source), "provider_down");
});

Deno.test("a thread whose parent is deleted before it is read is passed over", async () => {
  await using workplace = await openWorkplace();
  const { connector } = connectorTo(workplace);
  talk(workplace, "general", 3);
  const store = new Store();
  workplace.slack.faults.at({
    method: "conversations.replies",
    call: 1,
    fault: { kind: "slack_error", error: "thread_not_found" },
  });
  await store.pass(connector, sourceOf(workplace, "general"));
  assert.deepEqual(readCursor(store.cursor).threads, []);
  const [asked] = workplace.slack.journal.calls({ method: "conversations.replies" });
  const missing = workplace.team.chat.truth("general")
    .filter(({ ts, subtype = "" }) => !store.items.has(ts) && !subtype.startsWith("channel_"));
  assert.ok(missing.length > 0);
  assert.ok(missing.every(({ isReply, threadTs }) => isReply && threadTs === asked?.args["ts"]));
});
