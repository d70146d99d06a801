import assert from "node:assert/strict";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import type { Model, ModelAnswer, ModelRequest, Spent } from "@shared/llm/model.ts";
import type { Run } from "./run.ts";
import type { FinishedVersion } from "./run_database.ts";
import {
  contentId,
  evidenceItem,
  gatheredItem,
  runDatabaseStandIn,
  runOf,
  seenAt,
  sourceOf,
} from "./run_stand_in.ts";
import { playVersion } from "./run_version.ts";

const seen = seenAt("2026-11-22T09:00:00+00:00");
const briefing = (id: string) =>
  `## Highlights\n\n- Maya moved the launch to Thursday, after the vendor had called and everybody in the room had agreed to wait two more days [${id}]`;

/** A model that says these texts in turn; it never asks for a tool. */
function scripted(...texts: string[]): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  const spent: Spent = {
    calls: 1,
    costUsd: 0.25,
    searches: 0,
    input: 10,
    output: 5,
    cacheRead: 0,
    cacheWrite: 0,
  };
  return {
    name: "scripted",
    asked,
    spent,
    budget: () => Promise.resolve(undefined),
    reservationOf: () => 0,
    ask(request) {
      asked.push(structuredClone(request));
      const text = texts[Math.min(asked.length, texts.length) - 1] ?? "";
      return Promise.resolve(
        { content: [{ type: "text", text, citations: null }], stop_reason: "end_turn" } as ModelAnswer,
      );
    },
  };
}

async function played(
  run: Run,
  holding: Parameters<typeof runDatabaseStandIn>[0] = {},
  model = scripted(briefing("e1")),
) {
  const database = runDatabaseStandIn(holding);
  const content = rpcStandIn({
    current_evidence: ({ p_items }) =>
      (p_items as { id: string; revision: number }[]).map(({ id, revision }) => ({
        id,
        revision,
        current_revision: revision,
        readable: true,
      })),
  });
  let time = 0;
  const steps = playVersion({
    database,
    content,
    model,
    searcher: scripted(),
    log: createLog({ write: () => {} }),
    signal: new AbortController().signal,
    clock: () => time += 500,
  }, run);
  const checkpoints = [];
  let step = await steps.next();
  for (; step.done !== true; step = await steps.next()) checkpoints.push(step.value);
  const [finished, ...twice] = database.asked.filter(([verb]) => verb === "finish");
  assert.deepEqual(twice, []);
  return {
    end: step.value,
    checkpoints,
    content,
    model,
    asked: database.asked,
    finished: finished?.[1] as FinishedVersion & { usage: Record<string, unknown> } | undefined,
    skipped: database.asked.find(([verb]) => verb === "skip"),
  };
}

Deno.test("a sign of life is written without a model, costs nothing and tells corrections and coverage like any version", async () => {
  const run = runOf({
    seen,
    deliverable: { when_unchanged: "heartbeat" },
    corrections: [{
      version_number: 3,
      number: 2,
      content_id: contentId(1),
      label: "#launch, Maya, 2026-11-20 08:00 UTC",
      change: "deleted",
    }],
  });
  const { end, finished, model, checkpoints } = await played(run);
  assert.deepEqual([end, model.asked.length, checkpoints], ["heartbeat", 0, []]);
  assert.equal(finished?.draft, "Nothing new in #launch and #legal since Sunday 09:00.");
  assert.deepEqual([finished?.model, finished?.citations, finished?.shown], [null, [], []]);
  assert.deepEqual(
    [finished?.usage["calls"], finished?.usage["cost_usd"], finished?.fingerprint],
    [0, 0, "fingerprint"],
  );
  assert.match(JSON.stringify(finished?.corrections), /Since version 3: .* was deleted/);
  assert.equal((finished?.coverage as unknown[]).length, 2);
});

Deno.test("a version carries its text, what it rests on, what it cost and what was seen", async () => {
  const { end, finished, checkpoints } = await played(runOf(), { news: [gatheredItem(1), gatheredItem(2)] });
  assert.equal(end, "done");
  assert.deepEqual(checkpoints, [{ step: "gathered", items: 2 }, { step: "written", items: 2 }]);
  assert.match(finished?.draft ?? "", /two more days \[1\]$/);
  assert.deepEqual(finished?.citations.map(({ content_id, revision }) => [content_id, revision]), [[
    contentId(1),
    1,
  ]]);
  assert.deepEqual(finished?.shown, [contentId(1), contentId(2)]);
  const { cost_usd, calls, duration_ms, items_new, tool_calls, refused } = finished?.usage ?? {};
  assert.deepEqual(
    [calls, cost_usd, items_new, tool_calls],
    [2, 0.5, 2, 0],
    "of the writer and the searcher",
  );
  assert.ok(Number(duration_ms) > 0 && refused !== undefined);
});

