import assert from "node:assert/strict";
import { z } from "zod";
import { slackDeliveryOf } from "./delivery_stand_in.ts";
import { composeSlack } from "./compose_slack.ts";
import { startWorkplace } from "../../../../scripts/local/workplace/workplace.ts";
import { longContent, OPENING, type OutboxRow, slackOutbox, type Turn } from "./slack_outbox_stand_in.ts";

/** A workplace whose clock stands still and whose rate limits are off, and the outbox of its first person. */
async function slackScene() {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  const { slack, team, installation: { token } } = workplace;
  slack.rateLimits.enforced = false;
  const channel = (name: string) => team.chat.channel(name).id;
  const add = slackOutbox({
    base: `${workplace.url}/slack`,
    teamId: team.id,
    token,
    ownerId: team.chat.member(team.company.people[0]?.key ?? "").userId,
    channel: channel("general"),
    carry: fetch,
    posts: () => slack.journal.posts(),
  });
  return { workplace, channel, add, [Symbol.asyncDispose]: () => workplace.close() };
}

const long = (messages = 2) => ({ ...slackDeliveryOf().version, content: longContent(messages) });
const problem = z.object({ code: z.string() });
const failure = ({ told }: Turn) => {
  const [[verb, , said, how] = []] = told;
  assert.deepEqual([verb, told.length], ["fail", 1], JSON.stringify(told));
  return [problem.parse(said).code, z.object({ final: z.boolean() }).parse(how).final];
};
const partsOf = (row: OutboxRow) =>
  row.posts().map(({ metadata }) =>
    z.object({ event_payload: z.object({ part: z.number() }) }).parse(metadata).event_payload.part
  );
/** Turns until the delivery is recorded as accepted. */
async function delivered(row: OutboxRow): Promise<string> {
  for (let turn = 0; turn < 5; turn += 1) {
    const { finished } = await row.turn();
    if (finished !== undefined) return finished;
  }
  return assert.fail("it was not delivered within five turns");
}

Deno.test("a version is posted once to its channel, unfurling and linking nothing by itself", async () => {
  await using scene = await slackScene();
  const row = scene.add();
  const { finished } = await row.turn();
  const [post, ...others] = row.posts();
  assert.deepEqual(others, []);
  assert.equal(finished, `${scene.channel("general")}:${post?.ts}`);
  assert.deepEqual(post?.metadata, {
    event_type: "yarnnn_delivery",
    event_payload: { delivery_id: row.id, part: 1 },
  });
  const [call] = scene.workplace.slack.journal.calls({ method: "chat.postMessage" });
  const { unfurl_links, unfurl_media, link_names, parse, thread_ts } = call?.args ?? {};
  assert.deepEqual([unfurl_links, unfurl_media, link_names, parse, thread_ts], [
    "false",
    "false",
    "false",
    "none",
    undefined,
  ]);
  assert.match(JSON.stringify(post?.blocks), /<https:\/\/acme\.slack\.com\/archives\/C1\/p1\|\[1\]>/);
  assert.deepEqual(
    scene.workplace.slack.journal.calls({ method: "conversations.history" }),
    [],
    "nothing to look for",
  );
});

Deno.test("a longer one goes on in its own thread, part by part", async () => {
  await using scene = await slackScene();
  const row = scene.add({ version: long(3) });
  await delivered(row);
  const [first, ...others] = row.posts();
  assert.ok(others.length >= 2);
  assert.equal(first?.threadTs, undefined);
  assert.deepEqual(others.map(({ threadTs }) => threadTs), others.map(() => first?.ts));
  assert.deepEqual(partsOf(row), row.posts().map((_, at) => at + 1));
});

