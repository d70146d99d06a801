/**
 * Thirty days of one daily digest. On eleven of them something in its scope changes; on others only elsewhere, or it
 * changes back before the run, or a sync reads the same again; one run fails. The model is asked for exactly as many
 * texts as there is something to tell.
 */
import assert from "node:assert/strict";
import { dictateSlack } from "./dictated_slack.ts";
import { openScene } from "./scene.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
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
  const slack = await dictateSlack(scene, person.userId, ["watched", "elsewhere"]);
  const { data: deliverable } = await person.client.from("deliverables")
    .insert({ title: "Every day", deliverable_type: "slack_channel_digest" }).select("id").single();
  await person.client.from("deliverable_sources").insert({
    deliverable_id: deliverable?.id,
    source_id: slack.sources.get("watched"),
  });
  const said = (day: number) => ({
    id: `m${day}`,
    text: `On day ${day} Maya decided on plan ${day}.`,
    at: new Date(START + day * DAY - HOUR),
  });
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
    if (event === "change" || event === "failure") await slack.store("watched", [last = said(day)]);
    if (event === "edit") {
      await slack.store("watched", [last = { ...last, text: `${last.text} Until day ${day}.` }]);
    }
    if (event === "elsewhere") await slack.store("elsewhere", [{ ...said(day), id: `e${day}` }]);
    if (event === "again") await slack.store("watched", [last]);
    if (event === "back") {
      await slack.store("watched", [{ ...last, text: "Never mind." }]);
      await slack.store("watched", [last]);
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
