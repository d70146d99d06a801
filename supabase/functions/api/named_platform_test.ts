import assert from "node:assert/strict";
import { named, namedOne } from "./named_platform.ts";

Deno.test("a provider means all its platforms, a platform itself, and a query chooses", () => {
  assert.deepEqual(named("google", undefined), { provider: "google", platforms: ["gmail", "calendar"] });
  assert.deepEqual(named("google", "calendar"), { provider: "google", platforms: ["calendar"] });
  assert.deepEqual(named("gmail", undefined), { provider: "google", platforms: ["gmail"] });
  assert.deepEqual(named("gmail", "gmail"), { provider: "google", platforms: ["gmail"] });
  assert.deepEqual(named("notion", undefined), { provider: "notion", platforms: ["notion"] });
  assert.throws(() => named("gmail", "calendar"), { code: "unknown_platform", status: 422 });
  assert.throws(() => named("slack", "notion"), { code: "unknown_platform" });
});

Deno.test("a route about one platform is told which, or asks", () => {
  assert.equal(namedOne("slack", undefined), "slack");
  assert.equal(namedOne("calendar", undefined), "calendar");
  assert.equal(namedOne("google", "gmail"), "gmail");
  assert.throws(() => namedOne("google", undefined), {
    code: "platform_missing",
    hint: "Name one of them: ?platform=gmail or ?platform=calendar.",
  });
});
