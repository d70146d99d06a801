/**
 * Thirty days of one daily digest. On eleven of them something in its scope changes; on others only elsewhere, or it
 * changes back before the run, or a sync reads the same again; one run fails. The model is asked for exactly as many
 * texts as there is something to tell.
 */
import assert from "node:assert/strict";
import { openScene } from "./scene.ts";

const DAY = 24 * 60 * 60 * 1000;
const START = Date.parse("2027-01-04T06:00Z");

/** What happens before the run of a day, and what the run does. */
type Event = "change" | "edit" | "elsewhere" | "back" | "again" | "nothing" | "failure";
const DAYS: readonly Event[] = [
  ...[
    "change",
    "again",
    "elsewhere",
    "edit",
    "back",
    "nothing",
    "change",
    "change",
    "elsewhere",
    "again",
  ] as const,
  // The text of a failed run is written the day after, from the same evidence.
  ...[
    "failure",
    "nothing",
    "change",
    "back",
    "elsewhere",
    "edit",
    "nothing",
    "again",
    "change",
    "elsewhere",
  ] as const,
  ...[
    "back",
    "change",
    "nothing",
    "again",
    "edit",
    "elsewhere",
    "back",
    "change",
    "nothing",
    "again",
  ] as const,
];

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, mail, model, pipeline } = scene;

Deno.test("thirty days with eleven changes are eleven texts: what did not change, changed back or changed elsewhere costs no model call, and a failed run loses nothing", async () => {
  const changes = DAYS.filter((event) => ["change", "edit", "failure"].includes(event)).length;
  assert.deepEqual([DAYS.length, changes], [30, 11]);
  const person = await scene.signUp();
  const { connection, watched } = await twoChannels(person.userId);
  const { data: deliverable } = await person.client.from("deliverables")
    .insert({ title: "Every day", deliverable_type: "slack_channel_digest" }).select("id").single();
  await person.client.from("deliverable_sources").insert({
    deliverable_id: deliverable?.id,
    source_id: watched,
  });
  const store = (channel: string, items: readonly { id: string; text: string; day: number }[]) =>
    stack.database.query("select private.store_items($1, 'slack', $2, $3)", [
      connection,
      person.userId,
      JSON.stringify(items.map(({ id, text, day }) => ({
        container_id: channel,
        item_id: id,
        content_type: "message",
        content: text,
        author: "Maya",
        source_timestamp: new Date(START + day * DAY - 60 * 60 * 1000).toISOString(),
        sources: [channel],
      }))),
    ]);
  const said = (day: number) => ({ id: `m${day}`, text: `On day ${day} Maya decided on plan ${day}.`, day });
  let last = said(0);
  const writers: number[] = [];
  const answer = model.answer;
  let isBroken = false;
  model.answer = (request) => {
    if (isBroken) return { error: { message: "Broken for this day", type: "api_error" }, status: 500 };
    writers.push(1);
    return answer(request);
  };

  for (const [day, event] of DAYS.entries()) {
    await stack.database.query("select pipeline.move_clock($1::timestamptz - now())", [
      new Date(START + day * DAY).toISOString(),
    ]);
    if (event === "change" || event === "failure") await store("WATCHED", [last = said(day)]);
    if (event === "edit") {
      await store("WATCHED", [last = { ...last, text: `${last.text} Until day ${day}.` }]);
    }
    if (event === "elsewhere") await store("ELSEWHERE", [{ ...said(day), id: `e${day}` }]);
    if (event === "again") await store("WATCHED", [last]);
    if (event === "back") {
      await store("WATCHED", [{ ...last, text: "Never mind." }]);
      await store("WATCHED", [last]);
    }
    isBroken = event === "failure";
    await pipeline.call("run_deliverable", { p_deliverable: deliverable?.id ?? "", p_user: person.userId });
    await scene.crank(person);
  }
  model.answer = answer;
  await stack.database.query("select pipeline.move_clock('0')");

  const { data: runs } = await person.client.from("deliverable_runs").select("status").eq(
    "deliverable_id",
    deliverable?.id,
  ).order("ticket_id");
  const expected = DAYS.map((event, day) => {
    if (event === "failure") return "model_unreachable";
    return ["change", "edit"].includes(event) || DAYS[day - 1] === "failure"
      ? "generated"
      : "skipped_unchanged";
  });
  assert.deepEqual(runs?.map(({ status }) => status), expected);
  const { data: versions } = await person.client.from("deliverable_versions")
    .select("version_number, status, usage").order("version_number");
  const written = versions?.filter(({ status }) => status === "delivered") ?? [];
  assert.equal(written.length, 11, "eleven texts");
  assert.equal(
    writers.length,
    written.reduce((sum, { usage }) => sum + usage.calls, 0),
    "no other model call",
  );
  assert.deepEqual(
    versions?.map(({ version_number }) => version_number),
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
  assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, 11, "eleven mails");
});

/** A Slack of two selected channels, without a workplace behind it: the test itself is what is synced. */
async function twoChannels(userId: string): Promise<{ connection: string; watched: string }> {
  const { id: connection } = await scene.row<{ id: string }>(
    `insert into public.platform_connections (user_id, provider, account_id, account_name, scopes)
     values ($1::uuid, 'slack', 'T' || left($1::text, 8), 'Team', '{}') returning id`,
    [userId],
  );
  const [watched] = await stack.database.query<{ id: string }>(
    `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by, last_synced_at)
     select $1, $2, 'slack', c, 'channel', '#' || lower(c), true, 'person', pipeline.now() from unnest(array['WATCHED', 'ELSEWHERE']) c
     returning id`,
    [userId, connection],
  );
  if (watched === undefined) throw new Error("A channel without a row");
  return { connection, watched: watched.id };
}