Deno.test("a direct message goes to the person themself, and a later version answers in its thread when asked to", async () => {
  await using scene = await slackScene();
  const first = scene.add({ target: "dm" });
  const root = await delivered(first);
  assert.match(root, /^D/);
  const [opened] = scene.workplace.slack.journal.calls({ method: "conversations.open" });
  assert.equal(
    opened?.args.users,
    scene.workplace.team.chat.member(scene.workplace.team.company.people[0]?.key ?? "").userId,
  );
  const threaded = scene.add({ target: "dm", thread: true, thread_root: root, version: long() });
  await delivered(threaded);
  const [, ts] = root.split(":");
  assert.deepEqual(threaded.posts().map(({ threadTs }) => threadTs), threaded.posts().map(() => ts));
  const loose = scene.add({ target: "dm", thread: false, thread_root: root });
  await delivered(loose);
  assert.deepEqual(loose.posts().map(({ threadTs }) => threadTs), [undefined]);
});

Deno.test("a thread of another channel is not answered in, and one that was deleted begins anew", async () => {
  await using scene = await slackScene();
  const { chat } = scene.workplace.team;
  const other = scene.add({ thread: true, thread_root: "C0ELSEWHERE:1700000000.000100" });
  await delivered(other);
  assert.deepEqual(other.posts().map(({ threadTs }) => threadTs), [undefined]);

  const channel = scene.channel("general");
  const gone = chat.post({ channel, by: "assistant", text: "first" });
  chat.remove({ channel, ts: gone.ts });
  const row = scene.add({ thread: true, thread_root: `${channel}:${gone.ts}`, version: long() });
  await row.turn({ finishFails: true });
  await delivered(row);
  const [first, ...rest] = row.posts();
  assert.equal(first?.threadTs, undefined);
  assert.ok(rest.length > 0);
  assert.deepEqual(rest.map(({ threadTs }) => threadTs), rest.map(() => first?.ts));
  assert.deepEqual(partsOf(row), [...new Set(partsOf(row))]);
});

Deno.test("after a crash at any call every part is posted once, and without the look it is not", async () => {
  await using scene = await slackScene();
  const { chat } = scene.workplace.team;
  const channel = scene.channel("general");
  const root = chat.post({ channel, by: "assistant", text: "the first version" });
  const places = [
    {},
    { thread: true, thread_root: `${channel}:${root.ts}` },
    { target: "dm" },
  ];
  const blind = (body: URLSearchParams) => body.delete("include_all_metadata");
  let [points, doubled] = [0, 0];
  for (const place of places) {
    const whole = scene.add({ ...place, version: long() });
    await whole.turn();
    const count = composeSlack(slackDeliveryOf({ version: long() })).length;
    assert.ok(count >= 2);
    for (let at = 1; at <= whole.calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        points += 1;
        const crashed = async () => {
          const row = scene.add({ ...place, version: long() });
          const { told } = await row.turn({ crash: { at, when } });
          assert.deepEqual(told.filter(([verb]) => verb === "finish"), []);
          return row;
        };
        const row = await crashed();
        // Every other time nothing is known of it but its row in the outbox: the ticket was made anew.
        if (points % 2 === 0) row.progress = {};
        await row.turn();
        assert.deepEqual(partsOf(row), Array.from({ length: count }, (_, part) => part + 1), `${at} ${when}`);
        if (when === "before") continue;
        const unseen = await crashed();
        unseen.progress = {};
        await unseen.turn({ onTheWay: blind });
        doubled += unseen.posts().length - count;
      }
    }
  }
  assert.ok(points >= 60, `${points}`);
  assert.ok(doubled > 0, "the journal shows doubles when the posts cannot be found");
});

Deno.test("what fails on the wire, before or after Slack acted, is posted once", async () => {
  await using scene = await slackScene();
  const { faults } = scene.workplace.slack;
  const plans = [
    { kind: "timeout" },
    { kind: "timeout", afterEffect: true },
    { kind: "connection_reset" },
    { kind: "connection_reset", afterEffect: true },
    { kind: "http_status", status: 503 },
    { kind: "http_status", status: 500, afterEffect: true },
    { kind: "truncated_json" },
    { kind: "empty_200" },
    { kind: "slack_error", error: "fatal_error" },
    { kind: "slack_error", error: "internal_error" },
  ] as const;
  for (const fault of plans) {
    for (const call of [1, 2]) {
      const row = scene.add({ version: long() });
      const planned = faults.at({ method: "chat.postMessage", call, fault });
      const [code = "", final] = failure(await row.turn());
      assert.match(
        String(code),
        /^(?:egress_timeout|egress_unreachable|slack_failing|slack_answer_unreadable)$/,
        fault.kind,
      );
      assert.equal(final, false);
      planned.cancel();
      await delivered(row);
      assert.deepEqual(partsOf(row), [...new Set(partsOf(row))], JSON.stringify(fault));
      assert.ok(partsOf(row).length >= 2);
    }
  }
});

