import assert from "node:assert/strict";
import { openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace, mail, pipeline } = scene;

Deno.test("a connected Slack is synced, and a digest of it is written and arrives once", async () => {
  const person = await scene.signUp();
  await scene.connect(person, workplace.installation);
  await scene.crank(person);

  const channels = workplace.team.readableChannels().filter(({ archived }) => !archived);
  const truth = channels.flatMap(({ id }) => workplace.team.chat.truth(id)).filter(({ subtype = "" }) =>
    !/^channel_|^group_/.test(subtype)
  );
  const { data: content } = await person.client.from("platform_content").select("container_id, item_id")
    .limit(5000);
  const key = (channel: string, ts: string) => `${channel}/${ts}`;
  const synced = (content ?? []).map(({ container_id, item_id }) => key(container_id, item_id)).toSorted();
  const selected = await stack.database.query<{ external_id: string }>(
    "select external_id from public.sync_registry where user_id = $1 and selected",
    [person.userId],
  );
  const wanted = truth.filter(({ channelId }) =>
    selected.some(({ external_id }) => external_id === channelId)
  );
  assert.equal(selected.length, 5, "a free plan syncs five channels");
  assert.deepEqual(synced, wanted.map(({ channelId, ts }) => key(channelId, ts)).toSorted());

  const deliverable = await scene.order(person, "What happened");
  await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  await scene.crank(person);

  const { data: versions } = await person.client.from("deliverable_versions").select(
    "id, version_number, status, draft_content",
  ).eq("deliverable_id", deliverable);
  assert.deepEqual(versions?.map(({ version_number, status }) => [version_number, status]), [[
    1,
    "delivered",
  ]]);
  const mails = mail.accepted.filter(({ to }) => to.includes(person.email));
  assert.equal(mails.length, 1);
  assert.equal(mails[0]?.send.subject, "What happened");
  const { data: deliveries } = await person.client.from("deliveries").select("id, status, provider_id");
  assert.deepEqual(deliveries?.map(({ id, status, provider_id }) => [id, status, provider_id]), [[
    mails[0]?.idempotencyKey,
    "accepted",
    mails[0]?.id,
  ]]);
  assert.ok(
    mails[0]?.send.tags?.some(({ name, value }) =>
      name === "delivery_id" && value === mails[0]?.idempotencyKey
    ),
  );

  const { data: citations } = await person.client.from("version_citations").select(
    "content_id, quote, permalink",
  ).eq("version_id", versions?.[0]?.id);
  assert.ok((citations?.length ?? 0) > 3, "the digest cites what it rests on");
  for (const { content_id, quote, permalink } of citations ?? []) {
    const { content } = await scene.row<{ content: string }>(
      "select content from public.platform_content where id = $1 and user_id = $2 and retained",
      [content_id, person.userId],
    );
    assert.ok(
      content.toLowerCase().includes(quote.toLowerCase().slice(0, 20).trim()),
      `"${quote}" stands in its item`,
    );
    assert.ok(
      mails[0]?.send.html?.includes((permalink ?? "").replaceAll("&", "&amp;")),
      "its permalink is in the mail",
    );
  }
  const { data: snapshots } = await person.client.from("source_snapshots").select("name, synced_at").eq(
    "version_id",
    versions?.[0]?.id,
  );
  assert.equal(snapshots?.length, 5);
  const { data: events } = await person.client.from("activity_log").select("event_type").order("id");
  assert.deepEqual(events?.map(({ event_type }) => event_type), [
    "integration_connected",
    "platform_synced",
    "deliverable_generated",
    "deliverable_run",
  ]);
});