Deno.test("a text that only repeats what was told and has not changed is not delivered", async () => {
  const told = [{ content_id: contentId(1), content_hash: "hash1" }];
  const news = [gatheredItem(1), gatheredItem(2)];
  const { end, finished, skipped } = await played(runOf({ seen, told }), { news });
  assert.deepEqual([end, finished], ["skipped_unchanged", undefined]);
  assert.match(String(skipped?.[2]), /told before, and nothing of that has changed/);
  assert.ok(Object(skipped?.[3]).until instanceof Date, "how far it read, for the next run to go on");

  const changed = await played(runOf({ seen, told: [{ content_id: contentId(1), content_hash: "then" }] }), {
    news,
  });
  assert.equal(changed.end, "done");
  const insisted = await played(runOf({ seen, told, forced: true }), { news });
  assert.equal(insisted.end, "done", "whoever asks for it gets it again");
  assert.doesNotMatch(JSON.stringify(insisted.model.asked[0]?.messages), /told_in=/);
});

Deno.test("a shrug is sent back once, and what comes then counts", async () => {
  const model = scripted("The launch moved [e1].", briefing("e1"));
  const { end, finished } = await played(runOf(), { news: [gatheredItem(1)] }, model);
  assert.deepEqual([end, model.asked.length], ["done", 2]);
  assert.match(JSON.stringify(model.asked[1]?.messages), /which is no briefing/);
  assert.match(finished?.draft ?? "", /Maya moved the launch/);

  const stubborn = scripted("The launch moved [e1].", "It moved [e1].");
  await assert.rejects(played(runOf(), { news: [gatheredItem(1)] }, stubborn), { code: "draft_too_short" });
  assert.equal(stubborn.asked.length, 2, "one repair round and no more");
});

Deno.test("a forged citation is repaired once and otherwise taken out", async () => {
  const model = scripted(`${briefing("e1")}\n- Bo has paid the invoice [e7]`, briefing("e1"));
  const { finished } = await played(runOf(), { news: [gatheredItem(1)] }, model);
  assert.equal(model.asked.length, 2);
  assert.doesNotMatch(finished?.draft ?? "", /invoice/);
  assert.equal(finished?.citations.length, 1);
});

Deno.test("research needs no source: it is offered the web and nothing to look into", async () => {
  const run = runOf({
    sources: [],
    search_sources: [],
    type: { binding: "research", deliverable_type: "research_brief", tool_rounds: 6 },
    deliverable: { deliverable_type: "research_brief", title: "Postgres in 2027" },
  });
  const { model, asked } = await played(
    run,
    {},
    scripted(
      "No page of the web and no item of the material says anything on this, and so this is all that can be told of it today.",
    ),
  );
  assert.deepEqual(model.asked[0]?.tools?.map((tool) => "name" in tool ? tool.name : ""), ["WebSearch"]);
  assert.ok(asked.every(([verb]) => verb !== "search"));
});

Deno.test("a run that plays the past is offered no tool that knows the present only", async () => {
  const run = runOf({
    version: { purpose: "backtest", number: null },
    type: { binding: "hybrid", deliverable_type: "custom" },
    deliverable: { deliverable_type: "custom", description: "What matters." },
  });
  const names = (model: { asked: ModelRequest[] }) =>
    model.asked[0]?.tools?.map((tool) => "name" in tool ? tool.name : "");
  const news = [gatheredItem(1)];
  const past = await played(run, { news });
  assert.deepEqual(names(past.model), ["Search", "Read", "List"]);
  assert.deepEqual(past.content.asked, [], "an item counts as it was shown then");
  const present = await played({ ...run, version: { ...run.version, purpose: "live" } }, { news });
  assert.deepEqual(names(present.model), ["Search", "Read", "List", "WebSearch", "GetSystemState"]);
});

Deno.test("a report of one platform does not cover the sources of others that it was given", async () => {
  const inbox = sourceOf(contentId(90), "INBOX", { platform: "gmail" });
  const { finished, asked } = await played(
    runOf({ sources: [sourceOf(contentId(91), "#general"), inbox] }),
    { news: [gatheredItem(1)] },
  );
  assert.deepEqual((finished?.coverage as { name: string }[]).map(({ name }) => name), ["#general"]);
  assert.deepEqual(asked.find(([verb]) => verb === "gather")?.[1], [contentId(91)]);
});

Deno.test("what a search brought may be cited and is kept", async () => {
  const run = runOf({
    type: { searches_all_sources: true, deliverable_type: "meeting_prep", looks_back: false },
    deliverable: { deliverable_type: "meeting_prep" },
  });
  const { finished } = await played(
    run,
    { news: [gatheredItem(1)], found: () => [evidenceItem(40)] },
    scripted(briefing("e2")),
  );
  assert.deepEqual(finished?.citations.map(({ content_id }) => content_id), [contentId(40)]);
  assert.deepEqual(finished?.shown, [contentId(1), contentId(40)]);
});

Deno.test("a type that these functions do not know, or a setting that is not usable, ends before anything is read", async () => {
  for (
    const [deliverable, code] of [
      [{ deliverable_type: "horoscope" }, "type_not_available"],
      [{ type_config: { max_items: -1 } }, "type_config_invalid"],
    ] as const
  ) {
    await assert.rejects(played(runOf({ deliverable })), { code });
  }
});