Deno.test("an outage of 25 hours between the post and its record changes nothing: it is found by its time", async () => {
  await using scene = await slackScene();
  const { chat, company } = scene.workplace.team;
  const row = scene.add({ version: long() });
  assert.equal(failure(await row.turn({ finishFails: true }))[0], "database_unreachable");
  const before = row.posts().length;
  const channel = scene.channel("general");
  for (let said = 0; said < 450; said += 1) {
    chat.post({ channel, by: company.people[said % 5]?.key ?? "pager", text: `message ${said}` });
  }
  row.change({ sent_before_seconds: 25 * 3600 });
  row.progress = {};
  const { finished } = await row.turn();
  assert.equal(finished, `${channel}:${row.posts()[0]?.ts}`);
  assert.equal(row.posts().length, before);
  assert.equal(
    scene.workplace.slack.journal.calls({ method: "conversations.history" }).length,
    3,
    "in pages of 200",
  );
});

Deno.test("under the slow cohort the looking goes on, a page a turn, where it stopped", async () => {
  await using scene = await slackScene();
  const { chat } = scene.workplace.team;
  scene.workplace.slack.rateLimits.cohort = "commercial";
  const row = scene.add();
  await row.turn({ finishFails: true });
  const channel = scene.channel("general");
  for (let said = 0; said < 40; said += 1) chat.post({ channel, by: "pager", text: `message ${said}` });
  row.progress = {};
  let turns = 0;
  let finished: string | undefined;
  while (finished === undefined && turns < 10) {
    turns += 1;
    // The meters let one page a minute through.
    let pages = 0;
    const turn = await row.turn({ wait: (key) => key.includes("history") && pages++ > 0 ? 55 : 0 });
    finished = turn.finished;
    if (finished === undefined) {
      assert.deepEqual([turn.told[0]?.[0], turn.told[0]?.[3], turn.told[0]?.[4]], [
        "yield",
        55,
        "slack_rate_limited",
      ]);
    }
  }
  assert.equal(turns, 3);
  assert.equal(row.posts().length, 1);
  assert.equal(finished, `${channel}:${row.posts()[0]?.ts}`);
});

Deno.test("while Slack does not let us look, nothing is posted again", async () => {
  await using scene = await slackScene();
  const { faults } = scene.workplace.slack;
  const row = scene.add();
  await row.turn({ finishFails: true });
  const looks = { method: "conversations.history", call: 1 };
  for (
    const [fault, expected] of [
      [{ kind: "slack_error", error: "missing_scope" }, ["slack_scope_missing", true]],
      [{ kind: "slack_error", error: "not_in_channel" }, ["slack_not_in_channel", true]],
      [{ kind: "slack_error", error: "internal_error" }, ["slack_failing", false]],
      [{ kind: "truncated_json" }, ["slack_answer_unreadable", false]],
      [{ kind: "timeout" }, ["egress_timeout", false]],
    ] as const
  ) {
    row.progress = {};
    const planned = faults.at({ ...looks, fault });
    assert.deepEqual(failure(await row.turn()), expected);
    planned.cancel();
  }
  faults.at({ ...looks, fault: { kind: "rate_limited", retryAfter: 40 } });
  const { told } = await row.turn();
  assert.deepEqual([told[0]?.[0], told[0]?.[3], told[0]?.[4]], ["yield", 40, "slack_rate_limited"]);
  assert.equal(row.posts().length, 1);
  await delivered(row);
  assert.equal(row.posts().length, 1);
});

