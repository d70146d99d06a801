import assert from "node:assert/strict";
import { type Coverage, coverage, coverageLine, coverageOf } from "./coverage.ts";

const source = (name: string, parts: Partial<Coverage[number]> = {}): Coverage[number] => ({
  platform: "slack",
  name,
  synced_at: "2026-11-23T09:02:31+00:00",
  error: null,
  ...parts,
});
const hour = 3600;

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

Deno.test("what could not be read is named with its reason, with or without anything that could", () => {
  const legal = source("#legal", { error: "access_denied" });
  const hr = source("#hr", { error: "access_denied", synced_at: null });
  const fresh = source("#new", { synced_at: null });
  assert.equal(
    coverageLine([source("#general"), legal, hr, fresh], "UTC"),
    "Slack up to Mon 09:02 (#general); #legal, #hr could not be read (access denied); #new was not synced yet.",
  );
  assert.equal(coverageLine([legal], "UTC"), "#legal could not be read (access denied).");
  assert.equal(
    coverageLine([source("#a", { error: "needs_reauth" }), source("#b", { error: "some_day" })], "UTC"),
    "#a could not be read (its connection has to be renewed); #b could not be read (for an unknown reason).",
  );
});

Deno.test("each platform has its part, always in the same order", () => {
  const mail = source("INBOX", { platform: "gmail" });
  const page = source("Plan", { platform: "notion", error: "not_found" });
  assert.equal(
    coverageLine([page, mail, source("#general")], "UTC"),
    "Slack up to Mon 09:02 (#general); Gmail up to Mon 09:02 (INBOX); Plan could not be read (it is not there any more).",
  );
});

Deno.test("a source that is older than its type allows is behind, by how much and why if that is known", () => {
  const plan = source("Plan", { platform: "notion", behind_seconds: 3.4 * hour });
  assert.equal(
    coverageLine([source("#general"), plan], "UTC"),
    "Slack up to Mon 09:02 (#general); Notion 3 h behind (Plan).",
  );
  assert.equal(
    coverageLine(
      [source("#general"), source("#slow", { behind_seconds: 2 * hour, error: "rate_limited" })],
      "UTC",
    ),
    "Slack up to Mon 09:02 (#general), 2 h behind (#slow; the platform's limit).",
  );
  assert.equal(coverageLine([source("#a", { behind_seconds: 70 })], "UTC"), "Slack 1 min behind (#a).");
  assert.equal(
    coverageLine([source("#a", { behind_seconds: 80 * hour })], "UTC"),
    "Slack 3 days behind (#a).",
  );
});

Deno.test("where others read the line, what they could not read has a number and no name", () => {
  const withheld = (name: string) => source(name, { synced_at: null, withheld_from: ["#general"] });
  const line = (...sources: Parameters<typeof coverageLine>[0]) =>
    coverageLine(sources, "UTC", { namesWithheld: false });
  assert.equal(
    line(source("#general"), withheld("#private")),
    "Slack up to Mon 09:02 (#general); 1 Slack source was left out because not everyone in #general could read it.",
  );
  assert.equal(
    line(withheld("#private"), withheld("#board"), source("#gone", { error: "access_denied" })),
    "2 Slack sources were left out because not everyone in #general could read them; #gone could not be read (access denied).",
  );
});

Deno.test("what the audience could not read is named as left out", () => {
  const withheld = (name: string) => source(name, { synced_at: null, withheld_from: ["#general"] });
  assert.equal(
    coverageLine([source("#general"), withheld("#private")], "UTC"),
    "Slack up to Mon 09:02 (#general); #private was left out because not everyone in #general could read it.",
  );
  assert.equal(
    coverageLine([withheld("#private"), withheld("#board")], "UTC"),
    "#private, #board were left out because not everyone in #general could read them.",
  );
});

Deno.test("fifty channels do not fill the mail", () => {
  const line = coverageLine(Array.from({ length: 50 }, (_, n) => source(`#c${n}`)), "UTC");
  assert.equal(line, "Slack up to Mon 09:02 (#c0, #c1, #c2, #c3, #c4, #c5, #c6, #c7 and 42 more).");
});

Deno.test("no sources, no line", () => assert.equal(coverageLine([], "UTC"), ""));

Deno.test("what earlier versions stored reads as it did", () => {
  assert.equal(
    coverageLine(
      coverage.parse([{
        platform: "slack",
        name: "#a",
        synced_at: "2026-11-23T09:02:31+00:00",
        error: null,
      }]),
      "UTC",
    ),
    "Slack up to Mon 09:02 (#a).",
  );
});

Deno.test("lag is told exactly when a source is older than the freshness of its type, at every age and error", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  let behind = 0;
  for (const freshness_seconds of [0, 60, hour, 6 * hour, 24 * hour]) {
    for (
      const age of [
        -30,
        0,
        59,
        60,
        61,
        hour - 1,
        hour,
        hour + 1,
        6 * hour,
        6 * hour + 1,
        24 * hour,
        24 * hour + 1,
        99 * hour,
      ]
    ) {
      for (const error of [null, "rate_limited", "provider_down", "internal"]) {
        const synced_at = new Date(now.getTime() - age * 1000).toISOString();
        const line = coverageLine(
          coverageOf({
            sources: [source("#a", { synced_at, error })],
            withheld: [],
            type: { freshness_seconds },
          }, now),
          "UTC",
        );
        assert.equal(
          / behind /.test(line),
          age > freshness_seconds,
          `${age} of ${freshness_seconds}: ${line}`,
        );
        behind += Number(age > freshness_seconds);
      }
    }
  }
  assert.ok(behind > 50);
});

Deno.test("a source that cannot be read any more, or never was, is never told as merely behind", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  const sources = [source("#gone", { error: "access_denied" }), source("#new", { synced_at: null })];
  const withheld = [{ platform: "slack" as const, name: "#private" }];
  const line = coverageLine(
    coverageOf({ sources, withheld, audience: ["#general", "#all"], type: { freshness_seconds: 60 } }, now),
    "UTC",
  );
  assert.equal(
    line,
    "#gone could not be read (access denied); #new was not synced yet; #private was left out because not everyone in #general or #all could read it.",
  );
});
