/**
 * What was said where not everyone may read never reaches a wider audience: not the channel, not even the model that
 * writes for it. Written for the person alone, it is there: else this test would prove nothing.
 */
import assert from "node:assert/strict";
import { type Newcomer, openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace, pipeline, model } = scene;

const secret = "We decided to let the Nightjar lease end in January, and nobody outside this channel knows.";
const open = "We decided to move the Sandpiper launch to Thursday after the vendor call.";
const canary = /Nightjar/;
const news = /Sandpiper/;

/** A person whose Slack holds one secret in a private channel and one piece of news in a public one. */
async function settled() {
  const person = await scene.signUp();
  const installation = workplace.addTeam();
  const { chat, company } = installation.team;
  const by = company.people[0]?.key ?? "";
  for (let n = 0; n < 3; n++) {
    chat.post({ channel: "leadership", by, text: `${secret} (${n})` });
    chat.post({ channel: "general", by, text: `${open} (${n})` });
  }
  const connection = await scene.connect(person, installation);
  await stack.database.query(
    "update public.platform_connections set metadata = metadata || jsonb_build_object('authed_user_id', $2::text) where id = $1",
    [connection, chat.member(by).userId],
  );
  await scene.crank(person);
  await stack.database.query(
    "update public.sync_registry set selected = true, selected_by = 'person' where user_id = $1 and name in ('#leadership', '#general', 'leadership', 'general')",
    [person.userId],
  );
  await pipeline.call("sync_now", { p_connection: connection, p_platform: "slack" });
  await scene.crank(person);
  return { person, general: chat.channel("general").id };
}

interface Told {
  readonly text: string;
  readonly coverage: string;
  readonly model: string;
  readonly posts: string;
}

/** Runs a digest to some Slack destinations: what was written, and all that left for the model and for Slack. */
async function told(person: Newcomer, title: string, targets: readonly string[]): Promise<Told> {
  const deliverable = await scene.order(person, title);
  for (const target of targets) {
    const { error } = await person.client.from("deliverable_destinations")
      .insert({ deliverable_id: deliverable, channel: "slack", target });
    assert.equal(error?.message, undefined);
  }
  const askedBefore = model.requests().length;
  const postedBefore = workplace.slack.journal.posts().length;
  await pipeline.call("run_deliverable", {
    p_deliverable: deliverable,
    p_user: person.userId,
    p_forced: true,
  });
  await scene.crank(person);
  const version = await scene.row<{ final_content: string; coverage: unknown }>(
    "select final_content, coverage from public.deliverable_versions where deliverable_id = $1",
    [deliverable],
  );
  return {
    text: version.final_content,
    coverage: JSON.stringify(version.coverage),
    model: JSON.stringify(model.requests().slice(askedBefore)),
    posts: JSON.stringify(workplace.slack.journal.posts().slice(postedBefore)),
  };
}

Deno.test("a secret of a private channel reaches neither the public one nor the model that writes for it, and is named as left out", async () => {
  const { person, general } = await settled();
  for (const targets of [[general], [general, "dm"]]) {
    const { text, coverage, model, posts } = await told(person, `To ${targets.length}`, targets);
    for (const [where, what] of Object.entries({ text, model, posts })) {
      assert.doesNotMatch(what, canary, where);
    }
    assert.match(model, news);
    assert.match(posts, news);
    assert.match(coverage, /leadership[^}]*"withheld_from":\["#?general"\]/);
    assert.match(posts, /1 Slack source was left out because not everyone in #?general could read it/);
  }
});

Deno.test("the same digest for the person alone tells it", async () => {
  const { person } = await settled();
  const { coverage, model, posts } = await told(person, "To me", ["dm"]);
  assert.match(model, canary);
  assert.match(posts, canary);
  assert.doesNotMatch(coverage, /"withheld_from":\[/);
});
