import assert from "node:assert/strict";
import { heartbeatText } from "./run_heartbeat.ts";
import { contentId, runOf, seenAt, sourceOf } from "./run_stand_in.ts";

const seen = seenAt("2026-11-23T09:02:00+00:00");
const named = (...names: string[]) =>
  runOf({ seen, at: "2026-11-24T09:00:00Z", sources: names.map((name, n) => sourceOf(contentId(n), name)) });

Deno.test("a sign of life names where nothing happened, and since when in the reader's zone", () => {
  assert.equal(
    heartbeatText(named("#general", "#launch")),
    "Nothing new in #general and #launch since Monday 09:02.",
  );
  assert.equal(
    heartbeatText({ ...named("#general"), timezone: "Asia/Tokyo" }),
    "Nothing new in #general since Monday 18:02.",
  );
  assert.equal(heartbeatText({ ...named("#general"), seen: null }), "Nothing new in #general.");
});

Deno.test("longer ago than a weekday can say it gives the date", () => {
  const later = { ...named("#general"), at: "2026-12-20T09:00:00Z" };
  assert.equal(heartbeatText(later), "Nothing new in #general since 23 November 09:02.");
});

Deno.test("many sources are counted, and the same name is said once", () => {
  assert.match(heartbeatText(named("#a", "#b", "#c", "#d", "#e", "#f")), /in #a, #b, #c and 3 others since/);
  assert.match(heartbeatText(named("#a", "#a")), /in #a since/);
});

Deno.test("a name is text and no markup, and has an end", () => {
  assert.match(
    heartbeatText(named("[click](https://evil.example)\n\n# **x**")),
    /in \\\[click\\\]\(https:\/\/evil\.example\) # \\\*\\\*x\\\*\\\* since/,
  );
  assert.ok(heartbeatText(named("x".repeat(9000))).length < 200);
});
