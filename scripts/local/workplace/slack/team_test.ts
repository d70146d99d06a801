import assert from "node:assert/strict";
import { startClock } from "../world/clock.ts";
import { OPENING } from "./sdk_client.ts";
import { SlackTeam } from "./team.ts";

const DAY = 86_400_000;

function found({ seed = 7, pace = 1, start = OPENING } = {}) {
  const clock = startClock({ now: () => start });
  return { clock, team: new SlackTeam({ seed, number: 1, days: 28, pace, clock }) };
}

/** All that can be read of a team, as one text. */
function written({ id, company, chat }: SlackTeam): string {
  const truth = chat.channels.map(({ name }) => chat.truth(name));
  const channels = chat.channels.map(({ messages: _messages, members, ...rest }) => [rest, [...members]]);
  return JSON.stringify([id, company, chat.members, channels, truth]);
}

Deno.test("the same seed and start give the same world byte for byte, another seed another world", () => {
  const world = written(found().team);
  assert.equal(written(found().team), world);
  assert.notEqual(written(found({ seed: 8 }).team), world);
  assert.notEqual(written(found({ start: new Date(OPENING.getTime() + DAY) }).team), world);
});

for (const seed of [1, 2, 3, 4, 5]) {
  Deno.test(`seed ${seed} tells a story worth a digest: every kind of message, few said twice`, () => {
    const { team: { chat, company, archivedChannel } } = found({ seed });
    assert.ok(company.people.length >= 8 && company.people.length <= 12);
    assert.equal(new Set(chat.members.map(({ key }) => key)).size, chat.members.length);
    const all = chat.channels.flatMap(({ name }) => chat.truth(name));
    const some = (what: string, test: (message: (typeof all)[number]) => boolean) =>
      assert.ok(all.some(test), `seed ${seed} has no ${what}`);
    some("late reply", ({ isReply, ts, threadTs = "" }) => isReply && Number(ts) - Number(threadTs) > 86_400);
    some("edit", ({ edited }) => edited);
    some("webhook message", ({ subtype }) => subtype === "bot_message");
    some("attachment", ({ attachments }) => attachments.length > 0);
    some("join", ({ subtype }) => subtype === "channel_join");
    some("archiving", ({ subtype }) => subtype === "channel_archive");
    some("broadcast", ({ subtype }) => subtype === "thread_broadcast");
    some("reaction", ({ reactions }) => Object.keys(reactions).length > 0);
    some(
      "question without an answer",
      ({ text, isReply, replyCount }) => text.endsWith("?") && !isReply && replyCount === 0,
    );
    some("decision", ({ text }) => text.startsWith("*Decision:*"));
    assert.ok(all.every(({ text }) => text !== "" && !/[{}$]|undefined/.test(text)));
    assert.ok(all.length > 350, `seed ${seed} has only ${all.length} messages`);
    assert.ok(new Set(all.map(({ text }) => text)).size > all.length * 0.75);
    assert.equal(chat.channel(archivedChannel).archived, true);
    assert.ok(all.every(({ ts }) => Number(ts) * 1000 <= OPENING.getTime() + 1));
  });
}

Deno.test("nothing moves until live(), and small steps tell the same story as one leap", () => {
  const { clock, team } = found();
  const before = written(team);
  clock.advance(10 * DAY);
  assert.equal(written(team), before);
  team.live();
  const after = team.chat.channels.flatMap(({ name }) => team.chat.truth(name));
  assert.ok(after.some(({ ts }) => Number(ts) * 1000 > OPENING.getTime() + 9 * DAY));
  const steps = found();
  for (let hour = 0; hour < 240; hour++) {
    steps.clock.advance(3_600_000);
    steps.team.live();
  }
  assert.deepEqual(steps.team.chat.channels.flatMap(({ name }) => steps.team.chat.truth(name)), after);
});

Deno.test("the story is told in no platform's terms, in the order of time, and ends with the present", () => {
  const { team, clock } = found();
  const happenings = team.happenings();
  assert.ok(happenings.length > 150);
  assert.equal(new Set(happenings.map(({ id }) => id)).size, happenings.length);
  assert.deepEqual(
    happenings.map(({ at }) => at),
    happenings.map(({ at }) => at).sort((left, right) => left - right),
  );
  assert.ok(happenings.every(({ at }) => at <= clock.now().getTime()));
  assert.ok(happenings.every(({ lead, others }) => !others.includes(lead)));
  const incident = happenings.find(({ kind }) => kind === "incident");
  assert.ok(team.chat.truth("incidents").some(({ text }) => text.includes(String(incident?.facts.project))));
});

Deno.test("our bot reads every channel but the two it is not in", () => {
  const { team } = found();
  const closed = team.chat.channels.filter((channel) => !team.readableChannels().includes(channel));
  assert.deepEqual(closed.map(({ name }) => name), ["random", "board-prep"]);
});

Deno.test("a higher pace fills the channels", () => {
  const usual = found().team.chat.truth("engineering").length;
  assert.ok(found({ pace: 4 }).team.chat.truth("engineering").length > usual * 2);
});
