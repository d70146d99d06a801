import assert from "node:assert/strict";
import { type Contents, floorOf } from "./floor.ts";

const latency = { slack: 0.2, gmail: 0.1, calendar: 0.1, notion: 0.4 };
const nothing: Contents = {
  slack: { channelsListed: 1, members: 1, messages: [], replies: [] },
  gmail: { threads: [], listed: [] },
  calendar: { events: [] },
  notion: { objects: 0, rows: [], listings: [] },
};

Deno.test("what fits into every window at once takes as long as its longest chain of answers", () => {
  const floor = floorOf(
    { ...nothing, notion: { objects: 10, rows: [], listings: Array(10).fill(1) } },
    latency,
  );
  assert.equal(floor.bound, "latency");
  assert.ok(Math.abs(floor.seconds - 1.2) < 1e-9);
  assert.equal(floor.calls, 1 + 1 + 1 + 1 + 11);
});

Deno.test("threads of Slack wait for the windows of their method, fifty calls each", () => {
  const slack = { ...nothing.slack, messages: Array(50).fill(150), replies: Array(400).fill(2) };
  const floor = floorOf({ ...nothing, slack }, latency);
  assert.match(floor.bound, /conversations.replies, 400 at 50/);
  assert.ok(Math.abs(floor.seconds - (7 * 60 + 0.6)) < 1e-9);
});

Deno.test("mails cost units, and a thread of three or more is cheaper as one", () => {
  const mails = floorOf({ ...nothing, gmail: { threads: Array(400).fill(1), listed: [400] } }, latency);
  assert.ok(Math.abs(mails.seconds - (60 + 0.3)) < 1e-9, "8,003 units at 6,000 a minute");
  const threads = floorOf({ ...nothing, gmail: { threads: Array(100).fill(4), listed: [400] } }, latency);
  assert.equal(threads.bound, "latency", "400 mails in 100 threads are 4,003 units");
});

Deno.test("rows and pages of Notion share one limit", () => {
  const notion = { objects: 250, rows: [150, 150], listings: Array(340).fill(1) };
  const floor = floorOf({ ...nothing, notion }, latency);
  assert.match(floor.bound, /notion requests, 347 at 180/);
  assert.ok(Math.abs(floor.seconds - (60 + 1.2)) < 1e-9);
});
