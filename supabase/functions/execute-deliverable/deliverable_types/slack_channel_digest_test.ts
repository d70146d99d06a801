import assert from "node:assert/strict";
import { PipelineError } from "@shared/http/problem.ts";
import { slackChannelDigestBrief } from "./slack_channel_digest.ts";

const sections = (config: unknown) =>
  [...slackChannelDigestBrief(config).matchAll(/^## ([\w ]+)/gm)].map(([, name]) => name);

Deno.test("without any setting a digest has all its sections, 15 points and no focus", () => {
  assert.deepEqual(sections({}), ["Highlights", "Threads", "Decisions", "Open questions"]);
  assert.match(slackChannelDigestBrief({}), /at most 15 points/);
  assert.doesNotMatch(slackChannelDigestBrief({}), /focus/);
});

Deno.test("settings change what is asked for", () => {
  const config = {
    focus: "decisions",
    max_items: 3,
    sections: { hot_threads: false, unanswered_questions: false },
  };
  assert.deepEqual(sections(config), ["Highlights", "Decisions"]);
  assert.match(slackChannelDigestBrief(config), /Its focus is on decisions\.[^]*at most 3 points/);
});

Deno.test("a setting that is not usable is named, because its owner wrote it", () => {
  for (
    const [config, field] of [
      [{ max_items: 1000 }, "max_items"],
      [{ focus: "gossip" }, "focus"],
      [{ sections: { key_decisions: "no" } }, "sections.key_decisions"],
    ] as const
  ) {
    assert.throws(() => slackChannelDigestBrief(config), (thrown) => {
      assert.ok(thrown instanceof PipelineError);
      assert.deepEqual([thrown.code, thrown.details], ["type_config_invalid", { field }]);
      return true;
    });
  }
});
