import assert from "node:assert/strict";
import { createFence } from "@shared/agent/fence.ts";
import { definitionOf } from "./deliverable_types/definitions.ts";
import { choose, gather } from "./gather.ts";
import { tokensOf } from "./gather/tokens.ts";
import {
  contentId,
  evidenceItem,
  gatheredItem,
  launch,
  legal,
  runDatabaseStandIn,
  runOf,
  seenAt,
  sourceOf,
} from "./run_stand_in.ts";
import { strategyOf } from "./strategies/strategies.ts";

const scope = { from: new Date("2026-11-22T09:00:00Z"), until: new Date("2026-11-23T09:00:00Z") };
const seen = seenAt("2026-11-22T09:00:00.123456+00:00");
const many = (count: number, parts: Parameters<typeof gatheredItem>[1] = {}) =>
  Array.from({ length: count }, (_, n) => gatheredItem(n + 1, parts));

/** What a run of these items shows. */
async function shown(
  holding: Parameters<typeof runDatabaseStandIn>[0],
  run = runOf(),
) {
  const database = runDatabaseStandIn(holding);
  const definition = definitionOf(run.deliverable.deliverable_type);
  const gathered = await gather(database, run, scope, definition.leavesOut(run.deliverable.type_config));
  const material = await choose(database, run, {
    strategy: strategyOf(run),
    definition,
    gathered,
    fence: createFence("ab12"),
  });
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => Number(id.slice(-4)));
  return {
    material,
    searched: database.asked.flatMap(([verb, query]) => verb === "search" ? [query] : []),
    asked: database.asked.filter(([verb]) => verb === "gather"),
    news: ids(material.news),
    known: ids(material.known),
    background: ids(material.background),
  };
}

Deno.test("what is known is read only where the run reports on it all the same", async () => {
  const known = [gatheredItem(2, { is_new: false })];
  const holding = { news: [gatheredItem(1)], known };
  assert.equal((await shown(holding, runOf({ seen }))).asked.length, 1, "a digest tells news");
  assert.equal((await shown(holding, runOf())).asked.length, 1, "everything is new to a first version");
  for (
    const run of [
      runOf({ seen, forced: true }),
      runOf({ seen, deliverable: { when_unchanged: "always" } }),
      runOf({ seen, type: { looks_back: false } }),
    ]
  ) {
    const { news, known, asked } = await shown(holding, run);
    assert.deepEqual([news, known], [[1], [2]]);
    assert.deepEqual(asked.map(([, , , options]) => options), [{ known: false, limit: 300 }, {
      known: true,
      limit: 300,
    }]);
  }
});

Deno.test("items come oldest first within their source, sources in the run's order", async () => {
  const at = (time: string, source_id = launch) => ({
    source_timestamp: `2026-11-23T${time}+00:00`,
    source_id,
  });
  const { news } = await shown({
    news: [
      gatheredItem(1, at("08:00:00.5")),
      gatheredItem(2, at("08:59:00", legal)),
      gatheredItem(3, at("08:00:00")),
      gatheredItem(4, at("08:00:00.25")),
      gatheredItem(5, at("07:00:00", legal)),
    ],
  });
  assert.deepEqual(news, [3, 4, 1, 5, 2]);
});

Deno.test("when the budget runs out, the loudest source loses its oldest, and all of it is still counted", async () => {
  const text = "A word or two about the launch. ".repeat(60);
  const loud = Array.from({ length: 280 }, (_, n) =>
    gatheredItem(n + 100, {
      content: text,
      source_timestamp: new Date(Date.parse("2026-11-23T08:00:00Z") - n * 60_000).toISOString(),
    }));
  const quiet = many(3, { content: text, source_id: legal, source_timestamp: "2026-11-22T09:30:00Z" });
  const { material, news } = await shown({ news: [...loud, ...quiet] });
  assert.equal(material.total, 283);
  assert.ok(news.length < 60, `${news.length}`);
  for (const one of [1, 2, 3]) assert.ok(news.includes(one), "the quiet source is heard");
  const kept = news.filter((id) => id >= 100);
  assert.equal(Math.max(...kept), 100 + kept.length - 1, "the newest of the loud one");
  const tokens = material.news.reduce(
    (sum, { content }) => sum + tokensOf(content.slice(0, material.charactersPerItem)),
    0,
  );
  assert.ok(tokens <= 15_000 && tokens > 10_000, `${tokens}`);
});

Deno.test("few items are shown nearly whole, many by their beginnings", async () => {
  assert.equal((await shown({ news: many(3) })).material.charactersPerItem, 6000);
  assert.equal((await shown({ news: many(20) })).material.charactersPerItem, 2250);
  assert.equal((await shown({ news: many(300) })).material.charactersPerItem, 1200);
});

