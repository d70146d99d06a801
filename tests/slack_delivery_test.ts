/**
 * What is written arrives in Slack once: in a channel, in a thread and as a direct message, beside the mail, also when
 * Slack's answer is lost after it acted.
 */
import assert from "node:assert/strict";
import type { Post } from "../scripts/local/workplace/slack/journal.ts";
import type { SlackTeam } from "../scripts/local/workplace/slack/team.ts";
import { type Newcomer, openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace, mail, pipeline } = scene;

/** A person whose Slack is connected and synced, and who is known there. */
async function settled(): Promise<{ person: Newcomer; team: SlackTeam; ownId: string }> {
  const person = await scene.signUp();
  const installation = workplace.addTeam();
  const { team } = installation;
  const connection = await scene.connect(person, installation);
  const ownId = team.chat.member(team.company.people[0]?.key ?? "").userId;
  await stack.database.query(
    "update public.platform_connections set metadata = metadata || jsonb_build_object('authed_user_id', $2::text) where id = $1",
    [connection, ownId],
  );
  await scene.crank(person);
  return { person, team, ownId };
}

async function orderTo(
  person: Newcomer,
  title: string,
  destinations: readonly (readonly [string, string, boolean?])[],
) {
  const deliverable = await scene.order(person, title);
  for (const [channel, target, thread = false] of destinations) {
    const { error } = await person.client.from("deliverable_destinations")
      .insert({ deliverable_id: deliverable, channel, target, options: { thread } });
    assert.equal(error?.message, undefined);
  }
  return deliverable;
}

async function run(person: Newcomer, deliverable: string): Promise<void> {
  await pipeline.call("run_deliverable", {
    p_deliverable: deliverable,
    p_user: person.userId,
    p_forced: true,
  });
  await scene.crank(person);
}

const deliveriesOf = async (person: Newcomer, deliverable: string) => {
  const { data } = await person.client.from("deliveries").select(
    "id, channel, target, status, provider_id, error",
  )
    .eq("deliverable_id", deliverable).order("created_at");
  return data ?? [];
};
const postsOf = (delivery: string): readonly Post[] =>
  workplace.slack.journal.posts().filter(({ metadata }) =>
    JSON.stringify(metadata ?? null).includes(delivery)
  );

Deno.test("one text goes to a channel, to its person and by mail; each destination has its own outcome", async () => {
  const { person, team } = await settled();
  const general = team.chat.channel("general").id;
  const deliverable = await orderTo(person, "What happened", [["slack", general], ["slack", "dm"], [
    "email",
    person.email,
  ]]);
  await run(person, deliverable);
  const deliveries = await deliveriesOf(person, deliverable);
  assert.deepEqual(
    deliveries.map(({ status, error }) => [status, error]),
    deliveries.map(() => ["accepted", null]),
  );
  assert.equal(deliveries.length, 3);
  for (const { id, channel, target, provider_id } of deliveries) {
    if (channel === "email") continue;
    const [first, ...others] = postsOf(id);
    assert.deepEqual(others.map(({ threadTs }) => threadTs), others.map(() => first?.ts));
    assert.equal(provider_id, `${first?.channel}:${first?.ts}`);
    assert.match(first?.channel ?? "", target === "dm" ? /^D/ : new RegExp(`^${general}$`));
  }
  const [letter] = mail.accepted.filter(({ to }) => to.includes(person.email));
  assert.match(
    letter?.send.headers?.["List-Unsubscribe"] ?? "",
    /^<http:\/\/127\.0\.0\.1:\d+\/functions\/v1\/api\/unsubscribe\/[0-9a-f-]{36}>$/,
  );
  assert.equal(letter?.send.headers?.["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
});

Deno.test("an answer that is lost after Slack posted does not post again, and the next version answers in the thread", async () => {
  const { person } = await settled();
  const deliverable = await orderTo(person, "Digest", [["slack", "dm", true]]);
  workplace.slack.faults.at({
    method: "chat.postMessage",
    call: 1,
    fault: { kind: "connection_reset", afterEffect: true },
  });
  await run(person, deliverable);
  const [first] = await deliveriesOf(person, deliverable);
  assert.equal(first?.status, "accepted", JSON.stringify(first));
  const parts = postsOf(first?.id ?? "").map(({ metadata }) => JSON.stringify(metadata));
  assert.deepEqual(parts, [...new Set(parts)], "every part once");
  assert.ok(parts.length > 0);

  await run(person, deliverable);
  const [, second] = await deliveriesOf(person, deliverable);
  const root = String(first?.provider_id).split(":")[1];
  const answers = postsOf(second?.id ?? "");
  assert.ok(answers.length > 0, JSON.stringify(second));
  assert.deepEqual(answers.map(({ threadTs }) => threadTs), answers.map(() => root));
});