Deno.test("a post that Slack asked to delay is not looked for, as it was certainly not made", async () => {
  await using scene = await slackScene();
  const { faults, journal } = scene.workplace.slack;
  const row = scene.add({ version: long() });
  faults.at({ method: "chat.postMessage", call: 2, fault: { kind: "rate_limited", retryAfter: 3 } });
  const { told } = await row.turn();
  assert.deepEqual([told[0]?.[0], told[0]?.[3], told[0]?.[4]], ["yield", 3, "slack_rate_limited"]);
  await delivered(row);
  assert.deepEqual(partsOf(row), [...new Set(partsOf(row))]);
  assert.equal(journal.calls({ method: "conversations.history" }).length, 0);
  assert.equal(journal.calls({ method: "conversations.replies" }).length, 0);
});

Deno.test("several destinations have an outcome each, and what one of them refuses stops no other", async () => {
  await using scene = await slackScene();
  const [general, random, direct] = [
    scene.add(),
    scene.add({ target: scene.channel("random") }),
    scene.add({ target: "dm" }),
  ];
  const turns = await Promise.all([general, random, direct].map((row) => row.turn()));
  assert.deepEqual(turns.map(({ finished }) => finished?.slice(0, 1)), ["C", undefined, "D"]);
  assert.deepEqual(failure(turns[1] ?? { told: [] }), ["slack_not_in_channel", true]);
  assert.deepEqual([general, random, direct].map((row) => row.posts().length), [1, 0, 1]);
});

Deno.test("a channel that cannot be posted to ends the delivery for good, with a reason", async () => {
  await using scene = await slackScene();
  const { team } = scene.workplace;
  for (
    const [parts, code] of [
      [{ target: scene.channel(team.archivedChannel) }, "slack_channel_archived"],
      [{ target: scene.channel("board-prep") }, "slack_channel_not_found"],
      [{ target: "dm", external_user_id: null }, "slack_person_not_found"],
      [{ target: "dm", external_user_id: "UNOBODY" }, "slack_person_not_found"],
      [{ connection_id: null, account_id: null, connection_status: null }, "not_connected"],
      [{ connection_status: "needs_reauth" }, "needs_reauth"],
    ] as const
  ) {
    const row = scene.add(parts);
    assert.deepEqual(failure(await row.turn()), [code, true]);
    assert.deepEqual(row.posts(), []);
  }
});

Deno.test("a token that Slack refuses flips the connection and ends the delivery", async () => {
  await using scene = await slackScene();
  for (const token of ["xoxb-wrong", scene.workplace.slack.installations.issue(scene.workplace.team).token]) {
    if (token !== "xoxb-wrong") scene.workplace.slack.installations.end(token);
    const row = scene.add();
    assert.deepEqual(failure(await row.turn({ token })), ["needs_reauth", true]);
    assert.deepEqual(row.posts(), []);
  }
});

Deno.test("the part that begins the thread is deleted by somebody: the rest is refused, and sending again begins anew", async () => {
  await using scene = await slackScene();
  const row = scene.add({ version: long() });
  scene.workplace.slack.faults.at({
    method: "chat.postMessage",
    call: 2,
    fault: { kind: "rate_limited", retryAfter: 3 },
  });
  await row.turn();
  scene.workplace.team.chat.remove({ channel: scene.channel("general"), ts: row.posts()[0]?.ts ?? "" });
  assert.deepEqual(failure(await row.turn()), ["slack_thread_gone", true]);
  row.progress = {};
  await delivered(row);
  assert.deepEqual(partsOf(row).slice(1), partsOf(row).slice(1).map((_, at) => at + 1));
});

Deno.test("a delivery that was accepted already is finished without a call to Slack", async () => {
  await using scene = await slackScene();
  const row = scene.add({
    status: "accepted",
    provider_id: "C1:1.000001",
    sent_before: OPENING.toISOString(),
  });
  const { finished } = await row.turn();
  assert.equal(finished, "C1:1.000001");
  assert.deepEqual(scene.workplace.slack.journal.calls(), []);
});