Deno.test("a digest that comes due by its schedule is announced, written and delivered, and one without news is skipped with a reason", async () => {
  const person = await scene.signUp();
  await scene.connect(person);
  await scene.crank(person);
  const { data: deliverable } = await person.client.from("deliverables").insert({
    title: "Every morning",
    deliverable_type: "slack_channel_digest",
    schedule: { frequency: "weekly", day: "friday", time: "07:30", timezone: "Asia/Seoul" },
  }).select("id").single();
  const slot = async () =>
    (await person.client.from("deliverable_schedules").select("next_run_at").eq(
      "deliverable_id",
      deliverable?.id,
    ).single()).data?.next_run_at;
  const first = await slot();
  assert.equal(
    new Date(first).toLocaleString("en-GB", { timeZone: "Asia/Seoul", weekday: "long" }),
    "Friday",
  );

  for (const run of [1, 2]) {
    await stack.database.query("select pipeline.move_clock($1::timestamptz - now())", [await slot()]);
    await stack.database.query("select pipeline.run_job('schedule')");
    // Only the run itself: with the clock a week ahead, the sync of this connection is due as well.
    await stack.database.query(
      "delete from pipeline.work_tickets where user_id = $1 and kind <> 'generate_deliverable'",
      [person.userId],
    );
    await scene.crank(person);
    assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, 1, `after run ${run}`);
  }
  await stack.database.query("select pipeline.move_clock('0')");
  const { data: log } = await person.client.from("activity_log").select("event_type, metadata").order("id");
  const events = log?.filter(({ event_type }) => event_type.startsWith("deliverable"));
  assert.deepEqual(events?.map(({ event_type, metadata }) => [event_type, metadata.status]), [
    ["deliverable_scheduled", undefined],
    ["deliverable_generated", undefined],
    ["deliverable_run", "generated"],
    ["deliverable_scheduled", undefined],
    ["deliverable_run", "skipped_unchanged"],
  ]);
  const { data: runs } = await person.client.from("work_tickets").select("state, result").eq(
    "kind",
    "generate_deliverable",
  ).order("id");
  assert.deepEqual(runs?.map(({ state, result }) => [state, result.status]), [["done", "generated"], [
    "done",
    "skipped_unchanged",
  ]]);
});

Deno.test("a second sync finds what was said since, and stores nothing twice", async () => {
  const person = await scene.signUp();
  const installation = workplace.addTeam();
  const connection = await scene.connect(person, installation);
  await scene.crank(person);
  const count = () =>
    scene.row<{ items: number; revisions: number }>(
      `select count(*)::int as items, coalesce(sum(revision), 0)::int as revisions from public.platform_content where user_id = $1`,
      [person.userId],
    );
  const before = await count();
  installation.team.chat.post({
    channel: "general",
    by: "pager",
    text: "Nightly backup finished in 4 minutes",
  });
  await pipeline.call("sync_now", { p_connection: connection, p_platform: "slack" });
  await scene.crank(person);
  assert.deepEqual(await count(), { items: before.items + 1, revisions: before.revisions + 1 });
  const { data: found } = await person.client.rpc("search_platform_content", {
    p_query: "when did the nightly backup finish?",
  });
  assert.match(found?.[0]?.content, /Nightly backup finished/);
});

Deno.test("two people with the same team, channels and messages have rows of their own and see no others", async () => {
  const [ada, bob] = [await scene.signUp(), await scene.signUp()];
  await scene.connect(ada, workplace.installation);
  await scene.connect(bob, workplace.installation);
  await scene.crank(ada);
  await scene.crank(bob);
  const rows = async (client: typeof ada.client) =>
    (await client.from("platform_content").select("id, user_id, item_id").limit(5000)).data ?? [];
  const [of_ada, of_bob] = [await rows(ada.client), await rows(bob.client)];
  assert.deepEqual(
    of_ada.map(({ item_id }) => item_id).toSorted(),
    of_bob.map(({ item_id }) => item_id).toSorted(),
  );
  assert.ok(of_ada.length > 50);
  assert.ok(of_ada.every(({ user_id }) => user_id === ada.userId));
  assert.ok(of_bob.every(({ user_id }) => user_id === bob.userId));
  assert.equal(new Set([...of_ada, ...of_bob].map(({ id }) => id)).size, of_ada.length + of_bob.length);
});