Deno.test("a digest whose material fits searches nothing; one that does not asks what is relevant to it", async () => {
  const found = () => [evidenceItem(70), evidenceItem(900)];
  assert.deepEqual((await shown({ news: many(3), found })).searched, []);
  const long = many(90, { content: "word ".repeat(400) });
  const { searched, news, background } = await shown({ news: long, found });
  assert.deepEqual(searched, ["Launch digest"]);
  assert.ok(news.length < 90 && news.includes(70), "relevant items come before newer ones");
  assert.deepEqual(background, [], "and what is not in scope stays out");
});

Deno.test("a meeting is prepared with what was said elsewhere about its title and its people", async () => {
  const calendar = "33333333-3333-4333-8333-333333333339";
  const event = (n: number, title: string, hours: number) =>
    gatheredItem(n, {
      platform: "calendar",
      content_type: "event",
      source_id: calendar,
      title,
      source_timestamp: new Date(Date.parse("2026-11-23T09:00:00Z") + hours * 3_600_000).toISOString(),
      metadata: {
        attendees: [{ name: "Ines Duarte", email: "ines@acme.example" }, {
          name: null,
          email: "bo@x.example",
        }],
      },
    });
  const run = runOf({
    sources: [sourceOf(calendar, "Work", { platform: "calendar" })],
    search_sources: [calendar, launch],
    deliverable: { deliverable_type: "meeting_prep", title: "Before meetings" },
    type: {
      deliverable_type: "meeting_prep",
      primary_platform: "calendar",
      looks_back: false,
      searches_all_sources: true,
    },
  });
  const { searched, news, background } = await shown({
    news: [event(1, "Falcon launch", 5), event(2, "Vendor call", 1)],
    found: (query) => query.startsWith("Vendor") ? [evidenceItem(31), evidenceItem(1)] : [evidenceItem(32)],
  }, run);
  assert.deepEqual(searched, [
    "Vendor call Ines Duarte bo",
    "Falcon launch Ines Duarte bo",
    "Before meetings",
  ]);
  assert.deepEqual(news, [2, 1]);
  assert.deepEqual(background.toSorted(), [31, 32], "the events themselves are no background");
});

Deno.test("a meeting that is named is what is searched for, whatever else the day holds", async () => {
  const run = runOf({
    deliverable: {
      deliverable_type: "meeting_prep",
      title: "Prep",
      type_config: { meeting: { title: "Vendor call", attendees: ["Ines"] } },
    },
    type: { looks_back: false, searches_all_sources: true },
  });
  const standup = gatheredItem(1, { content_type: "event", title: "Standup" });
  assert.deepEqual((await shown({ news: [standup] }, run)).searched, ["Prep Vendor call Ines"]);
});

Deno.test("what a search finds takes a third of the room at most", async () => {
  const text = "word ".repeat(300);
  const run = runOf({ type: { binding: "research" }, deliverable: { deliverable_type: "research_brief" } });
  const { background, news } = await shown({
    news: many(100, { content: text }),
    found: () => Array.from({ length: 40 }, (_, n) => evidenceItem(n + 500, { content: text })),
  }, run);
  assert.ok(background.length > 5 && background.length < 15, `${background.length}`);
  assert.ok(news.length > background.length * 1.5);
});

Deno.test("nobody's content is searched when the run may search nowhere", async () => {
  const run = runOf({
    sources: [],
    search_sources: [],
    type: { binding: "research" },
    deliverable: { deliverable_type: "research_brief" },
  });
  assert.deepEqual((await shown({}, run)).searched, []);
});

Deno.test("an item alone always fits", async () => {
  const { news } = await shown({
    news: [gatheredItem(1, { content: "語".repeat(10_000), title: "題".repeat(5000) })],
  });
  assert.deepEqual(news, [1]);
  assert.equal(contentId(1).length, 36);
});

Deno.test("what the settings leave out is not shown and does not count as news", async () => {
  const news = [
    gatheredItem(1, { total: 3 }),
    gatheredItem(2, { total: 3, content_type: "thread_reply" }),
    gatheredItem(3, { total: 3, is_user_authored: true }),
  ];
  const of = async (deliverable_type: string, type_config: Record<string, boolean>) => {
    const run = runOf();
    const deliverable = { ...run.deliverable, deliverable_type, type_config };
    const { material } = await shown({ news }, { ...run, deliverable });
    return [material.news.map(({ id }) => Number(id.slice(-4))), material.total];
  };
  assert.deepEqual(await of("slack_channel_digest", {}), [[1, 2, 3], 3]);
  assert.deepEqual(await of("slack_channel_digest", { include_threads: false }), [[1, 3], 2]);
  assert.deepEqual(await of("gmail_inbox_brief", { include_sent: false }), [[1, 2], 2]);
});
