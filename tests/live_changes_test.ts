import assert from "node:assert/strict";
import { type Newcomer, openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace } = scene;
const { slack, team } = workplace;
const { chat } = team;
const webhook = `${stack.functionsUrl}/api/webhooks/slack`;
const general = chat.channel("general").id;

/** Two people of one team, and one of another team that has the same channel ids and the same past. */
const [ana, ben, cleo] = await Promise.all([scene.signUp(), scene.signUp(), scene.signUp()]);
await scene.connect(ana, workplace.installation);
await scene.connect(ben, workplace.installation);
await scene.connect(cleo, workplace.addTeam());
for (const person of [ana, ben, cleo]) await scene.crank(person);
await slack.events.subscribe(webhook);

/** What a person holds of a message. */
async function held({ client }: Newcomer, ts: string) {
  const { data } = await client.from("platform_content")
    .select("content, thread_id, author, revision, deleted_at").eq("container_id", general).eq("item_id", ts);
  return data?.[0];
}

async function liveTexts({ client }: Newcomer): Promise<Map<string, string>> {
  const { data } = await client.from("platform_content").select("item_id, content").eq(
    "container_id",
    general,
  )
    .is("deleted_at", null).limit(5_000);
  return new Map((data ?? []).map(({ item_id, content }) => [item_id, content]));
}

/** Slack's answer must come within three seconds. */
async function deliver(): Promise<number[]> {
  const began = performance.now();
  const deliveries = await slack.events.deliver();
  const took = performance.now() - began;
  assert.ok(took < 3_000 * Math.max(1, deliveries.length), `${deliveries.length} answers took ${took} ms`);
  return deliveries.flatMap(({ statuses }) => statuses);
}

/** Calls of Slack's API while `work` is done. */
async function callsDuring(work: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
  const { latest } = slack.journal;
  await work();
  return slack.journal.countByMethod(latest);
}

Deno.test("in the slow cohort a post, an edit, a deletion and a late reply arrive without a call of Slack", async () => {
  slack.rateLimits.cohort = "commercial";
  slack.rateLimits.enforced = true;
  const known = [...(await liveTexts(ana)).keys()].toSorted();
  const parent = chat.truth("general").find(({ ts, threadTs }) =>
    known.includes(ts) && threadTs === undefined
  );
  const doomed = chat.post({ channel: "general", by: "pager", text: "Posted by mistake" });
  const author = team.company.people[0]?.key ?? "";
  const calls = await callsDuring(async () => {
    assert.deepEqual(await deliver(), [200]);
    for (const person of [ana, ben]) await scene.crank(person);
  });
  assert.deepEqual(calls, {});
  for (const person of [ana, ben]) {
    assert.equal((await held(person, doomed.ts))?.content, "Posted by mistake");
  }

  const posted = chat.post({ channel: "general", by: author, text: "We ship on *Thursday*" });
  chat.edit({ channel: "general", ts: posted.ts, text: "We ship on *Friday*" });
  chat.remove({ channel: "general", ts: doomed.ts });
  assert.ok(parent !== undefined);
  const reply = chat.reply({ channel: "general", by: author, text: "Late, but: yes", threadTs: parent.ts });
  const more = await callsDuring(async () => {
    assert.deepEqual(await deliver(), [200, 200, 200, 200]);
    for (const person of [ana, ben]) await scene.crank(person);
  });
  assert.deepEqual(more, {});
  for (const person of [ana, ben]) {
    const shipped = await held(person, posted.ts);
    assert.match(shipped?.content ?? "", /We ship on \*?Friday/);
    assert.equal(shipped?.author, chat.truth("general").find(({ ts }) => ts === posted.ts)?.author.name);
    assert.notEqual((await held(person, doomed.ts))?.deleted_at, null);
    const late = await held(person, reply.ts);
    assert.deepEqual([late?.content, late?.thread_id], ["Late, but: yes", parent.ts]);
  }
  for (const { ts } of [posted, doomed, reply]) assert.equal(await held(cleo, ts), undefined);
});

Deno.test("an event that is sent again, or forged, changes nothing", async () => {
  const { ts } = chat.post({ channel: "general", by: "pager", text: "Only once" });
  const [envelope] = slack.events.waiting;
  assert.ok(envelope !== undefined);
  slack.events.waiting.push(envelope, envelope);
  assert.deepEqual(await deliver(), [200, 200, 200]);
  const waiting = await scene.row<{ readers: string }>(
    "select count(*) as readers from pipeline.live_change_readers where event_id = $1",
    [envelope.event_id],
  );
  assert.equal(Number(waiting.readers), 2);
  for (const person of [ana, ben]) await scene.crank(person);
  slack.events.waiting.push(envelope);
  assert.deepEqual(await deliver(), [200]);
  const known = await scene.row<{ readers: string }>(
    "select count(*) as readers from pipeline.live_change_readers",
  );
  assert.equal(Number(known.readers), 0);
  assert.equal((await held(ana, ts))?.revision, 1);

  const forged = await fetch(webhook, {
    method: "POST",
    body: JSON.stringify({ ...envelope, event_id: "EvForged" }),
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": String(Math.floor(Date.now() / 1000)),
      "x-slack-signature": `v0=${"0".repeat(64)}`,
    },
  });
  assert.deepEqual([forged.status, (await forged.json()).code], [401, "slack_signature_wrong"]);
});

Deno.test("events out of order and events that are lost: nothing becomes older, and the next sync mends the rest", async () => {
  const say = (text: string) => chat.post({ channel: "general", by: "pager", text }).ts;
  const [swapped, removed, lost] = [say("Swapped"), say("Removed"), say("Lost")];
  chat.edit({ channel: "general", ts: swapped, text: "Swapped and edited" });
  chat.remove({ channel: "general", ts: removed });
  const [post, postRemoved, , edit, removal] = slack.events.waiting.splice(0);
  assert.ok(post && postRemoved && edit && removal);
  // First what came last, each in a turn of its own.
  for (const late of [removal, edit, postRemoved, post]) {
    slack.events.waiting.push(late);
    assert.deepEqual(await deliver(), [200]);
    await scene.crank(ana);
  }
  assert.equal((await held(ana, swapped))?.content, "Swapped and edited");
  assert.equal(await held(ana, removed), undefined);
  assert.equal(await held(ana, lost), undefined);

  slack.rateLimits.enforced = false;
  const { id } = await scene.row<{ id: string }>(
    "select id from public.platform_connections where user_id = $1",
    [ana.userId],
  );
  await scene.pipeline.call("sync_now", { p_connection: id, p_platform: "slack" });
  await scene.crank(ana);
  const now = await liveTexts(ana);
  assert.deepEqual([now.get(swapped), now.has(removed), now.get(lost)], [
    "Swapped and edited",
    false,
    "Lost",
  ]);
});

Deno.test("when the app is removed from a team, all its connections ask to be reconnected, and no other", async () => {
  slack.events.tell(team, { type: "app_uninstalled" });
  assert.deepEqual(await deliver(), [200]);
  const status = async ({ client }: Newcomer) =>
    (await client.from("platform_connections").select("status").single()).data?.status;
  assert.deepEqual(await Promise.all([ana, ben, cleo].map(status)), [
    "needs_reauth",
    "needs_reauth",
    "active",
  ]);
  const { ts } = chat.post({ channel: "general", by: "pager", text: "Nobody reads this" });
  assert.deepEqual(await deliver(), [200]);
  const { stored } = await scene.row<{ stored: string }>(
    "select count(*) as stored from pipeline.live_changes where payload ->> 'ts' = $1",
    [ts],
  );
  assert.equal(Number(stored), 0);
});
