import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { definitions } from "./definitions.ts";

const briefOf = (type: string, config: unknown = {}) => definitions.get(type)?.brief(config) ?? "";
const sections = (type: string, config?: unknown) =>
  [...briefOf(type, config).matchAll(/^## ([^:\n]+)/gm)].map(([, name]) => name);

Deno.test("each of the eight types has settings with defaults and an assignment", () => {
  assert.equal(definitions.size, 8);
  for (const [type, { config }] of definitions) {
    assert.ok(config.safeParse({}).success, type);
    assert.match(briefOf(type), /^Write /, type);
    assert.doesNotMatch(briefOf(type), /undefined|\[object/, type);
  }
});

Deno.test("without any setting a type has the sections that its definition names", () => {
  assert.deepEqual(sections("slack_channel_digest"), [
    "Highlights",
    "Threads",
    "Decisions",
    "Open questions",
    "For you",
  ]);
  assert.deepEqual(sections("gmail_inbox_brief"), ["Urgent", "To do", "To know", "Waiting for"]);
  assert.deepEqual(sections("notion_page_summary"), ["Changes", "New", "Done", "Open"]);
  assert.deepEqual(sections("status_report"), ["Summary", "Done", "Blockers and risks", "Next"]);
  assert.deepEqual(sections("research_brief"), ["Key takeaways", "Findings", "What it means"]);
  assert.equal(sections("meeting_prep").length, 5);
  assert.equal(sections("weekly_calendar_preview").length, 5);
  assert.deepEqual(sections("custom"), []);
});

Deno.test("settings change what is asked for", () => {
  const digest = {
    focus: "decisions",
    max_items: 3,
    sections: { hot_threads: false, unanswered_questions: false, mentions: false },
  };
  assert.deepEqual(sections("slack_channel_digest", digest), ["Highlights", "Decisions"]);
  assert.match(briefOf("slack_channel_digest", digest), /Its focus is on decisions\.[^]*at most 3 points/);
  assert.match(
    briefOf("gmail_inbox_brief", { priority_senders: ["ines@acme.example", "Tom"] }),
    /Mail from "ines@acme\.example", "Tom" comes first/,
  );
  assert.match(
    briefOf("status_report", { subject: "Atlas", detail_level: "brief", audience: "executive" }),
    /on "Atlas"[^]*executives[^]*200 to 400 words/,
  );
  assert.ok(sections("status_report", { sections: { metrics: true } }).includes("Figures"));
  assert.match(
    briefOf("research_brief", { subjects: ["Postgres 18"], depth: "scan" }),
    /on "Postgres 18"\.[^]*300 to 500 words/,
  );
  assert.match(
    briefOf("meeting_prep", { meeting: { title: "Vendor call", attendees: ["Ana"] } }),
    /"Vendor call"[^]*These people come: "Ana"/,
  );
  assert.match(briefOf("weekly_calendar_preview", { days_ahead: 3 }), /next 3 days/);
  assert.match(
    briefOf("custom", { description: "Three haiku.", structure_notes: "One a line." }),
    /Write this: "Three haiku\."\nIts structure: "One a line\."/,
  );
});

Deno.test("a setting that is not usable is named, because its owner wrote it", () => {
  for (
    const [type, config, field] of [
      ["slack_channel_digest", { max_items: 1000 }, "max_items"],
      ["slack_channel_digest", { focus: "gossip" }, "focus"],
      ["slack_channel_digest", { sections: { key_decisions: "no" } }, "sections.key_decisions"],
      ["gmail_inbox_brief", { priority_senders: [7] }, "priority_senders.0"],
      ["status_report", { sections: { jokes: true } }, "sections.jokes"],
      ["meeting_prep", { meeting: { title: "x", start: "tomorrow" } }, "meeting.start"],
      ["custom", { model: "the expensive one" }, "model"],
      ["custom", "everything", ""],
    ] as const
  ) {
    assert.throws(
      () => briefOf(type, config),
      (thrown) =>
        thrown instanceof PipelineError && thrown.code === "type_config_invalid" &&
        thrown.problem.details?.["field"] === field,
      `${type} ${field}`,
    );
  }
});
