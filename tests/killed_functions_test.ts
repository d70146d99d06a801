import assert from "node:assert/strict";
import { openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace, mail, model, pipeline } = scene;

/** Kills a function's processes with -9; the test must not go on as if it had been a real one. */
async function kill(name: string): Promise<void> {
  assert.ok(await stack.functions.kill(name) > 0, `${name} was running and was killed`);
}

for (const call of [1, 2, 4, 9]) {
  Deno.test(`a sync killed with -9 in its ${call}. call of Slack's channels goes on where it was, and no row is doubled`, async () => {
    const person = await scene.signUp();
    const installation = workplace.addTeam();
    const plan = workplace.slack.faults.at({
      method: call === 9 ? "conversations.replies" : "conversations.history",
      team: installation.team.id,
      call: call === 9 ? 3 : call,
      after: () => kill("sync"),
    });
    await scene.connect(person, installation);
    await scene.crank(person);
    assert.equal(plan.played, 1);

    const held = await stack.database.query<{ container_id: string; item_id: string }>(
      "select container_id, item_id from public.platform_content where user_id = $1",
      [person.userId],
    );
    const chosen = await stack.database.query<{ external_id: string }>(
      "select external_id from public.sync_registry where user_id = $1 and selected",
      [person.userId],
    );
    const truth = chosen.flatMap(({ external_id }) => installation.team.chat.truth(external_id))
      .filter(({ subtype = "" }) => !/^channel_|^group_/.test(subtype));
    assert.deepEqual(
      held.map(({ container_id, item_id }) => `${container_id}/${item_id}`).toSorted(),
      truth.map(({ channelId, ts }) => `${channelId}/${ts}`).toSorted(),
    );
    const { crashes } = await scene.row<{ crashes: number }>(
      "select sum(crashes)::int as crashes from pipeline.work_execution_log where user_id = $1 and outcome = 'done'",
      [person.userId],
    );
    assert.ok(crashes > 0, "the crash is on record");
  });
}

Deno.test("a run killed with -9 while the model answers is written once and arrives once", async () => {
  const person = await scene.signUp();
  await scene.connect(person);
  await scene.crank(person);
  const deliverable = await scene.order(person, "Killed while it was written");
  const answer = model.answer;
  let kills = 0;
  model.answer = async (request) => {
    if (kills++ === 0) await kill("execute-deliverable");
    return answer(request);
  };
  await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  await scene.crank(person);
  model.answer = answer;
  const { data: versions } = await person.client.from("deliverable_versions").select(
    "version_number, status",
  );
  assert.deepEqual(versions, [{ version_number: 1, status: "delivered" }]);
  assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, 1);
});

for (const moment of ["before", "after"] as const) {
  Deno.test(`a delivery killed with -9 ${moment} the provider accepted it arrives exactly once`, async () => {
    const person = await scene.signUp();
    await scene.connect(person);
    await scene.crank(person);
    const deliverable = await scene.order(person, `Killed ${moment} it was accepted`);
    let kills = 0;
    mail.hooks[moment] = async () => {
      if (kills++ === 0) await kill("execute-deliverable");
    };
    await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
    await scene.crank(person);
    delete mail.hooks[moment];
    const calls = mail.calls.filter(({ send }) => send.subject === `Killed ${moment} it was accepted`);
    assert.equal(calls.length, 2, "it was sent again, under the same key");
    assert.equal(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size, 1);
    assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, 1);
    const { data: deliveries } = await person.client.from("deliveries").select("status");
    assert.deepEqual(deliveries, [{ status: "accepted" }]);
  });
}

Deno.test("a delivery of uncertain fate is looked up when the provider's key has expired, and not sent again", async () => {
  const person = await scene.signUp();
  await scene.connect(person);
  await scene.crank(person);
  const deliverable = await scene.order(person, "Found again");
  let kills = 0;
  mail.hooks.after = async () => {
    if (kills++ > 0) return;
    await kill("execute-deliverable");
    // A day passes before anyone comes back: only the provider's own list knows of the mail.
    await stack.database.query(
      "update public.deliveries set first_sent_at = first_sent_at - interval '25 hours' where user_id = $1",
      [person.userId],
    );
  };
  await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  await scene.crank(person);
  delete mail.hooks.after;
  assert.equal(mail.calls.filter(({ send }) => send.subject === "Found again").length, 1);
  const { data: deliveries } = await person.client.from("deliveries").select("status, provider_id");
  assert.deepEqual(deliveries, [{ status: "accepted", provider_id: mail.accepted.at(-1)?.id }]);
});

Deno.test("a ticket that kills its worker three times is dead, visible with its reason, and can be redriven", async () => {
  const person = await scene.signUp();
  await scene.connect(person);
  await scene.crank(person);
  const deliverable = await scene.order(person, "Poison");
  const answer = model.answer;
  model.answer = async (request) => {
    await kill("execute-deliverable");
    return answer(request);
  };
  await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  await scene.crank(person);
  model.answer = answer;

  const { data: tickets } = await person.client.from("work_tickets").select(
    "id, state, crashes, attempt, error",
  ).eq("kind", "generate_deliverable");
  assert.equal(tickets?.length, 1);
  const [ticket] = tickets ?? [];
  assert.deepEqual([ticket?.state, ticket?.crashes, ticket?.attempt, ticket?.error.code], [
    "dead",
    3,
    0,
    "worker_vanished",
  ]);
  const { data: versions } = await person.client.from("deliverable_versions").select("status, failure");
  assert.deepEqual(versions?.map(({ status, failure }) => [status, failure.code]), [[
    "failed",
    "worker_vanished",
  ]]);
  const { data: notices } = await person.client.from("notifications").select("message");
  assert.match(notices?.[0]?.message ?? "", /"Poison" could not be written: Its worker vanished 3 times/);

  await pipeline.call("redrive", { p_ticket: ticket?.id });
  await scene.crank(person);
  assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, 1);
});
