import assert from "node:assert/strict";
import { factsOf } from "./item_facts.ts";

Deno.test("a message tells its reactions and how many replies it has", () => {
  const metadata = {
    ts: "1.2",
    reply_count: 4,
    reactions: [{ name: "tada", count: 3 }, { name: "eyes", count: 1 }],
  };
  assert.deepEqual(factsOf(metadata), { reactions: "tada 3, eyes 1", replies: "4" });
});

Deno.test("an event tells when, where and who", () => {
  const people = Array.from({ length: 10 }, (_, n) => ({ name: `P${n}`, email: null, response: "accepted" }));
  const facts = factsOf({
    start: "2026-11-24T09:00:00Z",
    end: "2026-11-24T10:00:00Z",
    location: "Room 4",
    attendees: [{ name: null, email: "maya@acme.com", response: "declined" }, ...people],
    attendee_count: 40,
  });
  assert.deepEqual([facts["starts"], facts["where"]], ["2026-11-24T09:00:00Z", "Room 4"]);
  assert.match(facts["attendees"] ?? "", /^maya@acme\.com \(declined\), P0 \(accepted\), .* and 32 more$/);
});

Deno.test("what is missing, empty or of another shape is left out, and what is long is cut", () => {
  assert.deepEqual(factsOf(undefined), {});
  assert.deepEqual(
    factsOf({ reactions: [], reply_count: "many", attendees: "all", location: null, start: "" }),
    {},
  );
  assert.ok((factsOf({ location: "x".repeat(5000) })["where"]?.length ?? 0) < 210);
});
