import assert from "node:assert/strict";
import { type Coverage, coverageLine } from "./coverage.ts";

const source = (name: string, parts: Partial<Coverage[number]> = {}): Coverage[number] => ({
  platform: "slack",
  name,
  synced_at: "2026-11-23T09:02:31+00:00",
  error: null,
  ...parts,
});

Deno.test("one line says up to when each platform was read, in the reader's zone", () => {
  assert.equal(
    coverageLine([source("#general"), source("#launch")], "UTC"),
    "Slack up to Mon 09:02 (#general, #launch).",
  );
  assert.equal(coverageLine([source("#general")], "Asia/Kathmandu"), "Slack up to Mon 14:47 (#general).");
  assert.equal(
    coverageLine([source("#general")], "America/Los_Angeles"),
    "Slack up to Mon 01:02 (#general).",
  );
});

Deno.test("of several sources the one that is furthest behind counts", () => {
  const behind = source("#slow", { synced_at: "2026-11-22T23:00:00+00:00" });
  assert.equal(coverageLine([source("#general"), behind], "UTC"), "Slack up to Sun 23:00 (#general, #slow).");
  assert.equal(
    coverageLine([source("#general"), { ...behind, synced_at: "2026-11-23T10:30:00+02:00" }], "UTC"),
    "Slack up to Mon 08:30 (#general, #slow).",
    "instants are compared, not their texts",
  );
});

Deno.test("what could not be read is named, with or without anything that could", () => {
  const legal = source("#legal", { error: "access_denied" });
  const never = source("#new", { synced_at: null });
  assert.equal(
    coverageLine([source("#general"), legal, never], "UTC"),
    "Slack up to Mon 09:02 (#general); #legal, #new could not be read.",
  );
  assert.equal(coverageLine([legal], "UTC"), "#legal could not be read.");
});

Deno.test("each platform has its part, always in the same order", () => {
  const mail = source("INBOX", { platform: "gmail" });
  const page = source("Plan", { platform: "notion", error: "not_found" });
  assert.equal(
    coverageLine([page, mail, source("#general")], "UTC"),
    "Slack up to Mon 09:02 (#general); Gmail up to Mon 09:02 (INBOX); Plan could not be read.",
  );
});

Deno.test("no sources, no line", () => assert.equal(coverageLine([], "UTC"), ""));
